"""What a dry run says beside its counts: what would change, by name."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Literal

from relations.importers.engine.statement_diff import Change, Standing
from relations.ledger import BatchResult
from relations.models import ImportRun

MOST_NAMED = 100
"""Of each kind of change; whoever needs more reads the publication itself."""

type Turn = Literal["added", "amended", "ended"]


def report_dry_run(run: ImportRun, turn: Turn, names: Iterable[str]) -> None:
    """Keeps the first names of what a dry run would change, under `changes` of its complaints."""
    if run.dry_run:
        told = run.complaints.setdefault("changes", {}).setdefault(turn, [])
        told += islice(names, MOST_NAMED - len(told))


def report_facts(run: ImportRun, change: Change, revised: BatchResult) -> None:
    """What one publication would do to the facts of a source."""
    touched = change.touched.items()
    report_dry_run(run, "added", (_named(reference, one) for reference, one in touched if reference in change.new))
    report_dry_run(
        run, "amended", (_named(reference, one) for reference, one in touched if one.key in revised.corrected)
    )
    ended = ((reference, one) for reference, one in change.gone.items() if one.key in revised.retracted)
    report_dry_run(run, "ended", (_named(reference, one) for reference, one in ended))


def _named(reference: str, one: Standing) -> str:
    """`by-2006-stew-01:started: US>BY ambassador Karen B. Stewart 2006-10-24`."""
    says = [one.content.get(name, "") for name in ("word", "holder", "on")]
    return f"{reference}: {one.content['sender']}>{one.content['target']} {' '.join(filter(None, says))}"
