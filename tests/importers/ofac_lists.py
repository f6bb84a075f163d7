"""OFAC's CSV files: invented parties, all four files of one publication, and three days in OFAC's own form."""

from pathlib import Path

from relations.importers.engine.parties import Party
from relations.importers.sources import ofac

FILES = Path(__file__).parent / "files" / "ofac"
ROW = '7,"DOE, Jane","individual","SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- '


def day_file(day: int) -> Path:
    """A day in OFAC's own form: lines end with CR LF, the file with Ctrl-Z."""
    return FILES / "days" / f"sdn_2022-02-{day}.csv"


def whole(*, without: str = "") -> list[Path]:
    return sorted(path for path in FILES.glob("*.csv") if path.stem != without)


def read(files: list[Path]) -> dict[str, Party]:
    parties = {}
    for record in ofac.parse(files):
        assert isinstance(record, Party), record
        parties[record.reference] = record
    return parties
