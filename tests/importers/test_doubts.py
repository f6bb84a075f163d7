"""Files that may not be whole: refused after one that surely was, taken where the publisher's files are like that."""

import datetime as dt

import pytest

from relations.errors import FileRefused
from relations.importers import import_list
from relations.importers.engine.publications import SAME_BYTES
from relations.models import Designation, ImportRun
from tests.importers.ofac_lists import ROW

pytestmark = pytest.mark.usefixtures("countries")

NO_MARK = "sdn.csv has OFAC's line ends (CR LF) and not its end mark (Ctrl-Z)"


@pytest.fixture
def publish(tmp_path):
    """Imports an sdn.csv with this many parties on this day of 2020, ended in this way."""

    def publish(day: int, parties: int, *, end: str, last: str) -> ImportRun:
        path = tmp_path / f"sdn_{day}.csv"
        rows = [ROW.replace("7,", f"{number + 1},", 1) for number in range(parties)]
        path.write_bytes((end.join(rows) + last).encode())
        return import_list("ofac", [path], dated=dt.date(2020, 1, day))

    return publish


def current_parties() -> int:
    return Designation.objects.known_at(None).filter(delisted_on__isnull=True).count()


@pytest.mark.parametrize(("end", "last", "doubt"), [("\r\n", "\r\n", NO_MARK), ("\n", "", "")])
def test_a_first_file_in_doubt_is_taken_and_the_run_says_so(publish, end, last, doubt):
    run = publish(1, 3, end=end, last=last)
    assert (run.added, run.complaints["doubts"]) == (3, [doubt] if doubt else [])


def test_a_file_in_doubt_after_one_that_was_whole_is_refused(publish):
    publish(1, 20, end="\r\n", last="\r\n\x1a")
    with pytest.raises(FileRefused, match=r"sdn_2\.csv is refused whole: sdn\.csv has OFAC's line ends"):
        publish(2, 19, end="\r\n", last="\r\n")
    assert current_parties() == 20


def test_an_accepted_doubt_is_remembered_over_a_run_of_the_same_bytes(publish):
    publish(1, 20, end="\r\n", last="\r\n")
    again = publish(1, 20, end="\r\n", last="\r\n")
    assert (again.reason, again.complaints["doubts"]) == (SAME_BYTES, [NO_MARK])
    assert publish(2, 21, end="\r\n", last="\r\n").added == 1


def test_a_doubt_about_another_of_the_files_than_the_accepted_one_is_refused(publish, tmp_path):
    publish(1, 1, end="\r\n", last="\r\n")
    sdn, alt = tmp_path / "sdn.csv", tmp_path / "alt.csv"
    sdn.write_bytes(ROW.replace("7,", "1,", 1).encode() + b"\r\n")
    alt.write_bytes(b'1,12,"aka","ANNE",-0- \r\n')
    with pytest.raises(FileRefused, match=r"The list is refused whole: alt\.csv has OFAC's"):
        import_list("ofac", [sdn, alt], dated=dt.date(2020, 1, 2))


def test_a_copy_that_lost_the_end_of_its_last_null_is_taken_after_a_whole_one(publish):
    publish(1, 20, end="\n", last="\n")
    row = ROW.replace("7,", "21,", 1)
    assert publish(2, 20, end="\n", last=f"\n{row.removesuffix('- ')}").added == 1
