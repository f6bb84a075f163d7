"""Imports of small files, and their current rows."""

import json
from pathlib import Path
from typing import Any

from django.db import connection

from relations.importers import import_list
from relations.models import AmbassadorStatus, Fact, ImportRun, StatusPeriod, TravelBanEntry
from tests.database import close_left, first_made
from tests.waiting import until

FILES = Path(__file__).parent / "files"
BANS = FILES / "travel_ban" / "us_travel_ban_events.csv"
FACTBOOK = FILES / "factbook" / "diplomatic_representation.jsonl"
POCOM = FILES / "pocom"


def imported(code: str, *paths: Path, **options: Any) -> ImportRun:
    run = import_list(code, paths, **options)
    run.refresh_from_db()
    return run


def first_import(code: str, path: Path) -> ImportRun:
    """The import of a file into a ledger without facts, done once and copied back to other tests."""
    return first_made((code, path), lambda: imported(code, path))


def until_alone() -> None:
    """Waits until the database has noticed that a process was killed: until then the process's locks are held."""

    def alone() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) = 1 FROM pg_stat_activity"
                " WHERE datname = current_database() AND backend_type = 'client backend'"
            )
            return bool(cursor.fetchone()[0])

    close_left()
    until(alone)


def counts(run: ImportRun) -> tuple[int, int, int]:
    return run.added, run.amended, run.ended


def edited(path: Path, into: Path, *changes: tuple[str, str]) -> Path:
    """A copy of a text file with words replaced."""
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    into.mkdir(parents=True, exist_ok=True)
    (into / path.name).write_text(text, "utf-8")
    return into / path.name


def readable(into: Path) -> Path:
    """The small factbook without the entry that cannot be read: one of ten would refuse its date."""
    lines = FACTBOOK.read_text("utf-8").splitlines()
    path = into / FACTBOOK.name
    path.write_text("\n".join(line for line in lines if '"gec": "ku"' not in line), "utf-8")
    return path


def snapshots(into: Path) -> list[Path]:
    """The factbook's dates, each in a file of its own."""
    dates: dict[str, list[str]] = {}
    for line in readable(into).read_text("utf-8").splitlines():
        dates.setdefault(json.loads(line)["snapshot"], []).append(line)
    paths = []
    for day, lines in sorted(dates.items()):
        path = into / day / FACTBOOK.name
        path.parent.mkdir(parents=True)
        path.write_text("\n".join(lines), "utf-8")
        paths.append(path)
    return paths


def said() -> set[tuple[str, ...]]:
    """Values of every current fact, without its key."""
    found: set[tuple[str, ...]] = set()
    for fact in AmbassadorStatus.objects.current():
        found.add((fact.from_country_id, fact.to_country_id, fact.status, fact.on, fact.holder, fact.note))
    for entry in TravelBanEntry.objects.current():
        found.add((entry.to_country_id, entry.action, entry.on, entry.scope, str(entry.list)))
    return found


def posts(pair: str) -> list[tuple[str, str, str]]:
    rows = StatusPeriod.objects.filter(pair=pair, kind="ambassador").order_by("track", "days")
    return [(row.track, row.value, row.holder) for row in rows]


def versions(model: type[Fact]) -> int:
    return model.objects.count()
