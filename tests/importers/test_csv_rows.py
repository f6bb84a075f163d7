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
    with pytest.raises(FileRefused, match="it is not UTF-8"):
        decoded(written().encode("utf-16"), file="f.csv")


def test_the_header_of_the_missions_may_be_quoted_and_in_capitals():
    table = [
        ["COUNTRY_CODE_COW", "date_start", "date_end", "us_mission_status"],
        ["200", "1785-06-01", "2024-12-31", "Embassy"],
    ]
    (reading,) = us_missions.parse({"f.csv": written(table, quoting=csv.QUOTE_ALL).encode()})
    assert [(one.target, one.word) for one in reading.statements] == [("GB", "relations_established")]


def test_a_case_that_a_release_has_twice_under_one_id_is_one_case():
    head = [*gsdb.COLUMNS]
    case = {
        "case_id": "1",
        "sanctioned_state": "Cuba",
        "sanctioning_state": "United States",
        "begin": "1962",
        "end": "1990",
        "trade": "0",
        "arms": "1",
        "military": "0",
        "financial": "0",
        "travel": "0",
        "other": "0",
        "descr_trade": "",
        "objective": "other",
        "success": "failed",
    }
    other = case | {"case_id": "2"}
    table = [head, *([one[name] for name in head] for one in (case, other, case))]
    (reading,) = gsdb.parse(written(table).encode())
    assert (len(reading.statements), [one.reference for one in reading.ignored]) == (4, ["line 4"])
