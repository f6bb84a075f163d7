"""Every quote that an importer records is in the file that it read: none is composed."""

import datetime as dt
import html
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from relations.importers import demo, import_list
from relations.importers.engine import own_format
from relations.importers.registry import LISTS
from relations.models import Citation, Confirmation
from tests.importers.cow_files import HEADER as COW_HEADER
from tests.importers.gsdb_files import HEADER as GSDB_HEADER
from tests.importers.gsdb_files import row
from tests.importers.importing import BANS, FACTBOOK, FILES, POCOM, imported, readable
from tests.importers.regime_files import FEBRUARY, edition, regime
from tests.importers.shared_data import whole
from tests.importers.us_missions_files import CUBA
from tests.importers.us_missions_files import file as us_missions

pytestmark = pytest.mark.usefixtures("countries")


@pytest.fixture(autouse=True)
def archive(settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"


SMALL = {
    "un": [FILES / "un" / "before.xml"],
    "ofac": sorted((FILES / "ofac").glob("*.csv")),
    "eu": [FILES / "eu" / "list.xml"],
    "uk": [FILES / "uk" / "list.xml"],
    "ofsi": [FILES / "ofsi" / "conlist.csv"],
    "pocom": [POCOM],
    "travel_ban": [BANS],
}
WRITTEN = {
    "gsdb": f"{GSDB_HEADER}{row()}\n{row(begin='2006', end='2010')}\n",
    "cow": f'{COW_HEADER}"1",2,200,1930,3,3,"1"\n"2",2,220,1930,2,3,"1"\n',
}


def files_of(code: str, folder: Path) -> list[Path]:
    if code in WRITTEN:
        return [written(folder / f"{code}.csv", WRITTEN[code])]
    if code == "factbook":
        return [readable(folder)]
    if code == "regimes":
        return [edition(folder, FEBRUARY, regime(), regime("US-BYY", status="ended"))]
    if code == "us_missions":
        return [us_missions(folder, *CUBA)]
    return SMALL[code]


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def words_of(paths: Iterable[Path]) -> str:
    """The text of the files, white space folded and entities of XML replaced."""
    files = [file for path in paths for file in (sorted(path.rglob("*.*ml")) if path.is_dir() else [path])]
    texts = [file.read_bytes().decode("cp1252" if file.name == "conlist.csv" else "utf-8") for file in files]
    return folded(html.unescape("\n".join(texts)))


def folded(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("code", LISTS)
def test_every_quote_of_a_list_is_in_its_file(code, tmp_path):
    before = {*Citation.objects.values_list("pk", flat=True)}
    paths = files_of(code, tmp_path)
    import_list(code, paths, dated=None if code == "un" else dt.date(2022, 1, 1))
    quotes = set(Citation.objects.exclude(pk__in=before).values_list("quote", flat=True))
    assert quotes
    text = words_of(paths)
    assert [quote for quote in quotes if folded(html.unescape(quote)) not in text] == []


def test_every_quote_of_a_confirmation_is_in_its_edition(tmp_path):
    imported("factbook", readable(tmp_path))
    quotes = set(Confirmation.objects.values_list("quote", flat=True))
    text = words_of([FACTBOOK])
    assert quotes
    assert [quote for quote in quotes if folded(quote) not in text] == []


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("pocom", ["pocom", "missions-countries"]),
        ("factbook", ["factbook", "diplomatic_representation.jsonl"]),
        ("travel_ban", ["travel-ban", "us_travel_ban_events.csv"]),
    ],
)
def test_every_quote_of_the_demo_is_in_the_official_file(code, parts):
    path = whole(*parts)
    files = sorted(path.glob("*.xml")) if path.is_dir() else [path]
    text = "\n".join(folded(file.read_text("utf-8")) for file in files)
    records = map(json.loads, (demo.FOLDER / f"{code}{own_format.SUFFIX}").read_text("utf-8").splitlines())
    assert [one["quote"] for one in records if "quote" in one and folded(one["quote"]) not in text] == []
