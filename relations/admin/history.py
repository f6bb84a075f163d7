"""The history of a fact, and changes of the log in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from relations.admin.fact_display import Difference, differences, display_fields, display_user
from relations.codes import Reason
from relations.models import Fact, StatusChange
from relations.queries.countries import current_country_index
from relations.representation.change_text import Names, headline

_AFTER_WRITING = {
    Reason.RETRACTED: "Retracted",
    Reason.DATE_REACHED: "Date reached",
}
"""Reasons for changes that come after a version was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One command on a fact, or a date reached. `changes` are those of the log that it caused, in words."""

    title: str
    version: int
    when: dt.datetime
    who: str
    why: str = ""
    request_id: str = ""
    fact: Fact | None = None
    differences: Sequence[Difference] = ()
    values: Sequence[tuple[str, Sequence[str]]] = ()
    changes: Sequence[str] = ()


def load_versions(model: type[Fact], key: UUID) -> list[Any]:
    """Every version of a fact with its citations, the first one first, in three queries."""
    related = [column.name for column in model._meta.concrete_fields if column.is_relation and column.name != "pair"]
    rows: Any = model.objects.filter(key=key).select_related(*related).order_by("version")
    return list(rows.prefetch_related("citations__source"))


def history_entries(model: type[Fact], key: UUID) -> list[HistoryEntry]:
    """The history of one fact, the latest command first."""
    changes = list(StatusChange.objects.filter(cause_key=key).select_related("recorded_by").order_by("id"))
    texts = {change.pk: text for change, text in zip(changes, change_texts(changes), strict=True) if change.new}
    entries: list[HistoryEntry] = []
    previous: Fact | None = None
    for fact in load_versions(model, key):
        own = [change for change in changes if change.cause_version == fact.version]
        later: dict[tuple[dt.datetime, str], list[StatusChange]] = {}
        for change in own:
            if change.reason in _AFTER_WRITING:
                later.setdefault((change.recorded_at, change.reason), []).append(change)
        written = [change for change in own if change.reason not in _AFTER_WRITING]
        entries.append(_version_entry(fact, previous, written, texts))
        entries += [_later_entry(group, texts) for group in later.values()]
        previous = fact
    return sorted(entries, key=lambda entry: entry.when, reverse=True)


def _version_entry(
    fact: Fact, previous: Fact | None, changes: Sequence[StatusChange], texts: dict[int, str]
) -> HistoryEntry:
    imported = bool(changes) and changes[0].reason == Reason.IMPORTED
    values = display_fields(fact)
    return HistoryEntry(
        title=("Corrected" if previous else "Recorded") + (" by an import" if imported else ""),
        version=fact.version,
        when=fact.recorded_at,
        who=display_user(fact.recorded_by),
        why=next((change.note for change in changes if change.note), ""),
        request_id=next((change.request_id for change in changes), ""),
        fact=fact,
        differences=differences(display_fields(previous), values) if previous else (),
        values=() if previous else list(values.items()),
        changes=[texts[change.pk] for change in changes if change.pk in texts],
    )


def _later_entry(changes: Sequence[StatusChange], texts: dict[int, str]) -> HistoryEntry:
    """One retraction or date reached, with its changes of several tracks."""
    first = changes[0]
    return HistoryEntry(
        title=_AFTER_WRITING[Reason(first.reason)],
        version=first.cause_version or 0,
        when=first.recorded_at,
        who=display_user(first.recorded_by),
        why=first.note,
        request_id=first.request_id,
        changes=[texts[change.pk] for change in changes if change.pk in texts],
    )


def change_texts(changes: Sequence[StatusChange]) -> list[str]:
    """`Next head of mission of United States in Belarus: unknown → nominated (Julie Fisher), from 2020-05-04`.

    At most three queries, however many changes.
    """
    names = Names.of(changes, current_country_index().by_code)
    return [
        f"{headline(change, names)}, from {change.effective.isoformat()}" if change.new else headline(change, names)
        for change in changes
    ]


def change_rows(changes: Sequence[StatusChange]) -> list[dict[str, Any]]:
    """Changes with their words and authors, for a table."""
    return [
        {"change": change, "text": text, "who": display_user(change.recorded_by)}
        for change, text in zip(changes, change_texts(changes), strict=True)
    ]


def retraction(key: UUID) -> StatusChange | None:
    """The change by which the fact was retracted; None where it is current, or was loaded as retracted."""
    changes = StatusChange.objects.filter(cause_key=key, reason=Reason.RETRACTED).select_related("recorded_by")
    return changes.order_by("-id").first()
