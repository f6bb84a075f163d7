"""Counts of parties under each programme of a relation, and the links to them: the two always agree."""

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import connection

from relations import ledger
from relations.importers import import_list
from relations.models import Designation, ReferenceEpoch, SanctionProgramme
from relations.outbox.payloads import snapshots
from relations.queries.cache import PAIRS, REFERENCE_DATA
from relations.queries.designation_counts import designation_counts
from tests.api.listed_parties import drafted, party
from tests.api.reading import get, queries
from tests.database import made_once
from tests.factories import programme, record, sanction

FILES = Path(__file__).parents[1] / "importers" / "files"
SITE = "http://testserver"
pytestmark = pytest.mark.usefixtures("countries")

FIRST = {1: "BELARUS", 2: "BELARUS", 3: "BELARUS] [BELARUS-EO14038", 4: "SYRIA"}
SECOND = {1: "BELARUS", 2: "BELARUS-EO14038", 4: "SYRIA"}
THIRD = {1: "BELARUS", 2: "BELARUS-EO14038", 3: "BELARUS", 4: "SYRIA"}


@pytest.fixture
def ofac():
    """Imports a publication of OFAC's list that names these parties, each with its programmes."""
    return _publish


def _publish(day: str, parties: dict[int, str], *, dry_run: bool = False) -> dt.datetime:
    rows = [f'{number},"PARTY {number}",-0- ,"{tags}"{",-0- " * 8}' for number, tags in parties.items()]
    with TemporaryDirectory() as folder:
        path = Path(folder, "sdn.csv")
        path.write_bytes("\r\n".join([*rows, "\x1a"]).encode())
        import_list("ofac", [path], dated=dt.date.fromisoformat(day), accept_shrink=True, dry_run=dry_run)
    # Deferred triggers stamp the import; in a test that rolls back there is no commit at which they would.
    connection.check_constraints()
    return ledger.clock()


@made_once
def published():
    """Three publications, and the times at which each was known."""
    return [_publish("2022-02-23", FIRST), _publish("2022-02-24", SECOND), _publish("2022-03-02", THIRD)]


def named(body: Any) -> dict[str, Any]:
    """Designations of each programme of a relation, by the beginning of its title."""
    return {
        part["programme"]["title"].split(":")[0] if part["programme"] else "": part["designations"]
        for entry in body["status"]["sanctions"]
        for part in entry["programmes"]
    }


def found(client: Any, url: str) -> int:
    assert url.startswith(f"{SITE}/api/designations/?list=")
    count: int = get(client, f"{url.removeprefix(SITE)}&count=1&page_size=1")["count"]
    return count


def counts(client: Any, path: str) -> dict[str, int]:
    """The counts of a relation; that each link counts the same, and the list of relations too, is seen to here."""
    shown = named(get(client, path))
    code, _, query = path.removeprefix("/api/relations/").partition("/?")
    (row,) = get(client, f"/api/relations/?pair={code.strip('/')}&{query}".rstrip("&"))["results"]
    assert named(row) == shown
    for listed in shown.values():
        assert found(client, listed["url"]) == listed["count"], listed["url"]
    return {title: listed["count"] for title, listed in shown.items()}


# --- what is shown --------------------------------------------------------------------------------------------------


def test_each_programme_has_the_number_of_its_parties_and_the_url_of_their_list(client, published):
    shown = named(get(client, "/api/relations/BY-US/"))
    link = f"{SITE}/api/designations/?list=ofac&programme={{}}&current=true"
    assert shown == {
        "BELARUS": {"count": 2, "url": link.format("BELARUS")},
        "BELARUS-EO14038": {"count": 1, "url": link.format("BELARUS-EO14038")},
    }
    assert counts(client, "/api/relations/BY-US/") == {"BELARUS": 2, "BELARUS-EO14038": 1}
    assert counts(client, "/api/relations/SY-US/") == {"SYRIA": 1}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2022-02-22", (0, 0)),
        ("2022-02-23", (3, 1)),
        ("2022-02-24", (1, 1)),  # one taken off, one moved from the one programme to the other
        ("2022-03-01", (1, 1)),
        ("2022-03-02", (2, 1)),  # and one come back
    ],
)
def test_as_of_a_day_those_listed_on_that_day_are_counted(client, published, day, expected):
    assert tuple(counts(client, f"/api/relations/BY-US/?as_of={day}").values()) == expected


def test_known_at_a_time_those_are_counted_who_were_known_then(client, published):
    def known(moment: dt.datetime, day: str = "") -> tuple[int, ...]:
        asked = f"known_at={moment:%Y-%m-%dT%H:%M:%S.%fZ}{day and f'&as_of={day}'}"
        return tuple(counts(client, f"/api/relations/BY-US/?{asked}").values())

    first, second, third = published
    assert [known(moment) for moment in published] == [(3, 1), (1, 1), (2, 1)]
    # In the first days of March nobody knew that the third party would not be there: what was known last still applied.
    assert [known(moment, "2022-03-01") for moment in published] == [(3, 1), (1, 1), (1, 1)]
    assert known(second, "2022-02-23") == known(third, "2022-02-23") == (3, 1)
    before = f"known_at={first - dt.timedelta(days=1):%Y-%m-%dT%H:%M:%S.%fZ}"
    assert get(client, f"/api/relations/BY-US/?{before}")["status"]["sanctions"] == []


def test_a_programme_without_a_list_has_no_number_of_designations(client, published):
    own = programme(title="BELARUS SANCTIONS")
    record(sanction("imposed", "2006-06-16", programme=own))
    record(sanction("imposed", "2006-06-16"))
    shown = named(get(client, "/api/relations/BY-US/"))
    assert (shown["BELARUS SANCTIONS"], shown[""], shown["BELARUS"]["count"]) == (None, None, 2)


LIBYA = "The Libya (Sanctions) (EU Exit) Regulations 2020"


@made_once
def lists():
    """The small files of the UN, the EU and the United Kingdom."""
    import_list("un", [FILES / "un" / "before.xml"])
    import_list("eu", [FILES / "eu" / "list.xml"])
    import_list("uk", [FILES / "uk" / "list.xml"])
    connection.check_constraints()


def test_every_list_counts_alike(client, lists):
    assert counts(client, "/api/relations/KP-UN/")["DPRK"] > 0
    assert counts(client, "/api/relations/EU-IR/") == {"IRN": 2}
    assert counts(client, "/api/relations/GB-LY/") == {LIBYA: 2}
    link = named(get(client, "/api/relations/GB-LY/"))[LIBYA]["url"]
    assert link.endswith(
        "?list=uk&programme=The%20Libya%20%28Sanctions%29%20%28EU%20Exit%29%20Regulations%202020&current=true"
    )


def test_a_member_shows_the_counts_of_the_organisation_that_it_inherits_from(client, lists):
    own, inherited = (get(client, f"/api/relations/{pair}/?as_of=2026-02-28") for pair in ("EU-IR", "DE-IR"))
    assert named(own).items() <= named(inherited).items()
    assert named(inherited).keys() - named(own).keys() == {"Iran"}, "the United Nations' programme reaches both members"
    assert named(own)["IRN"]["count"] == 2
    assert named(own)["IRN"]["url"].endswith("?list=eu&programme=IRN&current=true&as_of=2026-02-28")


def test_a_snapshot_that_an_import_sends_counts_what_the_import_has_written(client, ofac, published, settings):
    """Inside the import's own transaction: what this process remembers knows nothing of it yet."""
    settings.PUBLIC_URL = SITE
    assert named(get(client, "/api/relations/BY-US/"))["BELARUS"]["count"] == 2
    ofac("2022-03-03", THIRD | {5: "BELARUS"})
    sent = snapshots(["BY-US"], day=ledger.today())["BY-US"]
    link = f"{SITE}/api/designations/?list=ofac&programme=BELARUS&current=true"
    assert named(sent)["BELARUS"] == {"count": 3, "url": link}
    assert found(client, link) == 3


# --- as fresh as the database ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_tag_changes_with_the_count_and_with_what_a_publication_confirms(client, ofac):
    def seen(tag: str = "") -> tuple[int, str, int, str]:
        answer = client.get("/api/relations/BY-US/", headers={"If-None-Match": tag} if tag else {})
        body = client.get("/api/relations/BY-US/").json()
        (posture,) = body["status"]["sanctions"]
        return answer.status_code, answer["ETag"], named(body)["BELARUS"]["count"], posture["confirmed_on"]

    ofac("2022-02-23", FIRST)
    _, first, *shown = seen()
    assert shown == [3, "2022-02-23"]
    assert seen(first) == (304, first, 3, "2022-02-23")
    ofac("2022-02-24", FIRST | {5: "SYRIA"})
    status, second, *shown = seen(first)
    assert (status, shown) == (200, [3, "2022-02-24"])
    ofac("2022-02-25", FIRST | {5: "BELARUS"})
    status, _, *shown = seen(second)
    assert (status, shown) == (200, [4, "2022-02-25"])


@pytest.mark.django_db(transaction=True)
def test_an_import_that_changes_nothing_and_one_that_is_only_tried_leave_the_stamp_alone(ofac):
    ofac("2022-02-23", FIRST)
    before = ReferenceEpoch.objects.get().changes
    ofac("2022-02-24", dict(reversed(FIRST.items())))
    ofac("2022-02-25", {1: "BELARUS"}, dry_run=True)
    assert ReferenceEpoch.objects.get().changes == before
    assert Designation.objects.count() == len(FIRST)


# --- what it costs --------------------------------------------------------------------------------------------------


def test_what_is_remembered_costs_no_query_for_its_counts(client, published):
    """The look-up of versions and stamp; whatever the programmes, the day and the moment."""
    asked = ["", "?as_of=2022-02-24", f"?known_at={published[0]:%Y-%m-%dT%H:%M:%S.%fZ}"]
    for query in asked:
        client.get(f"/api/relations/BY-US/{query}")
    assert [queries(client, f"/api/relations/BY-US/{query}") for query in asked] == [1, 1, 1]
    assert queries(client, "/api/relations/?pair=BY-US") == 3  # the pairs, their periods, the stamp


@pytest.mark.django_db(transaction=True)
def test_counting_anew_costs_two_queries_for_one_programme_and_for_many(client, ofac):
    """The parties of all lists, and the first publications of lists that replace closed ones."""

    def cost() -> int:
        # The codes in the address are looked up, and the countries are read, whatever ran before.
        client.get("/api/relations/BY-US/")
        PAIRS.clear()
        REFERENCE_DATA.clear()
        client.get("/api/relations/AD-FJ/")
        return queries(client, "/api/relations/BY-US/")

    own = programme(title="Typed by hand")
    record(sanction("imposed", "2006-06-16", programme=own))
    without = cost()
    ofac("2022-02-23", {1: "BELARUS"})
    one = cost()
    ofac("2022-02-24", THIRD)
    assert (one, cost()) == (without + 2, without + 2)


# --- the tallies themselves -----------------------------------------------------------------------------------------


def test_tallies_equal_what_the_rows_say_of_every_day_and_every_time(published):
    """Two ways to count: in memory for relations, in the database for lists of designations."""
    tallies_agree(moments=published)


def tallies_agree(*, moments):
    words = [("ofac", "BELARUS"), ("ofac", "BELARUS-EO14038"), ("ofac", "SYRIA"), ("ofac", "NOBODY")]
    days = [dt.date(2022, 2, 20) + dt.timedelta(days=number) for number in range(14)]
    for moment in (None, *moments):
        kept = designation_counts(None, known_at=moment)
        assert ("ofac", "NOBODY") not in kept
        for day in days:
            counted = Designation.objects.listed_on_day(day, known_at=moment).counted(words)
            assert counted == {word: kept[word].on(day) if word in kept else 0 for word in words}
        standing = Designation.objects.known_at(moment).filter(delisted_on__isnull=True).counted(words)
        assert standing == {word: kept[word].on(None) if word in kept else 0 for word in words}


def test_tallies_count_a_version_until_any_later_one_that_is_of_its_day_or_of_one_before(countries):
    versions = (
        ("listed", "2022-02-23", ("BELARUS",)),
        ("amended", "2022-02-26", ("SYRIA",)),
        ("amended", "2022-02-26", ("BELARUS-EO14038", "BELARUS-EO14038")),
        ("amended", "2022-02-25", ("SYRIA", "BELARUS")),
        ("delisted", "2022-03-01", ("SYRIA", "BELARUS")),
    )
    for change, on, programmes in versions:
        known = ledger.load_known_versions("ofac").get("1")
        with ledger.import_run("ofac") as run:
            run.dated = dt.date.fromisoformat(on)
            one = drafted(party("1", f"A {on}", programmes=programmes), change=change, on=on, known=known)
            ledger.write_parties([one], run=run, moment=ledger.clock())
    tallies_agree(moments=[*Designation.objects.values_list("recorded_at", flat=True)])


def test_nothing_is_counted_before_the_first_import_and_all_of_it_from_then_on(published):
    first = Designation.objects.earliest("recorded_at").recorded_at
    for _ in ("read", "cached"):
        assert designation_counts(None, known_at=first - dt.timedelta(microseconds=1)) == {}
        assert designation_counts(None, known_at=first)["ofac", "BELARUS"].on(None) == 3


def test_a_closed_list_counts_nobody_once_its_successor_is_known(countries):
    for code in ("ofsi", "uk"):
        with ledger.import_run(code, dated=dt.date(2022, 2, 23)) as run:
            ledger.write_parties([drafted(party("1", "A"))], run=run, moment=ledger.clock())
    then = Designation.objects.get(party__list="ofsi").recorded_at
    known = [designation_counts(None, known_at=moment)["ofsi", "BELARUS"] for moment in (then, None)]
    assert [count.on(None) for count in known] == [1, 0]


def test_programmes_name_their_list_and_its_word_for_them(client, published):
    body = get(client, "/api/sanction-programmes/?list=ofac&code=BELARUS")["results"]
    assert [(row["title"], row["list"], row["code"]) for row in body] == [("BELARUS: Belarus", "ofac", "BELARUS")]
    programme(title="Typed by hand")
    assert [row["title"] for row in get(client, "/api/sanction-programmes/?list=none")["results"]] == ["Typed by hand"]
    assert SanctionProgramme.objects.filter(code="").count() == 1
