"""Files of the data set on missions of the United States, written row by row."""

from pathlib import Path

HEADER = "country_abbrev_cow,country_code_cow,country_name_cow,country_name_usdos,date_start,date_end,us_mission_status"
FILE = "mission_status_range_cow.csv"
CUBA = (
    "40,1902-05-20,1902-05-26,None", "40,1902-05-27,1923-02-09,Legation", "40,1923-02-10,1961-01-02,Embassy",
    "40,1961-01-03,1977-08-31,None", "40,1977-09-01,2015-07-19,Interests", "40,2015-07-20,2024-12-31,Embassy",
)  # fmt: skip


def written(*rows: str, header: str = HEADER) -> bytes:
    """A file with rows of number, first day, last day and status."""
    lines = []
    for number, start, end, status in (row.split(",") for row in rows):
        lines.append(f'XYZ,{number},"Name, of {number}",,{start},{end},{status}')
    return "\r\n".join([header, *lines, ""]).encode()


def file(folder: Path, *rows: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(written(*rows))
    return folder / FILE
