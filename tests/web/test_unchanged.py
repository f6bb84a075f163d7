"""A page is made once for what is committed, and never sent again after a change."""

import datetime as dt
import gzip

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from relations.importers import import_list
from relations.models import Country, Party, SanctionProgramme
from relations.queries.cache import PAGES
from relations.web.unchanged import sent_again
from tests.factories import ban, ban_list, post, programme, record, regime, sanction
from tests.importers.un_lists import person, publication
from tests.web.conftest import queries, words_of
from tracker.compression import _CODERS

WRITTEN = [
    f"(SELECT max(xmin::text::bigint) FROM relations_{table})"
    for table in ("statuschange", "importrun", "sanctionprogramme")
]


@pytest.fixture
def day(monkeypatch):
    """The state of this test's tables, in one query: PostgreSQL's own also counts what other tests' databases write."""
    days = [dt.date(2026, 11, 26)]

    def state():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT concat_ws(' ', {', '.join(WRITTEN)})")
            return cursor.fetchone()[0], days[-1]

    monkeypatch.setattr("relations.web.unchanged.database_state", state)
    return days


@pytest.fixture
def committed(world, day):
    PAGES.clear()
    record(post("ambassador", "2020-01-01", holder="Ada Envoy"))


def test_an_unchanged_page_costs_one_query_and_a_change_is_shown_at_once(committed, reader, german):
    addresses = ("/", "/relations/", "/relations/BY-US/", "/countries/BY/", "/changes/", "/map/?from=BY")
    first = {address: reader.get(address) for address in addresses}
    for address, made in first.items():
        assert queries(reader, address) == 1, address
        again = reader.get(address)
        assert (again.content, again.headers["ETag"]) == (made.content, made.headers["ETag"])
        unsent = reader.get(address, headers={"If-None-Match": made["ETag"]})
        assert (unsent.status_code, unsent.content, unsent["ETag"]) == (304, b"", made["ETag"])
        assert german.get(address).content != made.content
        assert reader.get(address, headers={"Host": "localhost"}).content != made.content
    record(post("vacant", "2026-11-01"))
    for address in addresses[1:4]:
        assert "vacant" in words_of(reader.get(address)), address
        assert reader.get(address, headers={"If-None-Match": first[address]["ETag"]}).status_code == 200


def test_what_is_committed_while_a_page_is_made_makes_it_again(committed):
    made = []

    def make():
        if not made:
            record(post("vacant", "2021-01-01"))
        made.append(len(made))
        return HttpResponse(f"{len(made)}", headers={"ETag": f'"{len(made)}"'})

    request = RequestFactory().get("/anything/")
    assert [sent_again(request, make).content for _ in range(3)] == [b"1", b"2", b"2"]


def test_a_page_of_yesterday_and_a_refusal_are_made_again(committed, day):
    made = []

    def make():
        made.append(len(made))
        return HttpResponse("x", headers={"ETag": '"x"'})

    request = RequestFactory().get("/anything/")
    sent_again(request, make)
    sent_again(request, make)
    assert len(made) == 1
    with translation.override("de"):
        sent_again(request, make)
    assert len(made) == 2
    day.append(dt.date(2050, 1, 1))
    sent_again(request, make)
    assert len(made) == 3
    for _ in range(2):
        sent_again(request, lambda: HttpResponse("no", status=400, headers={"ETag": '"x"'}))
        assert sent_again(RequestFactory().get("/else/"), lambda: HttpResponse("no tag")).content == b"no tag"
    assert len(made) == 3


def test_documentation_is_made_once_in_each_language_whatever_is_committed(committed, reader, german, monkeypatch):
    addresses = ("/docs/", "/docs/api/", "/docs/api/relations/", "/docs/design-parts/", "/about/method/")
    first = {(address, client): client.get(address) for address in addresses for client in (reader, german)}
    record(post("vacant", "2026-11-01"))
    monkeypatch.setattr("tracker.frame.render_to_string", None)
    for (address, client), made in first.items():
        again = client.get(f"{address}?utm_source=elsewhere", follow=True)
        assert (again.content, again["ETag"], again["Content-Language"], queries(client, address)) == (
            made.content, made["ETag"], made["Content-Language"], 0,
        )  # fmt: skip
        assert client.get(address, headers={"If-None-Match": made["ETag"]}).status_code == 304
    assert first["/docs/", reader].content != first["/docs/", german].content


def test_a_pair_is_made_again_after_its_own_changes_alone(committed, reader, monkeypatch, day):
    """Its own, those of an organisation that it belongs to, and those of the reference data."""
    forms = ("/relations/BY-US/", "/relations/BY-US/@2020-02-02", "/relations/BY-US/@2019-12-31..2020-02-02",
             "/embed/relations/BY-US/", "/relations/BY-US.svg", "/relations/BY-US/timeline.png", "/relations/BY-US.bib",
             "/oembed?url=http://testserver/relations/BY-US/")  # fmt: skip
    first = {form: reader.get(form) for form in forms}
    record(post("vacant", "2026-11-01", "FR>DE"))
    unused = [form for form in forms if queries(reader, form) != 1 or reader.get(form).content != first[form].content]
    assert unused == []
    for change in (
        lambda: record(post("vacant", "2020-02-01")),
        lambda: record(sanction("imposed", "2019-01-01", "EU>BY")),
        lambda: Country.objects.filter(pk="BY").update(name="Belorussia"),
    ):
        before = reader.get("/relations/BY-LT/"), reader.get("/relations/BY-US/")
        change()
        after = reader.get("/relations/BY-LT/"), reader.get("/relations/BY-US/")
        assert before[0].content != after[0].content or before[1].content != after[1].content
    monkeypatch.setattr("relations.web.pairs.content.today", lambda: dt.date(2050, 1, 1))
    assert "1 January 2050" in words_of(reader.get("/relations/BY-US/"))


def test_pages_of_lists_are_made_again_after_their_own_changes_alone(committed, reader, tmp_path):
    def publish(day: str, *numbers: int) -> None:
        records = [person(f"KPi.{one:03}", name=f"Name {one}") for one in numbers]
        import_list("un", [publication(tmp_path / "un.xml", day, records)], accept_shrink=True)

    bans, own = ban_list(), programme("US>BY", title="An order")
    record(ban("listed", "2026-01-01", list=bans), sanction("imposed", "2019-01-01", programme=own))
    publish("2021-01-27", 1, 2)
    key = Party.objects.get(reference="KPi.001").key
    listed = SanctionProgramme.objects.get(code="DPRK")
    # After another commit: the snapshot, the object, its pair, the lists.
    pages = {
        f"/programmes/{own.pk}/": 4, f"/programmes/{listed.pk}/": 4, f"/designations/{key}/": 3, "/lists/un/": 2,
        f"/lists/{bans.pk}/": 3,
    }  # fmt: skip

    def made_again(change) -> list[str]:
        before = {page: reader.get(page)["ETag"] for page in pages}
        change()
        return [page for page in pages if reader.get(page, headers={"If-None-Match": before[page]}).status_code != 304]

    assert made_again(lambda: record(post("vacant", "2026-11-01", "FR>DE"))) == []
    assert {page: queries(reader, page) for page in pages} == dict.fromkeys(pages, 1), "the snapshot"
    record(post("ambassador", "2026-11-02", "FR>DE", holder="Ada Envoy"))
    assert {page: queries(reader, page) for page in pages} == pages
    first, second, party, un, ban_page = pages
    assert made_again(lambda: record(sanction("lifted", "2026-11-01", programme=own))) == [first]
    assert made_again(lambda: record(ban("removed", "2026-11-01", "US>BY", list=bans))) == [ban_page]
    assert made_again(lambda: record(ban("listed", "2026-11-01", "US>FJ", list=bans))) == [ban_page]
    # A publication that changes nobody confirms everybody.
    assert made_again(lambda: publish("2021-02-27", 1, 2)) == [second, party, un]
    assert made_again(lambda: publish("2021-03-27", 1, 2, 3)) == [second, party, un]
    assert made_again(lambda: programme("UN>KP", title="Another", list="un", code="DPRK2")) == []
    regime_of = regime("US>BY", title="Belarus")
    assert made_again(lambda: SanctionProgramme.objects.filter(pk=own.pk).update(regime=regime_of)) == [first]
    assert made_again(lambda: programme("US>BY", title="A second order", regime=regime_of)) == [first]


def test_a_page_that_is_sent_again_is_compressed_once(committed, reader, monkeypatch):
    plain = reader.get("/changes/").content
    packed = [reader.get("/changes/", headers={"Accept-Encoding": "gzip"}).content for _ in range(2)]
    monkeypatch.setitem(_CODERS, "gzip", None)
    again = reader.get("/changes/", headers={"Accept-Encoding": "gzip"})
    assert (gzip.decompress(packed[0]), packed[1], again.content) == (plain, packed[0], packed[0])


def test_a_transaction_sees_what_it_has_written(countries, reader):
    record(post("vacant", "2026-11-01"))
    assert "vacant" in words_of(reader.get("/relations/BY-US/"))
    record(post("ambassador", "2026-11-02", holder="Ada Envoy"))
    assert "Ada Envoy" in words_of(reader.get("/relations/BY-US/"))
