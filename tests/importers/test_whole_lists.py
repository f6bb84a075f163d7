"""The whole publications, where they are at hand: TRACKER_SHARED_DATA names the folder with un/, ofac/, eu/, uk/.

They are too large for the repository. The numbers are the issuers' own.
"""

import os
import time
import tracemalloc
from collections import Counter, deque
from itertools import pairwise
from pathlib import Path

import pytest

from relations.importers.engine.parties import Party, Unreadable
from relations.importers.engine.tables import programmes
from relations.importers.registry import LISTS
from relations.importers.sources import eu, ofac, uk, un
from tests.importers import rebuilding, tracing

HERE = os.environ.get("TRACKER_SHARED_DATA", "")
pytestmark = pytest.mark.skipif(not HERE, reason="TRACKER_SHARED_DATA names no folder with the whole publications")
DATA = Path(HERE)
OFAC = LISTS["ofac"].records


def un_file(day: str) -> list[Path]:
    return list((DATA / "un").glob(f"un_{day}_*.xml"))


def triple(folder: str) -> list[Path]:
    return sorted((DATA / "ofac" / folder).glob("*.csv"))


def ofac_day(day: str) -> list[Path]:
    return list((DATA / "ofac" / "days").glob(f"sdn_{day}_*.csv"))


def known(code: str, parties: dict[str, Party]) -> bool:
    codes = {code for party in parties.values() for code in party.programmes}
    return {(code, programme) for programme in codes} <= programmes().keys()


@pytest.mark.parametrize(("day", "count"), LISTS["un"].records.items())
def test_every_party_of_the_un_list_is_read(day, count):
    parties = tracing.parties(un.parse(un_file(day)))
    assert len(parties) == count
    assert known("un", parties)


def test_of_the_un_list_written_anew_only_what_changed_is_amended():
    """Both files have 929; the UN calls 699 of them untouched, and its new software left 551 of those whole."""
    before, after = (tracing.parties(un.parse(un_file(day))) for day in ("2021-01-27", "2023-08-02"))
    both = before.keys() & after.keys()
    same = {reference for reference in both if before[reference].digest == after[reference].digest}
    untouched = {reference for reference in both if stamps(before[reference]) == stamps(after[reference])}
    assert (len(both), len(same), len(untouched), len(same & untouched)) == (929, 552, 699, 551)
    reasons = Counter(
        key
        for reference in untouched - same
        for key in {*before[reference].content(), *after[reference].content()}
        if before[reference].content().get(key) != after[reference].content().get(key)
    )
    assert reasons.most_common(1) == [("birth_places", 86)]  # it has the first place of birth only


def stamps(party: Party) -> list[str]:
    return sorted(detail.value for detail in party.housekeeping if detail.key == "last_day_updated")


def test_un_publications_of_the_same_month_differ_in_what_changed_only():
    august = [tracing.parties(un.parse(un_file(day))) for day in ("2023-08-02", "2023-08-08")]
    october = [tracing.parties(un.parse(un_file(day))) for day in ("2023-10-17", "2023-10-19")]
    for before, after in (august, october):
        assert [reference for reference in after if before[reference].digest != after[reference].digest] == []
    assert august[0].keys() - august[1].keys() == {"HTi.001"}
    gone = october[0].keys() - october[1].keys()
    assert len(gone) == 84
    assert {october[0][reference].programmes for reference in gone} == {("Iran",)}


@pytest.mark.parametrize(("folder", "count"), [("2019-01", OFAC["2019-01"]), ("2021-04", OFAC["2021-04"])])
def test_every_party_of_the_ofac_list_is_read(folder, count):
    parties = tracing.parties(ofac.parse(triple(folder)))
    assert len(parties) == count
    assert known("ofac", parties)
    assert all(birth.on for party in parties.values() for birth in party.birth_dates)


def test_three_days_of_ofac_differ_by_what_was_listed_and_amended():
    days = [tracing.parties(ofac.parse(ofac_day(f"2022-02-{day}"))) for day in (23, 24, 25)]
    assert [len(day) for day in days] == [OFAC[f"2022-02-{day}"] for day in (23, 24, 25)]
    assert all(known("ofac", day) for day in days)
    changes = [
        (
            len(after.keys() - before.keys()),
            len(before.keys() - after.keys()),
            len([reference for reference in before if before[reference].digest != after[reference].digest]),
        )
        for before, after in pairwise(days)
    ]
    assert changes == [(2, 0, 0), (91, 0, 4)]


def test_sdn_alone_changes_nothing_that_its_file_leaves_out():
    alone = [DATA / "ofac" / "2019-01" / "sdn.csv"]
    omits = ofac.publication(alone).omits
    stored = tracing.parties(ofac.parse(triple("2019-01")))
    for reference, party in tracing.parties(ofac.parse(alone)).items():
        content = stored[reference].content()
        assert party.completed_from(content, omits=omits) == content


def test_the_broken_copies_of_ofac_have_one_bad_row_each():
    records = list(ofac.parse(triple("invalid")))
    bad = [(record.file, record.line) for record in records if isinstance(record, Unreadable)]
    assert bad == [("alt.csv", 9683), ("add.csv", 11697), ("sdn.csv", 7380)]
    assert len(records) - len(bad) == OFAC["2019-01"]  # 0.04 % of the parties' rows are bad


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rebuilt")
    return {
        "eu": rebuilding.written(
            rebuilding.eu_export(rebuilding.lines(DATA / "eu" / "eu-fsf_2026-02-23.jsonl.gz")), folder / "eu.xml"
        ),
        "uk": rebuilding.written(
            rebuilding.uk_list(rebuilding.lines(DATA / "uk" / "uk-sanctions-list_2026-02-25.jsonl.gz")),
            folder / "uk.xml",
        ),
    }


def test_every_party_of_the_eu_list_comes_back_from_its_xml(rebuilt):
    parties = tracing.parties(eu.parse([rebuilt["eu"]]))
    assert len(parties) == LISTS["eu"].records["2026-02-23"]
    assert known("eu", parties)
    for record in rebuilding.lines(DATA / "eu" / "eu-fsf_2026-02-23.jsonl.gz"):
        tracing.eu(record, parties[record["logical_id"]])


def test_every_party_of_the_uk_list_comes_back_from_its_xml(rebuilt):
    parties = tracing.parties(uk.parse([rebuilt["uk"]]))
    assert len(parties) == LISTS["uk"].records["2026-02-25"]
    assert known("uk", parties)
    for record in rebuilding.lines(DATA / "uk" / "uk-sanctions-list_2026-02-25.jsonl.gz"):
        tracing.uk(record, parties[record["unique_id"]])


def test_nine_thousand_parties_of_ofac_are_read_in_three_seconds():
    start = time.process_time()
    deque(ofac.parse(triple("2021-04")), maxlen=0)
    assert time.process_time() - start < 3


def test_memory_does_not_grow_with_the_number_of_records(rebuilt):
    """The EU's file has 20 MB; the parser's peak is under a tenth of that."""
    tracemalloc.start()
    try:
        deque(eu.parse([rebuilt["eu"]]), maxlen=0)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * 1024 * 1024
