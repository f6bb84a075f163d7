"""Publishes a package: everything that may be redistributed, of one moment, under one date, once."""

from __future__ import annotations

import fcntl
import heapq
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import batched
from operator import itemgetter
from pathlib import Path
from tempfile import mkdtemp
from types import ModuleType
from typing import Any

from relations.codes import ListCode
from relations.codes.list_descriptions import list_description
from relations.models import FACT_MODELS, Source
from relations.open_data import description
from relations.open_data.description import Resource
from relations.open_data.licences import forbidding
from relations.open_data.log import CHANGE_COLUMNS, ROOT_COLUMNS, Log
from relations.open_data.rebuilding import PERIOD_COLUMNS, Package, period_values
from relations.open_data.tables import READ, Withheld, stream
from relations.open_data.verifying import SUMS
from relations.open_data.writing import write_table, write_text
from relations.queries.clock import newest_finished, today
from relations.queries.periods import load_periods
from relations.queries.snapshot import snapshot

_UNFINISHED = ".unfinished-"
_PAIRS_AT_ONCE = 200
_RESTING = " UNION ".join(
    f"SELECT fact.pair_id FROM {model._meta.db_table} AS fact JOIN {table} AS own ON own.{model.column}_id = fact.id "  # noqa: S608  # names in this project
    "WHERE own.source_id = ANY(%(sources)s)"
    for model in FACT_MODELS
    for table in ("relations_citation", "relations_confirmation")
)


class NotPublished(Exception):
    """Nothing was published, and nothing is left of the attempt."""


def publish(folder: Path, *, pyarrow: ModuleType | None = None) -> Path:
    """Writes the package of now to a folder of its own, named for the day; the same state gives the same bytes.

    It is written under a hidden name first: a folder with the name of a day is complete. Raises `NotPublished`.
    """
    final = folder / today().isoformat()
    with _alone(folder):
        if final.exists():
            raise NotPublished(f"{final} exists already, and a published package never changes.")
        unfinished = Path(mkdtemp(prefix=_UNFINISHED, dir=folder))
        try:
            _write(unfinished, pyarrow)
            unfinished.chmod(0o755)
            unfinished.rename(final)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return final


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One publisher at a time; what a killed one has left is removed."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotPublished(f"Another process is publishing to {folder}.") from None
        for left in folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _write(folder: Path, pyarrow: ModuleType | None) -> None:
    finished = newest_finished()
    with snapshot():
        withheld = _withheld()
        resources: list[Resource] = []

        def add(name: str, title: str, columns: Mapping[str, str], key: tuple[str, ...], rows: Any) -> None:
            written = write_table(folder / name, columns, rows, pyarrow=pyarrow)
            resources.append(Resource(name, title, columns, key, written))

        for table in READ:
            add(table.name, table.title, table.columns, table.key, table.rows(withheld))
        add("periods", "Statuses: the periods of each track of each pair", PERIOD_COLUMNS, ("pair", "track", "start"),
            _periods(folder, withheld))  # fmt: skip
        log = Log(withheld)
        add("changes", "The change log, line by line", CHANGE_COLUMNS, ("id",), log.rows())
        add("day-roots", "The Merkle root of each day's lines of the log", ROOT_COLUMNS, ("day",), log.roots(finished))
        licences, left_out = description.licence_rows(withheld), description.withheld_rows(withheld)
        add("licences", "Licences, and whom to name", description.LICENCE_COLUMNS, ("licence",), licences)
        add("withheld", "Sources and lists whose licence forbids redistribution", description.WITHHELD_COLUMNS,
            ("kind", "id"), left_out)  # fmt: skip
        text = description.readme(resources, licences, left_out, log)
        readme = write_text(folder / "README.md", text)
        datapackage = write_text(folder / "datapackage.json", description.datapackage(resources, licences, log))
    written = [readme, datapackage, *(one for resource in resources for one in resource.written)]
    write_text(folder / SUMS, "".join(f"{one.sha256}  {one.name}\n" for one in sorted(written)))


def _withheld() -> Withheld:
    licences = forbidding(Source.objects.order_by().values_list("licence", flat=True).distinct())
    sources = list(Source.objects.filter(licence__in=licences).order_by("pk").values_list("pk", flat=True))
    pairs = sorted(pair for (pair,) in stream(_RESTING, {"sources": sources})) if sources else []
    descriptions = {code: str(list_description(code)["licence"]) for code in ListCode.values}
    unfit = forbidding(descriptions.values())
    return Withheld(sources, [code for code, licence in descriptions.items() if licence in unfit], pairs)


def _periods(folder: Path, withheld: Withheld) -> Iterator[tuple[Any, ...]]:
    """The stored periods; of pairs that lack facts here, those that follow from the facts in the package."""
    return heapq.merge(_stored(frozenset(withheld.pairs)), _rebuilt(folder, withheld.pairs), key=itemgetter(0))


def _stored(left_out: frozenset[str]) -> Iterator[tuple[Any, ...]]:
    codes = (code for (code,) in stream('SELECT code FROM relations_countrypair ORDER BY code COLLATE "C"', {}))
    for some in batched((code for code in codes if code not in left_out), _PAIRS_AT_ONCE):
        periods = load_periods(some)
        for pair in some:
            ordered = sorted(periods.get(pair, ()), key=lambda period: (str(period.track), period.start))
            yield from (period_values(pair, period, partial=False) for period in ordered)


def _rebuilt(folder: Path, pairs: list[str]) -> Iterator[tuple[Any, ...]]:
    if pairs:
        package = Package(folder)
        for pair, rows in package.pairs(only=frozenset(pairs)):
            yield from (period_values(pair, period, partial=True) for period in package.periods(pair, rows))
