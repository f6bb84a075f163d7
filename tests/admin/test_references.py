"""Sources, programmes, lists and tokens."""

import datetime as dt
import hashlib

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User

from relations import ledger
from relations.ledger.tokens import digest
from relations.models import AmbassadorStatus, ApiToken, SanctionProgramme, Source, TravelBanList
from tests.admin.conftest import browser, editor_named, errors, filled, nomination, page_of, person, said, url

SOURCE = {
    "kind": "article",
    "title": "A title",
    "url": "https://example.org/a",
    "language": "en",
    "published_on": "2020-02-01",
}


def test_a_source_is_made_with_its_text_as_it_was_pasted(desk):
    answer = desk.post(url("source", "add"), {**SOURCE, "text": "  one\r\n\r\ntwo \r\n"})
    assert answer.status_code == 302, errors(answer)
    source = Source.objects.get()
    assert source.text == "  one\n\ntwo \n"
    assert source.sha256 == hashlib.sha256(source.text.encode()).hexdigest()
    assert LogEntry.objects.get().object_id == str(source.pk)


def test_sources_without_a_language_are_found_by_a_filter_with_a_name(desk, article):
    page = desk.get(url("source", "changelist"))
    (link,) = [link for link in page_of(page).cssselect("#changelist-filter a") if link.text_content() == "None given"]
    assert "Ambassadors to return" in said(desk.get(url("source", "changelist") + link.get("href", "")))


def test_two_sources_of_one_address_are_refused_at_the_address(desk):
    desk.post(url("source", "add"), SOURCE)
    answer = desk.post(url("source", "add"), {**SOURCE, "title": "Another"})
    assert errors(answer) == [f"Source {Source.objects.get().pk} has this URL already."]
    assert filled(answer)["title"] == "Another"


def test_the_text_of_a_cited_source_is_read_only(desk, article):
    assert "text" in filled(desk.get(url("source", "change", article.pk)))
    desk.post(url("ambassadorstatus", "add"), nomination(article))
    page = desk.get(url("source", "change", article.pk))
    form = filled(page)
    assert "text" not in form
    assert "US→BY nominated 2020-05" in said(page)
    answer = desk.post(url("source", "change", article.pk), {**form, "title": "New title", "text": "forged"})
    assert answer.status_code == 302, errors(answer)
    article.refresh_from_db()
    assert (article.title, article.text[:5]) == ("New title", "Minsk")


def test_a_source_that_facts_cite_cannot_be_deleted_and_says_which(desk, article):
    desk.post(url("ambassadorstatus", "add"), nomination(article))
    fact = AmbassadorStatus.objects.get()
    for answer in (
        desk.get(url("source", "delete", article.pk)),
        desk.post(url("source", "delete", article.pk), {"post": "yes"}),
    ):
        assert answer.status_code == 200
        assert "cannot be deleted, because facts refer to it" in said(answer)
        assert page_of(answer).cssselect(f'a[href="{url("ambassadorstatus", "change", fact.pk)}"]')
    assert Source.objects.filter(pk=article.pk).exists()


def test_a_source_with_reprints_cannot_be_deleted(desk, article):
    ledger.record_source({"title": "Reprint", "syndication_of": article})
    answer = desk.post(url("source", "delete", article.pk), {"post": "yes"}, follow=True)
    assert f"Source {article.pk} cannot be deleted: sources" in said(answer)
    assert Source.objects.count() == 2


def test_what_nobody_refers_to_is_deleted(desk, article):
    programme = SanctionProgramme.objects.create(issuer_id="US", target_id="BY", title="P")
    listing = TravelBanList.objects.create(issuer_id="US", title="L")
    for name, row in (("source", article), ("sanctionprogramme", programme), ("travelbanlist", listing)):
        assert desk.get(url(name, "delete", row.pk)).status_code == 200
        assert desk.post(url(name, "delete", row.pk), {"post": "yes"}).status_code == 302
        assert not type(row).objects.exists()


def test_programmes_and_lists_are_made_and_changed_through_the_ledger(desk):
    form = {"issuer": "US", "target": "BY", "title": "Belarus", "legal_basis": "EO 13405"}
    assert desk.post(url("sanctionprogramme", "add"), form).status_code == 302
    programme = SanctionProgramme.objects.get()
    again = desk.post(url("sanctionprogramme", "add"), form)
    assert errors(again) == ["The issuer has one with the title 'Belarus' already."]
    assert errors(desk.post(url("sanctionprogramme", "add"), {**form, "target": "US"})) == [
        "A programme's target must differ from its issuer."
    ]
    page = url("sanctionprogramme", "change", programme.pk)
    assert desk.post(page, {**filled(desk.get(page)), "title": "Belarus (EO 13405)"}).status_code == 302
    programme.refresh_from_db()
    assert programme.title == "Belarus (EO 13405)"


def test_a_misleading_address_or_title_is_refused_at_its_field(desk):
    form = {"issuer": "US", "target": "BY", "title": "Belarus \u202e", "url": "https://me:secret@example.org/"}
    answer = desk.post(url("sanctionprogramme", "add"), form)
    assert errors(answer) == [
        "It contains U+202E (right-to-left override), which shows the letters after it in another order: leave it out.",
    ]
    answer = desk.post(url("sanctionprogramme", "add"), {**form, "title": "Belarus"})
    assert errors(answer) == ["An address has no user name or password before its host: it is published."]
    assert not SanctionProgramme.objects.exists()


def test_the_list_of_a_programme_and_its_word_are_shown_and_not_typed(desk):
    word = {"list": "ofac", "code": "BELARUS"}
    programme = SanctionProgramme.objects.create(issuer_id="US", target_id="BY", title="Belarus", **word)
    page = url("sanctionprogramme", "change", programme.pk)
    shown = desk.get(page)
    assert [name for name in ("list", "code") if name in filled(shown)] == []
    assert "BELARUS" in shown.content.decode()
    assert desk.post(page, {**filled(shown), "title": "Belarus, 2006", "list": "un", "code": "X"}).status_code == 302
    programme.refresh_from_db()
    assert (programme.title, programme.list, programme.code) == ("Belarus, 2006", "ofac", "BELARUS")


def test_the_issuer_of_a_list_in_use_stays(desk, seed):
    listing = TravelBanList.objects.get()
    page = url("travelbanlist", "change", listing.pk)
    answer = desk.post(page, {**filled(desk.get(page)), "issuer": "EU"})
    assert (answer.status_code, len(errors(answer))) == (200, 1)
    assert errors(answer)[0].startswith(f"The issuer of list {listing.pk} cannot be")
    listing.refresh_from_db()
    assert listing.issuer_id == "US"
    gone = desk.get(url("travelbanlist", "delete", listing.pk))
    assert said(gone).count("US→BY") == 2


def test_a_source_changed_meanwhile_is_not_overwritten(desk, article):
    page = url("source", "change", article.pk)
    form = filled(desk.get(page))
    ledger.change_source(article, {"title": "Their title", "author": "Their author"})
    typed = {**form, "title": "My title"}
    answer = desk.post(page, typed)
    assert "Somebody changed this meanwhile. Title is now: Their title" in errors(answer)
    article.refresh_from_db()
    assert article.title == "Their title"
    again = filled(answer)
    assert again["title"] == "My title"
    assert desk.post(page, again).status_code == 302
    article.refresh_from_db()
    assert article.title == "My title"


def test_a_token_is_shown_once_and_stored_as_a_digest(desk, editor):
    answer = desk.post(
        url("apitoken", "add"), {"name": "script", "scopes": ["read", "edit"], "expires_at_0": "", "expires_at_1": ""}
    )
    (shown,) = (field.get("value", "") for field in page_of(answer).cssselect("#token-secret"))
    token = ApiToken.objects.get()
    assert (token.user, token.name, token.scopes, token.digest) == (editor, "script", ["edit", "read"], digest(shown))
    assert "no-store" in answer.headers["Cache-Control"]
    for page in (
        url("apitoken", "changelist"),
        url("apitoken", "change", token.pk),
        url("apitoken", "history", token.pk),
        "/admin/",
    ):
        seen = desk.get(page)
        assert (seen.status_code, shown in seen.content.decode()) == (200, False)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"name": ""}, "This field is required."),
        ({"scopes": []}, "This field is required."),
        ({"scopes": ["all"]}, "Select a valid choice. all is not one of the available choices."),
        (
            {"expires_at_0": "2001-01-01", "expires_at_1": "00:00"},
            "This time is in the past: the token would never be valid.",
        ),
    ],
)
def test_a_token_that_is_none_is_refused(desk, typed, wrong):
    form = {"name": "script", "scopes": ["read"], "expires_at_0": "", "expires_at_1": ""} | typed
    assert errors(desk.post(url("apitoken", "add"), form)) == [wrong]
    assert not ApiToken.objects.exists()


def minted(client, scopes, **typed):
    """The errors of the form that makes a token."""
    form = {"name": "script", "scopes": scopes, "expires_at_0": "", "expires_at_1": ""} | typed
    return errors(client.post(url("apitoken", "add"), form))


def test_staff_who_may_only_make_tokens_make_none_that_writes(countries):
    tom = person("tom")
    tom.user_permissions.add(Permission.objects.get(codename="add_apitoken"))
    sentence = "tom may not {}, nor may a token of theirs: leave out “{}”, or have a superuser give tom the group {}."
    refused = [
        sentence.format(*words)
        for words in (
            ("record facts or import official lists", "Edit", "Editors or Importers"),
            ("make and change webhooks", "Webhooks", "Subscribers"),
        )
    ]
    assert (minted(browser(tom), ["read", "edit", "webhooks"]), ApiToken.objects.count()) == (refused, 0)
    assert (minted(browser(tom), ["read"]), ApiToken.objects.count()) == ([], 1)


def test_one_right_that_a_scope_reaches_is_enough_to_make_a_token_with_it(countries):
    tom = person("tom")
    names = ("add_apitoken", "add_ambassadorstatus", "view_subscription")
    tom.user_permissions.set(Permission.objects.filter(codename__in=names))
    assert minted(browser(tom), ["edit"]) == []
    (refused,) = minted(browser(tom), ["webhooks"])
    assert refused.startswith("tom may not make and change webhooks")


def test_a_superuser_makes_no_token_that_its_user_could_not_use(root, editor):
    reader = User.objects.create_user("script")
    (refused,) = minted(root, ["edit"], user=reader.pk)
    assert refused.startswith("script may not record facts or import official lists")
    assert refused.endswith("or have a superuser give script staff status and the group Editors or Importers.")
    assert minted(root, ["edit"], user="") == ["This field is required."]
    assert minted(root, ["edit"], user=editor.pk) == []
    assert ApiToken.objects.get().user == editor


def test_a_token_is_revoked_by_its_user_and_seen_by_nobody_else(desk, editor):
    token, _ = ledger.issue_token(editor, name="script", scopes=["read"])
    other = browser(editor_named("oscar"))
    assert other.get(url("apitoken", "change", token.pk)).status_code == 302
    assert other.post(url("apitoken", "delete", token.pk), {"post": "yes"}).status_code == 302
    assert ApiToken.objects.exists()
    assert "script" in said(desk.get(url("apitoken", "changelist")))
    assert desk.post(url("apitoken", "delete", token.pk), {"post": "yes"}).status_code == 302
    assert not ApiToken.objects.exists()


def test_a_superuser_makes_tokens_for_others(root):
    holder = User.objects.create_user("script")
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    form = {
        "name": "nightly",
        "user": holder.pk,
        "scopes": ["read"],
        "expires_at_0": f"{until:%Y-%m-%d}",
        "expires_at_1": "12:00",
    }
    assert root.post(url("apitoken", "add"), form).status_code == 200
    assert ApiToken.objects.get().user == holder
