"""Every page of the admin: a response, a fixed number of queries, the strict CSP."""

import re
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations import delivery, ledger
from relations.admin.hardened import ReadOnlyAdmin
from relations.codes import NextStatus, PostStatus
from relations.ledger import CitationDraft, FactDraft
from relations.models import (
    FACT_MODELS,
    AmbassadorStatus,
    ApiToken,
    Country,
    CountryPair,
    DiplomaticEvent,
    SanctionEvent,
    SanctionProgramme,
    Source,
    StatusChange,
    TravelBanEntry,
    TravelBanList,
)
from tests.admin.conftest import browser, errors, page_of, said, url
from tests.database import Rows, first_made, restore

OURS: list[Any] = [model for model in admin.site._registry if model._meta.app_label == "relations"]
BY_NAME = {model._meta.model_name: model for model in OURS}


def listed(answer):
    """The first column of a list."""
    cells = page_of(answer).cssselect("#result_list tbody th")
    return [" ".join(cell.text_content().split()) for cell in cells]


def on_list(desk, model, **query):
    answer = desk.get(url(model, "changelist"), query)
    assert answer.status_code == 200, answer.headers
    return listed(answer)


@pytest.fixture
def full(countries, seed_rows):
    """The seed article, and one row of everything that it has none of; users of the tests come after it."""
    first_made("full", partial(_fill, seed_rows))


def _fill(seed_rows: Rows) -> None:
    restore(seed_rows, among={*seed_rows})
    us, by = Country.objects.get(code="US"), Country.objects.get(code="BY")
    regime = ledger.record_regime({"issuer": us, "target": by, "title": "Belarus", "code": "US-BRUS"})
    programme = ledger.record_programme({"issuer": us, "target": by, "title": "Belarus", "regime": regime})
    user = User.objects.create_user("tina")
    ledger.issue_token(user, name="script", scopes=["read"])
    delivery.create(user, {"url": "https://example.org/hook"})
    source = Source.objects.get()
    values = {"from_country": us, "to_country": by, "programme": programme, "action": "imposed", "measures": ["travel"],
              "on": "2006-06-16", "expires_on": None}  # fmt: skip
    draft = FactDraft(model=apps.get_model("relations", "sanctionevent"), values=values,
                      citations=[CitationDraft(source=source, quote="Belarus")])  # fmt: skip
    (fact,) = ledger.record([draft], author=ledger.NOBODY)
    ledger.correct(type(fact), fact.key, values={"instrument": "EO 13405"}, author=ledger.NOBODY)
    with ledger.import_run("un", files=[{"name": "un.xml", "sha256": "ab" * 32, "bytes": 5}]):
        pass


def every_page(model):
    name = model._meta.model_name
    row = model._default_manager.order_by("pk").last()
    assert row is not None, f"nothing of {name} to look at"
    yield url(name, "changelist")
    for page in ("change", "history", "delete"):
        yield url(name, page, row.pk)
    yield url(name, "add")


def test_every_page_answers_with_the_strict_policy(full, root):
    for model in OURS:
        read_only = isinstance(admin.site.get_model_admin(model), ReadOnlyAdmin)
        for page in every_page(model):
            answer = root.get(page)
            if read_only and page.endswith(("/add/", "/delete/")):
                assert answer.status_code == 403, page
            else:
                assert answer.status_code == 200, page
                strict(answer, page)


def strict(answer, page):
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    html = page_of(answer)
    # What is no program is not run: `json_script` puts what programs read into the page.
    programs = [script for script in html.iter("script") if script.get("type") != "application/json"]
    assert not [script for script in programs if script.get("src") is None], page
    assert not html.cssselect("style, [style]"), page
    handlers = [
        name
        for element in html.iter()
        if isinstance(element.tag, str)
        for name in element.attrib
        if name.startswith("on")
    ]
    assert not handlers, page
    # Nothing is loaded from elsewhere; a source's own address may be followed.
    assert not re.search(r"""(?:src|action)=["']?(?:https?:)?//""", answer.content.decode()), page
    assert not [link for link in html.cssselect("link[href]") if not link.get("href", "").startswith("/")], page


def test_the_index_page_shows_the_latest_changes(full, desk):
    answer = desk.get("/admin/")
    strict(answer, "/admin/")
    assert "Sanctions and diplomatic-status tracker" in said(answer)
    assert len(page_of(answer).cssselect("#recent-actions-module li")) == 12
    assert "BY-US: " in said(answer)


ODD_ADDRESSES = (
    "%00/change/", "x/change/", "9" * 40 + "/change/", "9" * 40 + "/delete/", "%00/history/", "x/history/",
    "?q=%00", "?p=x", "?p=99999", "?o=x.9.-7", "?version=%00", "?country=%00", "?e=1", "?all=", "?latest__year=9999",
    "?latest__year=0", "?latest__year=x", "?latest__year=2020&latest__month=13", "?disputed=maybe",
    "?status__exact=%00", "?id__exact=x", "?nothing=1", "?q=" + "9" * 5000, "?recorded_at__year=10000", "?kind=%00",
    "?pair__code__exact=%00",
)  # fmt: skip
ODD_ACTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"_selected_action": "\x00", "action": "x", "index": "0"},
    {"action": "retract_selected"},
    {"_selected_action": "9" * 40, "action": "retract_selected", "reason": "r"},
    {"_selected_action": "x", "action": "retract_selected"},
)


def test_no_address_shows_a_traceback(full, root):
    # One of each make: the four kinds of fact share their lists, and so do what they refer to.
    for model in (AmbassadorStatus, Source, CountryPair, StatusChange, ApiToken):
        start = f"/admin/relations/{model._meta.model_name}/"
        answers = {tail: root.get(start + tail).status_code for tail in ODD_ADDRESSES}
        answers |= {str(posted): root.post(start, posted).status_code for posted in ODD_ACTIONS}
        assert {tail: status for tail, status in answers.items() if status >= 500} == {}, start


@pytest.mark.parametrize("stray", ["nothing=1", "recorded_by__password__startswith=p", "latest__year=-5"])
def test_an_unknown_filter_is_reported_and_not_logged(full, root, caplog, stray):
    answer = root.get(f"/admin/relations/ambassadorstatus/?{stray}", follow=True)
    name = stray.partition("=")[0]
    assert answer.redirect_chain == [("/admin/relations/ambassadorstatus/?e=1", 302)]
    assert f"This list has no such filter or value: {name}." in said(answer)
    assert root.get("/admin/relations/ambassadorstatus/?_to_field=password").status_code == 400
    # An export of something else than was asked for would be taken for it.
    exported = root.get(f"/admin/relations/ambassadorstatus/export/?{stray}", follow=True)
    assert exported.redirect_chain == [("/admin/relations/ambassadorstatus/", 302)]
    assert f"This list has no such filter or value: {name}." in said(exported)
    assert caplog.records == []


ONE = {"citations-TOTAL_FORMS": "1", "citations-INITIAL_FORMS": "0"}
JUNK: tuple[dict[str, Any], ...] = (
    {},
    {"citations-TOTAL_FORMS": "x"},
    {"citations-TOTAL_FORMS": "-1", "citations-INITIAL_FORMS": "-1"},
    {**ONE, "citations-INITIAL_FORMS": "1", "citations-0-id": "\x00", "citations-0-source": "\x00"},
    {**ONE, "citations-0-source": "abc", "citations-0-quote": "\x00"},
    {**ONE, "citations-0-source": "9" * 30},
    {"_carry_over": "1"},
    {"from_country": "\x00", "to_country": "x" * 5000, "on": "9" * 10_000, "expires_on": "10000-01-01", "list": "\x00"},
    {"measures": ["travel", "bombs", "\x00"], "visa_classes": "a\x00\r\nb", "identifiers": "x" * 500},
    {"programme": "9" * 40, "scope": "x" * 500, "instrument": "x" * 5000},
    {"_saveasnew": "1", "_popup": "1", "_to_field": "id"},
)  # fmt: skip


def test_no_form_shows_a_traceback(full, root):
    before = StatusChange.objects.count()
    # Between them they have every shape of field.
    kinds: tuple[Any, ...] = (SanctionEvent, TravelBanEntry)
    for model in kinds:
        name = model._meta.model_name
        for page in (url(name, "add"), url(name, "change", model.objects.current()[0].pk)):
            answers = {str(junk): root.post(page, junk).status_code for junk in JUNK}
            assert {junk: status for junk, status in answers.items() if status not in (200, 400)} == {}, page
    assert StatusChange.objects.count() == before


def test_a_flood_of_citations_is_refused(root, countries):
    answer = root.post(
        url("ambassadorstatus", "add"), {"citations-TOTAL_FORMS": "100000", "citations-INITIAL_FORMS": "0"}
    )
    assert answer.status_code == 200
    assert "Please submit at most 100 forms." in errors(answer)


def test_completion_answers_whatever_is_typed(full, root):
    offered = {}
    for term in ("%00", "x" * 3000, "US", "%25", "'%22"):
        for model, field in (("ambassadorstatus", "from_country"), ("sanctionevent", "programme"),
                             ("travelbanentry", "list"), ("citation", "source")):  # fmt: skip
            query = f"app_label=relations&model_name={model}&field_name={field}&term={term}"
            answer = root.get(f"/admin/autocomplete/?{query}")
            assert answer.status_code == 200, query
            offered[term, field] = [found["text"] for found in answer.json()["results"]]
    assert {term for (term, _), found in offered.items() if found} == {"US"}
    assert "United States" in offered["US", "from_country"]


def test_sources_lists_and_programmes_are_completed(full, desk):
    def complete(model, field, term):
        query = {"app_label": "relations", "model_name": model, "field_name": field, "term": term}
        return [found["text"] for found in desk.get("/admin/autocomplete/", query).json()["results"]]

    assert complete("citation", "source", Source.objects.get().title[:12]) == [str(Source.objects.get())]
    assert complete("sanctionevent", "programme", "belarus") == ["US→BY Belarus"]
    assert complete("travelbanentry", "list", "barred from") == [str(TravelBanList.objects.get())]


def test_lists_show_current_versions_by_default(desk, seed):
    fact = AmbassadorStatus.objects.get(holder="Kristina Kvien")
    ledger.correct(AmbassadorStatus, fact.key, values={"status": "charge"}, author=ledger.NOBODY)
    gone = AmbassadorStatus.objects.filter(status="announced", from_country="US").get()
    ledger.retract(AmbassadorStatus, gone.key, why="no", author=ledger.NOBODY)
    of = partial(on_list, desk, "ambassadorstatus")
    assert sorted(of()) == [
        "Belarus → United States",
        "Belarus → United States",
        "United States → Belarus",
        "United States → Ukraine",
    ]
    assert of(version="superseded") == ["United States → Ukraine"]
    assert of(version="retracted") == ["United States → Belarus"]
    assert len(of(version="all")) == 6


def test_search_and_filters_find_facts(desk, seed):
    of = partial(on_list, desk, "ambassadorstatus")
    assert of(q="Kvien") == of(q="caption is wrong") == of(country="UA") == ["United States → Ukraine"]
    assert len(of(q="BY-US")) == len(of(q="hiatus")) + 2 == 4
    assert len(of(q="belarus")) == len(of(country="BY")) == 4
    assert of(q=str(AmbassadorStatus.objects.get(holder="Kristina Kvien").key)) == ["United States → Ukraine"]
    assert of(q="nobody wrote this") == []
    assert len(of(status__exact="vacant")) == 2
    assert {*of(track="post")} | {*of(track="next")} == {*of()}
    assert (len(of(track="post")), len(of(track="next"))) == (3, 2)
    assert len(of(latest__year="2020")) == 3
    assert {*PostStatus.values} & {*NextStatus.values} == set()
    bans = partial(on_list, desk, "travelbanentry")
    assert len(bans(list__id__exact=TravelBanList.objects.get().pk)) == len(bans(q="barred")) == 2
    assert len(on_list(desk, "diplomaticevent", kind__exact="visit")) == 2
    assert len(on_list(desk, "sanctionevent", scope__exact="most")) == 2


def test_the_hierarchy_of_dates_goes_from_the_first_day_to_the_last(desk, seed):
    source, us, by = Source.objects.get(), Country.objects.get(code="US"), Country.objects.get(code="BY")
    for day in ("0001-01-01", "9999-11", "9999-12-31"):
        values = {"from_country": us, "to_country": by, "kind": "visit", "on": day}
        draft = FactDraft(model=DiplomaticEvent, values=values, citations=[CitationDraft(source=source, quote="Minsk")])
        ledger.record([draft], author=ledger.NOBODY)
    of = partial(on_list, desk, "diplomaticevent")
    assert len(of(latest__year="1")) == len(of(latest__year="1", latest__month="1", latest__day="1")) == 1
    assert (len(of(latest__year="9999")), len(of(latest__year="9999", latest__month="11"))) == (2, 1)
    assert len(of(latest__year="9999", latest__month="12")) == 1
    assert len(of(latest__year="9999", latest__month="12", latest__day="31")) == 1


def test_disputed_facts_are_found_by_citation_and_by_contradiction(desk, seed):
    source = Source.objects.get()
    contested = DiplomaticEvent.objects.get(kind="annexation")
    words = [
        CitationDraft(source=source, quote="2014"),
        CitationDraft(source=source, quote="Crimea", stance="disputes"),
    ]
    ledger.correct(DiplomaticEvent, contested.key, values={}, citations=words, author=ledger.NOBODY)
    assert on_list(desk, "diplomaticevent", disputed="yes") == ["Russia → Ukraine"]
    assert len(on_list(desk, "diplomaticevent", disputed="no")) == DiplomaticEvent.objects.current().count() - 1

    other = ledger.record_source({"title": "Another paper", "text": "She is chargé d'affaires."})
    old = AmbassadorStatus.objects.get(holder="Kristina Kvien")
    values = {"from_country": old.from_country, "to_country": old.to_country, "status": "charge", "on": old.on,
              "holder": "Kristina Kvien"}  # fmt: skip
    words = [CitationDraft(source=other, quote="chargé")]
    ledger.record([FactDraft(model=AmbassadorStatus, values=values, citations=words)], author=ledger.NOBODY)
    assert on_list(desk, "ambassadorstatus", disputed="yes") == ["United States → Ukraine"] * 2


def test_longer_lists_ask_the_database_no_more(full, root):
    """Compares second requests: the first fills Django's own caches."""

    def queries(model):
        with CaptureQueriesContext(connection) as asked:
            assert root.get(url(model._meta.model_name, "changelist")).status_code == 200
        return len(asked)

    growing: list[Any] = [*FACT_MODELS, Source, CountryPair, StatusChange, ApiToken, SanctionProgramme, TravelBanList]
    for model in growing:
        queries(model)
    before = {model: (queries(model), model._default_manager.count()) for model in growing}
    grow()
    for model, (asked, rows) in before.items():
        assert model._default_manager.count() > rows
        assert queries(model) == asked, model


def grow():
    """Three more of everything, about other countries and by other people."""
    ban = TravelBanList.objects.first()
    for number, code in enumerate(("DE", "FR", "PL")):
        country, by = Country.objects.get(code=code), Country.objects.get(code="BY")
        user = User.objects.create_user(f"user {number}")
        ledger.issue_token(user, name="t", scopes=["read"])
        source = ledger.record_source({"title": f"Source {number}", "text": "words"})
        programme = ledger.record_programme({"issuer": country, "target": by, "title": "P"})
        listing = ledger.record_list({"issuer": country, "title": "L"})
        assert listing != ban
        there = {"from_country": country, "to_country": by, "on": f"200{number}"}
        kinds: dict[str, dict[str, Any]] = {
            "ambassadorstatus": {"status": "vacant"},
            "sanctionevent": {"action": "imposed", "programme": programme},
            "travelbanentry": {"action": "listed", "list": listing},
            "diplomaticevent": {"kind": "talks"},
        }
        words = [CitationDraft(source=source, quote="words")] * (number + 1)
        ledger.record(
            [FactDraft(model=BY_NAME[name], values={**there, **own}, citations=words) for name, own in kinds.items()],
            author=ledger.Author(user=user),
        )


def test_a_pair_shows_its_status_its_periods_and_its_log(full, desk):
    answer = desk.get(url("countrypair", "change", "BY-US"))
    text = said(answer)
    for words in (
        "Head of mission of United States in Belarus",
        "announced",
        "4 ambassador statuses",
        "Trend",
        "2010-12-31",
        "All changes of BY-US",
    ):
        assert words in text, words
    assert TravelBanEntry.objects.current().count() == 2


def test_whoever_is_no_editor_gets_in_nowhere(countries, client):
    assert client.get("/admin/").status_code == 302
    client.force_login(User.objects.create_user("reader"))
    assert client.get("/admin/relations/ambassadorstatus/").status_code == 302


def test_who_may_only_look_writes_nothing(full, looker):
    fact = AmbassadorStatus.objects.current()[0]
    for page in (url("ambassadorstatus", "changelist"), url("ambassadorstatus", "change", fact.pk),
                 url("ambassadorstatus", "history", fact.pk), url("source", "changelist")):  # fmt: skip
        answer = looker.get(page)
        assert answer.status_code == 200
        assert not page_of(answer).cssselect('input[name="_save"], a.addlink, a.deletelink, select[name="action"]')
    lines = StatusChange.objects.count()
    for page in (url("ambassadorstatus", "add"), url("ambassadorstatus", "change", fact.pk),
                 url("ambassadorstatus", "delete", fact.pk), url("source", "add"), url("apitoken", "add"),
                 url("source", "delete", Source.objects.get().pk)):  # fmt: skip
        assert looker.post(page, {"reason": "r", "post": "yes", "name": "n"}).status_code == 403, page
    looker.post(
        url("ambassadorstatus", "changelist"),
        {"action": "retract_selected", "_selected_action": fact.pk, "reason": "r"},
    )
    assert StatusChange.objects.count() == lines


def test_editors_may_write_facts_and_what_they_refer_to(editor):
    rights = {name.removeprefix("relations.") for name in editor.get_all_permissions()}
    assert {
        "add_ambassadorstatus",
        "change_sanctionevent",
        "delete_travelbanentry",
        "change_source",
        "add_apitoken",
    } <= rights
    assert not rights & {
        "change_country",
        "add_countrypair",
        "change_statuschange",
        "change_apitoken",
        "add_membership",
    }
    assert not [name for name in rights if name.split("_")[1] in ("user", "group", "permission")]


def test_a_right_that_was_taken_from_the_editors_is_not_given_back_and_a_new_one_is_given(countries):
    from django.core.management import call_command

    group = Group.objects.get(name="Editors")
    group.permissions.filter(codename="delete_source").get()
    group.permissions.remove(group.permissions.get(codename="delete_source"))
    group.permissions.get(codename="add_source").delete()  # as before the release that brings it
    call_command("migrate", verbosity=0)
    assert not group.permissions.filter(codename="delete_source").exists()
    assert group.permissions.filter(codename="add_source").exists()
    assert browser(User.objects.create_superuser("x")).get("/admin/auth/group/").status_code == 200


def test_only_pages_with_the_strict_policy_are_in_the_admin(root):
    assert {model._meta.app_label for model in admin.site._registry} == {"auth", "relations"}


def test_days_are_written_as_the_forms_take_them(full, desk):
    (published,) = page_of(desk.get(url("source", "changelist"))).cssselect("td.field-published_on")
    assert published.text_content() == "2020-02-01"


def test_words_are_written_as_people_write_them(full, root):
    options = page_of(root.get("/admin/relations/ambassadorstatus/add/")).cssselect("#id_status option[value=charge]")
    assert [option.text for option in options] == ["Chargé d'affaires"]
    assert "API tokens" in said(root.get("/admin/"))
