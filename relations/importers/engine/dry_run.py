"""The changes that a dry run would make, by name."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Literal

from relations.importers.engine.statement_diff import Change
from relations.importers.engine.statements import KnownStatement
from relations.ledger import BatchResult
from relations.models import ImportRun

MOST_NAMED = 100
"""Limit for each kind of change; whoever needs more reads the publication itself."""

type Effect = Literal["added", "amended", "ended"]


def report_dry_run(run: ImportRun, effect: Effect, names: Iterable[str]) -> None:
    """Adds the first names of what a dry run would change to its complaints, under `changes`."""
    if run.dry_run:
        named = run.complaints.setdefault("changes", {}).setdefault(effect, [])
        named += islice(names, MOST_NAMED - len(named))


def report_facts(run: ImportRun, change: Change, revised: BatchResult) -> None:
    touched = change.touched.items()
    report_dry_run(run, "added", (_named(reference, one) for reference, one in touched if reference in change.new))
    report_dry_run(
        run, "amended", (_named(reference, one) for reference, one in touched if one.key in revised.corrected)
    )
    ended = ((reference, one) for reference, one in change.gone.items() if one.key in revised.retracted)
    report_dry_run(run, "ended", (_named(reference, one) for reference, one in ended))


def _named(reference: str, one: KnownStatement) -> str:
    """`by-2006-stew-01:started: US>BY ambassador Karen B. Stewart 2006-10-24`."""
    words = [one.content.get(name, "") for name in ("word", "holder", "on")]
    return f"{reference}: {one.content['sender']}>{one.content['target']} {' '.join(filter(None, words))}"
