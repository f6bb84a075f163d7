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


NO_MARK_IN_ALT = NO_MARK.replace("sdn.csv", "alt.csv")


@pytest.fixture
def with_aliases(tmp_path):
    """Imports a list of one party and one alias, on this day of 2020, with these bytes after the alias."""

    def publish(day: int, after: bytes, *, name: str = "DOE") -> ImportRun:
        sdn, alt = tmp_path / "sdn.csv", tmp_path / "alt.csv"
        sdn.write_bytes(ROW.replace("7,", "1,", 1).replace("DOE", name).encode() + b"\r\n\x1a")
        alt.write_bytes(b'1,12,"aka","ANNE",-0- \r\n' + after)
        return import_list("ofac", [sdn, alt], dated=dt.date(2020, 1, day))

    return publish


def aliases() -> list[str]:
    content = Designation.objects.known_at(None).get().content
    return [name["text"] for name in content["names"] if name["kind"] == "aka"]


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (b"", NO_MARK_IN_ALT),
        (b'2,13,"aka","BE', "it is cut: it has OFAC's line ends (CR LF), not its end mark (Ctrl-Z), and no end"),
        (b"\x00\r\n\x1a", "line 2 contains a NUL byte"),
        (b"\xff\r\n\x1a", "it is not UTF-8: invalid start byte at byte 24"),
    ],
)
def test_an_auxiliary_file_with_a_blemish_refuses_itself_and_not_the_list(with_aliases, after, why):
    with_aliases(1, b"\x1a")
    run = with_aliases(2, after, name="ROE")
    assert (run.amended, run.complaints["refused"]) == (1, [f"alt.csv: {why}"])
    assert aliases() == ["ANNE"]
    assert Designation.objects.known_at(None).get().name == "Jane ROE"


def test_a_blemish_that_two_publications_have_is_the_publishers_own_way(with_aliases):
    with_aliases(1, b"\x1a")
    with_aliases(2, b"", name="ROE")
    run = with_aliases(3, b'1,13,"aka","BEA",-0- \r\n')
    assert "refused" not in run.complaints
    assert aliases() == ["ANNE", "BEA"]


def test_a_copy_that_lost_the_end_of_its_last_null_is_taken_after_a_whole_one(publish):
    publish(1, 20, end="\n", last="\n")
    row = ROW.replace("7,", "21,", 1)
    assert publish(2, 20, end="\n", last=f"\n{row.removesuffix('- ')}").added == 1
