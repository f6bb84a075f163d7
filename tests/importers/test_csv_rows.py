"""CSV files as other programs write them: the same rows, whatever divides and surrounds them."""

import csv
import io

import pytest

from relations.errors import FileRefused, RecordRefused
from relations.importers.engine.csv_rows import decoded, rows
from relations.importers.sources import gsdb, us_missions

COLUMNS = frozenset({"name", "year"})
TABLE = [["name", "year", "note"], ["Utopia", "2020", "one, two"], ["Erewhon; the other", "2021", ""]]


def written(table=TABLE, **how):
    text = io.StringIO(newline="")
    csv.writer(text, **how).writerows(table)
    return text.getvalue()


def read(text, columns=COLUMNS):
    return [row.values() for row in rows(text, file="f.csv", columns=columns)]


def named(text):
    return [(values["name"], values["year"]) for values in read(text)]


@pytest.mark.parametrize(
    "text",
    [
        written(),
        written(lineterminator="\n"),
        written(delimiter=";"),
        written(delimiter="\t", quoting=csv.QUOTE_ALL),
        written([[" NAME ", "Year", "note"], *TABLE[1:]]),
        written([row[::-1] for row in TABLE]),
        written([["new", *row] for row in TABLE]),
        written([[*row, "", ""] for row in TABLE]),
        written([TABLE[0], *([*row, ""] for row in TABLE[1:])]),
        written() + "\r\n,,\r\n , ,\r\n",
        written().rstrip("\r\n"),
    ],
)
def test_the_rows_are_the_same_however_a_program_writes_them(text):
    assert named(text) == [("Utopia", "2020"), ("Erewhon; the other", "2021")]


def test_each_row_has_its_line_and_its_own_text_at_its_place():
    text = written([TABLE[0], ["Uto\npia", "2020", ""], TABLE[2]], delimiter=";")
    found = list(rows(text, file="f.csv", columns=COLUMNS))
    assert [row.line for row in found] == [2, 4]
    assert all(text[row.start :].startswith(row.text) for row in found)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "its header lacks name, year"),
        ("name|year\n", "its header lacks name, year"),
        ("name,year,name\n", "its header names a column twice"),
        ('name,year\n"Utopia,2020\n', "line 2 is not valid CSV"),
        ("name,year\nUtopia,2020\nErew", "it stops in the middle of line 3"),
    ],
)
def test_a_file_without_the_columns_is_refused_by_name(text, why):
    with pytest.raises(FileRefused, match=why):
        read(text)


def test_a_row_with_a_cell_too_many_or_too_few_is_refused_alone():
    for row in (["Utopia", "2020", "", "x"], ["Utopia", "2020"]):
        (bad,) = rows(written([TABLE[0], row]), file="f.csv", columns=COLUMNS)
        with pytest.raises(RecordRefused, match="cells and not 3"):
            bad.values()


def test_a_file_in_another_encoding_is_refused():
    with pytest.raises(FileRefused, match="it is UTF-16 and not UTF-8"):
        decoded(written().encode("utf-16"), file="f.csv")


def test_the_header_of_the_missions_may_be_quoted_and_in_capitals():
    table = [
        ["COUNTRY_CODE_COW", "date_start", "date_end", "us_mission_status"],
        ["200", "1785-06-01", "2024-12-31", "Embassy"],
    ]
    (reading,) = us_missions.parse({"f.csv": written(table, quoting=csv.QUOTE_ALL).encode()})
    assert [(one.target, one.word) for one in reading.statements] == [("GB", "relations_established")]


def test_lines_that_end_in_a_carriage_return_alone_are_lines():
    head = ["country_code_cow", "date_start", "date_end", "us_mission_status"]
    embassy = ["200", "1785-06-01", "2024-12-31", "Embassy"]
    (reading,) = us_missions.parse({"f.csv": written([head, embassy, embassy], lineterminator="\r").encode()})
    assert [(one.target, one.word) for one in reading.statements] == [("GB", "relations_established")]
    assert ([one.reference for one in reading.ignored], reading.unreadable, reading.records) == (["line 3"], [], 2)


CASE = dict.fromkeys(gsdb.COLUMNS, "0") | {
    "case_id": "1", "sanctioned_state": "Cuba", "sanctioning_state": "United States", "begin": "1962", "end": "1990",
    "arms": "1", "descr_trade": "", "objective": "other", "success": "failed",
}  # fmt: skip


def cases(*several):
    head = sorted(gsdb.COLUMNS)
    (reading,) = gsdb.parse(written([head, *([one[name] for name in head] for one in several)]).encode())
    return reading


def test_a_case_that_a_release_has_twice_under_one_id_is_one_case():
    reading = cases(CASE, CASE | {"case_id": "2"}, CASE)
    assert (len(reading.statements), [one.reference for one in reading.ignored]) == (4, ["line 4"])


def test_a_country_that_a_release_names_as_no_earlier_one_did_is_that_country():
    new = "Republic of Türkiye, Kingdom of Eswatini, Gambia, Republic of The"
    reading = cases(CASE | {"sanctioned_state": f"{new}, Atlantis"})
    assert [one.reason for one in reading.unreadable] == ["the party 'Atlantis' is not known"]
    reading = cases(CASE | {"sanctioned_state": f"{new}, Cuba"})
    assert [one.target for one in reading.statements if one.word == "imposed"] == ["TR", "SZ", "GM", "CU"]
