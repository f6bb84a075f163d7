"""Confirmations: what a publication repeats unchanged is confirmed on its day, and no fact gets a new version.

An edition that shows the state of its day confirms all that it repeats. A source that speaks of every day of a range
confirms with its last word on each post, programme and list: its own later words have ended the earlier ones.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from relations import ledger
from relations.codes import PostStatus
from relations.importers.engine.reference_resolver import References
from relations.importers.engine.statement_diff import Change
from relations.importers.engine.statements import Repeated, Statement
from relations.ledger import Author, ConfirmationDraft
from relations.models import Fact

type _Subject = tuple[str, str, str, str]
type _Weight = tuple[dt.date, dt.date]


def confirming(change: Change) -> dict[str, Repeated]:
    """The repeated statements that a publication confirms, by reference."""
    if change.reading.day is None or change.reading.covers_to is None:
        return change.repeated
    last: dict[_Subject, _Weight] = {}
    for statement in change.reading.statements:
        subject = _subject(statement)
        last[subject] = max(last.get(subject, _weight(statement)), _weight(statement))
    return {
        reference: one
        for reference, one in change.repeated.items()
        if _weight(one.statement) == last[_subject(one.statement)]
    }


def _subject(statement: Statement) -> _Subject:
    """The subject of a statement: a post or who is awaited for it, a programme, a list."""
    named = statement.programme or statement.ban_list
    part = named.title if named else str(statement.word in PostStatus)
    return statement.kind, statement.sender, statement.target, part


def _weight(statement: Statement) -> _Weight:
    return statement.when.latest, statement.when.floor


@dataclass(slots=True)
class Confirmations:
    """The confirmations of one import, collected over its publications and recorded together."""

    references: References
    author: Author
    _pending: dict[UUID, list[tuple[Repeated, ConfirmationDraft]]] = field(default_factory=lambda: defaultdict(list))

    def collect(self, change: Change) -> None:
        """Takes what a publication confirms, once the facts of those before it are recorded."""
        for one in confirming(change).values():
            if day := change.reading.day_of(one.statement):
                key, last = one.known.fact_key, min(day, ledger.today())
                draft = self.references.confirmation(change.reading, one.statement, key=key, day=last)
                self._pending[key].append((one, draft))

    def record_before(self, change: Change) -> None:
        """Records those of facts that the publication corrects to another state, or retracts: they are of the old."""
        keys = {change.touched[reference].fact_key for reference in change.restated}
        self._record({*keys, *(one.fact_key for one in change.gone.values())})

    def record(self) -> None:
        self._record(self._pending.keys())

    def _record(self, keys: Collection[UUID]) -> None:
        """Leaves out facts that an editor has corrected or retracted, and days before they began."""
        own = [one for key in list(keys) for one in self._pending.pop(key, ())]
        current = _current_versions(draft for _, draft in own)
        drafts = [
            draft
            for repeated, draft in own
            if (now := current.get(draft.key)) and now[0] == repeated.known.version and now[1] <= draft.day
        ]
        if drafts:
            ledger.confirm(drafts, author=self.author)


def _current_versions(drafts: Iterable[ConfirmationDraft]) -> Mapping[UUID, tuple[int, dt.date]]:
    """The current versions of the facts, each with its first day."""
    keys: defaultdict[type[Fact], set[UUID]] = defaultdict(set)
    for draft in drafts:
        keys[draft.model].add(draft.key)
    return {
        key: (version, earliest)
        for model, own in keys.items()
        for key, version, earliest in model.objects.current()
        .filter(key__in=own)
        .values_list("key", "version", "earliest")
    }
