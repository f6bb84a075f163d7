"""The log of list changes: an import's effect on the parties of each programme, sent to subscribers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from relations.codes import PartyChange
from relations.ledger.designations import WrittenVersion
from relations.ledger.locks import clock, lock_log
from relations.ledger.references import lock_references, with_locked_references
from relations.models import ImportRun, ListChange, SanctionProgramme
from relations.outbox.enqueueing import enqueue
from relations.representation.webhooks import PARTIES_NAMED

_ORDER = (PartyChange.LISTED, PartyChange.DELISTED, PartyChange.AMENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChangeDraft:
    """Changes under one programme: the written versions by their kind.

    `code` is the programme as the list names it, `title` its title where that is known. `programme` is None
    without a single target.
    """

    list_title: str
    code: str
    title: str
    issuer: str
    programme: SanctionProgramme | None
    versions: Mapping[PartyChange, Sequence[WrittenVersion]]


def lock_programmes(programmes: Iterable[SanctionProgramme]) -> None:
    """Locks programmes until the commit, before the log is. Raises `Invalid` for one that was deleted."""
    wanted = [{"programme": programme} for programme in programmes]
    locked = lock_references(wanted)
    for values in wanted:
        with_locked_references(values, locked)


def append_list_changes(drafts: Sequence[ListChangeDraft], *, run: ImportRun) -> None:
    """Appends an entry for each programme; the last step of an import, since the log stays locked until the commit."""
    if not drafts:
        return
    lock_log()
    moment = clock()
    entries = [
        ListChange(
            run=run, list_title=draft.list_title, code=draft.code, title=draft.title, issuer_id=draft.issuer,
            target_id=draft.programme.target_id if draft.programme else None, programme=draft.programme,
            parties=_parties(draft), recorded_at=moment,
            **{change.value: len(draft.versions.get(change, ())) for change in PartyChange},
        )
        for draft in drafts
    ]  # fmt: skip
    enqueue(ListChange.objects.bulk_create(entries))


def _parties(draft: ListChangeDraft) -> list[dict[str, str]]:
    named = [(change, version) for change in _ORDER for version in draft.versions.get(change, ())]
    return [
        {"key": str(version.key), "reference": version.reference, "name": version.name, "turn": change.value}
        for change, version in named[:PARTIES_NAMED]
    ]
