"""The issuers' whole files taken into the ledger, one publication after another: the counts that must come out.

Runs only where TRACKER_SHARED_DATA names the folder of the whole files; the product and its other tests do without it.
"""

import datetime as dt

import pytest

from relations.errors import FileRefused
from relations.importers import import_list
from relations.models import Designation, ListChange, Listing, SanctionEvent
from tests.importers import rebuilding
from tests.importers.shared_data import whole

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]


def current_parties(code: str) -> int:
    return Designation.objects.known_at(None).filter(party__list=code, delisted_on__isnull=True).count()


def lines(day: str) -> dict[str, tuple[int, int, int]]:
    """The changes of a publication that subscribers got: listed, amended and delisted under each programme."""
    found = ListChange.objects.filter(run__dated=day)
    return {line.code: (line.listed, line.amended, line.delisted) for line in found}


def test_five_publications_of_the_un_leave_the_counts_that_the_un_published():
    counts = {}
    for path in sorted(whole("un").glob("un_*.xml")):
        run = import_list("un", [path])
        counts[str(run.dated)] = (run.read, run.ended, run.refused, current_parties("un"))
    assert counts == {
        "2021-01-27": (1003, 0, 0, 1003),
        "2023-08-02": (955, 74, 0, 955),
        "2023-08-08": (954, 1, 0, 954),
        "2023-10-17": (946, 9, 0, 946),
        "2023-10-19": (862, 84, 0, 862),
    }
    iran = SanctionEvent.objects.get(from_country="UN", to_country="IR")
    assert (iran.action, iran.on) == ("observed", "[..2021-01-27]")
    assert [str(one.day) for one in iran.confirmations.order_by("day")] == ["2023-08-02", "2023-08-08", "2023-10-17"]
    assert Designation.objects.listed_on_day(dt.date(2023, 10, 18)).count() == 946
    assert lines("2023-10-19") == {"Iran": (0, 0, 84)}
    assert lines("2023-08-08") == {"No-regime": (0, 0, 1)}
    seen = SanctionEvent.objects.filter(from_country="UN")
    assert (len(lines("2021-01-27")), set(seen.values_list("action", flat=True))) == (14, {"observed"})
    assert set(seen.values_list("on", flat=True)) == {"[..2021-01-27]", "[..2023-10-17]"}


def test_entries_that_come_back_have_a_second_period_and_are_no_new_parties(tmp_path):
    with_iran, without = sorted(whole("un").glob("un_*.xml"))[-2:]
    import_list("un", [with_iran])
    import_list("un", [without])
    back = tmp_path / "back.xml"
    back.write_bytes(with_iran.read_bytes().replace(b"2023-10-17", b"2025-09-28", 1))
    run = import_list("un", [back])
    assert (run.added, run.amended, current_parties("un")) == (84, 0, 946)
    assert Listing.objects.filter(party__list="un").count() == 946 + 84


def test_as_of_the_first_publication_the_list_of_the_un_has_its_1003_parties_whatever_comes_later(tmp_path):
    first, *_, last = sorted(whole("un").glob("un_*.xml"))
    import_list("un", [first])
    import_list("un", [last], accept_shrink=True)
    back = tmp_path / "back.xml"
    with_iran = sorted(whole("un").glob("un_*.xml"))[-2]
    back.write_bytes(with_iran.read_bytes().replace(b"2023-10-17", b"2025-09-28", 1))
    import_list("un", [back])
    assert Designation.objects.listed_on_day(dt.date(2021, 1, 27)).count() == 1003


def test_ofacs_publications_leave_the_counts_that_ofac_published():
    ofac = whole("ofac")
    counts = []
    for day, files in {
        "2019-01-31": [ofac / "2019-01"],
        "2021-04-30": [ofac / "2021-04"],
        "2022-02-23": [*(ofac / "days").glob("sdn_2022-02-23*")],
        "2022-02-24": [*(ofac / "days").glob("sdn_2022-02-24*")],
        "2022-02-25": [*(ofac / "days").glob("sdn_2022-02-25*")],
    }.items():
        import_list("ofac", files, dated=dt.date.fromisoformat(day))
        counts.append(current_parties("ofac"))
    assert counts == [7379, 8890, 9121, 9123, 9214]
    assert lines("2022-02-24") == {"PEESA-EO14039": (2, 0, 0)}
    assert lines("2022-02-25") == {
        "BELARUS-EO14038": (24, 1, 0), "RUSSIA-EO14024": (70, 0, 0), "UKRAINE-EO13661": (0, 3, 0),
        "UKRAINE-EO13662": (16, 0, 0),
    }  # fmt: skip
    with pytest.raises(FileRefused, match="it is empty"):
        import_list("ofac", [*(ofac / "days").glob("*empty*")], dated=dt.date(2024, 5, 4))
    assert current_parties("ofac") == 9214


def test_the_eus_parties_are_listed_since_the_acts_that_their_records_name(tmp_path):
    export = rebuilding.eu_export(rebuilding.lines(whole("eu", "eu-fsf_2026-02-23.jsonl.gz")))
    run = import_list("eu", [rebuilding.written(export, tmp_path / "eu.xml")])
    assert (run.read, run.added, run.refused, current_parties("eu")) == (5860, 5860, 0, 5860)
    years = (2003, 2010, 2015, 2020, 2022, 2024, 2026)
    assert [Designation.objects.listed_on_day(dt.date(year, 3, 1)).count() for year in years] == [
        17, 293, 762, 1268, 2468, 4579, 5860,
    ]  # fmt: skip
    assert not Listing.objects.filter(party__list="eu", listed_on="[..2026-02-23]").exists()
    events = SanctionEvent.objects.current().filter(from_country="EU", programme__list="eu")
    assert set(events.values_list("action", "on")) == {("observed", "[..2026-02-23]")}
    assert events.count() == events.values("programme").distinct().count() == 26


def test_ofsis_list_leaves_the_targets_that_ofsi_published():
    run = import_list("ofsi", [whole("uk", "ofsi-conlist_2018-04-13.csv")])
    assert (run.read, run.added, run.refused, current_parties("ofsi")) == (2106, 2106, 0, 2106)
    assert run.complaints == {"doubts": [], "unreadable": [], "unknown": {}}
    assert set(SanctionEvent.objects.filter(from_country="GB").values_list("action", flat=True)) == {"observed"}
