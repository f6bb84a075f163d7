"""What an import did to the parties of each programme, appended to a log of its own and told to subscribers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from relations.codes import PartyChange
from relations.ledger.designations import WrittenVersion
from relations.ledger.period_store import load_periods
from relations.ledger.projecting import clock, lock_the_log
from relations.ledger.references import lock_references, with_locked_references
from relations.models import ImportRun, ListChange, SanctionProgramme
from relations.outbox import enqueueing
from relations.representation.webhooks import PARTIES_NAMED

_ORDER = (PartyChange.LISTED, PartyChange.DELISTED, PartyChange.AMENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChangeDraft:
    """What happened under one programme: the versions by what they did to it.

    `code` is the programme as the list names it, `title` its title where that is known. `programme` is None where it is
    aimed at no one state.
    """

    list_title: str
    code: str
    title: str
    issuer: str
    programme: SanctionProgramme | None
    turns: Mapping[PartyChange, Sequence[WrittenVersion]]


def lock_programmes(programmes: Iterable[SanctionProgramme]) -> None:
    """Keeps programmes as they are until the commit; before the log is held. Raises `Invalid` for one that is gone."""
    wanted = [{"programme": programme} for programme in programmes]
    held = lock_references(wanted)
    for values in wanted:
        with_locked_references(values, held)


def append_list_changes(drafts: Sequence[ListChangeDraft], *, run: ImportRun) -> list[ListChange]:
    """Appends a line for each programme; the last thing that an import does, since it holds the log to the commit."""
    if not drafts:
        return []
    lock_the_log()
    moment = clock()
    lines = [
        ListChange(
            run=run, list_title=draft.list_title, code=draft.code, title=draft.title, issuer_id=draft.issuer,
            target_id=draft.programme.target_id if draft.programme else None, programme=draft.programme,
            parties=_parties(draft), recorded_at=moment,
            **{turn.value: len(draft.turns.get(turn, ())) for turn in PartyChange},
        )
        for draft in drafts
    ]  # fmt: skip
    appended = ListChange.objects.bulk_create(lines)
    enqueueing.fill(appended, stored=load_periods)
    return appended


def _parties(draft: ListChangeDraft) -> list[dict[str, str]]:
    named = [(turn, version) for turn in _ORDER for version in draft.turns.get(turn, ())]
    return [
        {"key": str(version.key), "reference": version.reference, "name": version.name, "turn": turn.value}
        for turn, version in named[:PARTIES_NAMED]
    ]
