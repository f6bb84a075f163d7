"""Refusals of OFAC's CSV files: bad rows are counted and named, bad files refused whole."""

import pytest

from relations.errors import FileRefused
from relations.importers.engine.parties import Party, Unreadable
from relations.importers.sources import ofac
from tests.importers.ofac_lists import FILES, ROW, day_file, read, whole


def test_in_broken_copies_every_bad_row_is_counted_and_named(tmp_path):
    for path in whole():
        (tmp_path / path.name).write_text(path.read_text() + "||||\n")
    records = list(ofac.parse(sorted(tmp_path.iterdir())))
    assert [record for record in records if isinstance(record, Unreadable)] == [
        Unreadable(reference="", line=4, reason="it has 1 columns, not 5: '||||'", file="alt.csv"),
        Unreadable(reference="", line=3, reason="it has 1 columns, not 6: '||||'", file="add.csv"),
        Unreadable(reference="", line=2, reason="it has 1 columns, not 2: '||||'", file="sdn_comments.csv"),
        Unreadable(reference="", line=7, reason="it has 1 columns, not 12: '||||'", file="sdn.csv"),
    ]
    assert {record.reference: record for record in records if isinstance(record, Party)} == read(whole())


@pytest.mark.parametrize(
    ("line", "reference", "reason"),
    [
        (ROW + ",-0- ", "7", "it has 13 columns, not 12"),
        (ROW.removesuffix(",-0- "), "7", "it has 11 columns, not 12"),
        (ROW.replace('"DOE', '"D"OE', 1), "7", "a quotation mark is not closed or is inside a value"),
        (ROW.replace("individual", "robot"), "7", "SDN_Type 'robot' is not known"),
        (ROW.replace('"SDGT"', "-0- "), "7", "it is listed under no programme"),
        (ROW.replace('"DOE, Jane"', "-0- "), "7", "it has no name"),
        (ROW.replace("7,", "seven,", 1), "", "'seven' is not an ent_num"),
        (f"\x1a{ROW}", "", "'\\x1a7' is not an ent_num"),
        (ROW.replace("DOE", "D\x07E"), "7", "control character U+0007 in 'D\\x07E, Jane'"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_with_its_reason(sdn, line, reference, reason):
    sound, refused = sdn(ROW.replace("7,", "6,", 1), line)
    assert isinstance(sound, Party)
    assert isinstance(refused, Unreadable)
    assert (refused.reference, refused.line, refused.file) == (reference, 2, "sdn.csv")
    assert refused.reason.startswith(reason)


def test_bad_rows_at_the_head_of_a_file_are_named_like_any_others(sdn):
    bad = [f"{ent_num},x" for ent_num in range(100, 200)]
    records = sdn(*bad, ROW)
    assert [record.reference for record in records if isinstance(record, Unreadable)] == [
        f"{ent_num}" for ent_num in range(100, 200)
    ]
    assert [record.reference for record in records if isinstance(record, Party)] == ["7"]


def test_a_reference_that_is_there_twice_is_read_once(sdn):
    _, refused = sdn(ROW, ROW)
    assert refused.reason == "ent_num 7 is in the file twice"


@pytest.mark.parametrize(
    ("alt", "reference", "reason"),
    [
        ('7,1,"xka","DOE",-0- ', "7", "line 2 of alt.csv: alt_type 'xka' is not known"),
        ('7,1,"aka",-0- ,-0- ', "7", "line 2 of alt.csv has no alias"),
        ('7,1,"aka"', "7", "line 2 of alt.csv belongs to it: it has 3 columns, not 5"),
        ('8,1,"aka","DOE",-0- ', "8", "sdn.csv has no party 8"),
        ('8,1,"aka"', "8", "it has 3 columns, not 5"),
    ],
)
def test_a_row_of_another_file_that_cannot_be_read_takes_its_party_with_it(tmp_path, alt, reference, reason):
    """Half a party would look like an amendment, so it is refused as a whole, once."""
    (tmp_path / "sdn.csv").write_text(f"{ROW}\n")
    (tmp_path / "alt.csv").write_text(f'7,9,"aka","MINOU, Jane",-0- \n{alt}\n')
    refused = [record for record in ofac.parse(sorted(tmp_path.iterdir())) if isinstance(record, Unreadable)]
    assert [(record.reference, record.reason[: len(reason)]) for record in refused] == [(reference, reason)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"<!DOCTYPE html><html><body>503</body></html>", "it is an HTML page and not the list"),
        (b'<?xml version="1.0"?><sdnList/>', "it is XML"),
        (b"<Error><Code>AccessDenied</Code></Error>", "it is XML"),
        (f"{ROW}\nname\x00\n".encode(), "line 2 contains a NUL byte"),
        (f"{ROW}\n".replace("DOE", "DOË").encode("cp1252"), "it is not UTF-8: invalid continuation byte at byte 5"),
        (f"{ROW}\n".encode("utf-16"), "it is UTF-16 and not UTF-8"),
        (b"a;b;c\n1;2;3\n", "none of its rows has the 12 columns of sdn.csv"),
        (f'{ROW}\n8,"SMITH, J'.encode(), "it stops in the middle of line 2: '8,\"SMITH, J'"),
        (f'{ROW}\n8,"SMITH, John","indiv'.encode(), "it stops in the middle of line 2"),
        (f"{ROW}\n8".encode(), "it stops in the middle of line 2: '8'"),
        (f"{ROW}\r\n{ROW}".encode(), "it is cut: it has OFAC's line ends (CR LF), not its end mark (Ctrl-Z)"),
        (f"{ROW}\n\x1a\n{ROW}\n".encode(), "line 3 is after the end mark (Ctrl-Z)"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_the_list_is_refused_whole(tmp_path, content, reason):
    path = tmp_path / "sdn.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefused) as refused:
        list(ofac.parse([path]))
    assert str(refused.value).startswith(f"sdn.csv is refused whole: {reason}")


@pytest.mark.parametrize("name", ["cons_prim.csv", "sdn.csv", "list-2026-01-31.csv"])
def test_the_consolidated_list_of_parties_that_are_not_blocked_is_not_taken_for_the_other(tmp_path, name):
    """The two lists have the same columns and numbers; one party of both does not make the one the other."""
    codes = ["CMIC-EO13959", "NS-PLC", "NS-MBS] [RUSSIA-EO14024", "FSE-SY", "UKRAINE-EO13662", "NS-PLC] [SDGT"]
    path = tmp_path / name
    path.write_text("".join(f"{ROW}\n".replace("7,", f"{number},", 1).replace("SDGT", code)
                            for number, code in enumerate(codes, start=7)))  # fmt: skip
    with pytest.raises(FileRefused, match="not blocked|block nobody: it is OFAC's consolidated list"):
        ofac.publication([path])
    whole_list = tmp_path / "sdn.csv"
    whole_list.write_text(f"{ROW}\n{ROW.replace('7,', '8,', 1).replace('SDGT', 'NS-PLC')}\n")
    assert ofac.publication([whole_list]).refused == {}


def test_an_empty_file_as_published_in_may_2024_is_refused(tmp_path):
    path = tmp_path / "sdn_2024-05-04.csv"
    path.touch()
    with pytest.raises(FileRefused, match=r"sdn_2024-05-04\.csv is refused whole: it is empty\."):
        ofac.publication([path])


@pytest.mark.parametrize("bytes_left", range(1, 400, 7))
def test_a_file_of_ofacs_own_that_is_cut_anywhere_is_refused(tmp_path, bytes_left):
    """Between two rows it is in doubt, for its end mark is gone."""
    content = day_file(23).read_bytes()[:-bytes_left]
    path = tmp_path / "sdn.csv"
    path.write_bytes(content)
    if content.endswith(b"\r\n"):
        doubt = "sdn.csv has OFAC's line ends (CR LF) and not its end mark (Ctrl-Z)"
        assert ofac.publication([path]).doubts == (doubt,)
        return
    with pytest.raises(FileRefused, match="is refused whole: it is cut"):
        list(ofac.parse([path]))


def test_a_last_null_that_lost_its_end_is_still_a_null(tmp_path):
    """The copies of add.csv and alt.csv of January 2019 end like that: nothing of the row is missing."""
    path = tmp_path / "sdn.csv"
    path.write_text(ROW.removesuffix("- "))
    assert [party.reference for party in ofac.parse([path])] == ["7"]
    assert ofac.publication([path]).doubts == ()


@pytest.mark.parametrize("blank", ["", "  ", "," * 11, '"",' * 11 + '""'])
def test_a_row_of_empty_cells_is_a_blank_line(sdn, blank):
    """Spreadsheets write them at the end of a file."""
    assert [record.reference for record in sdn(ROW, blank)] == ["7"]


def test_a_head_that_a_copy_was_given_is_no_row(sdn):
    head = "Ent_num,SDN_Name,SDN_Type,Program,Title,Call_Sign,Vess_type,Tonnage,GRT,Vess_flag,Vess_owner,Remarks"
    assert [record.reference for record in sdn(head, ROW)] == ["7"]
    assert [record.reason for record in sdn(ROW, head) if isinstance(record, Unreadable)] == [
        "'Ent_num' is not an ent_num"
    ]


def test_files_are_known_by_name_or_by_their_columns(tmp_path):
    for name, given in (
        ("a.csv", "sdn.csv"),
        ("b.csv", "add.csv"),
        ("c.csv", "alt.csv"),
        ("d.csv", "sdn_comments.csv"),
    ):
        (tmp_path / name).write_bytes((FILES / given).read_bytes())
    assert read(sorted(tmp_path.iterdir())) == read(whole())


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["add.csv", "alt.csv"], "The list is refused whole: sdn.csv is missing"),
        (["sdn.csv", "sdn.csv"], "sdn.csv is refused whole: a second sdn.csv was given with it"),
        ([], "The list is refused whole: sdn.csv is missing"),
    ],
)
def test_the_wrong_set_of_files_is_refused(names, reason):
    with pytest.raises(FileRefused) as refused:
        ofac.publication([FILES / name for name in names])
    assert str(refused.value).startswith(reason)
