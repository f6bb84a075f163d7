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

_LATER = {Reason.RETRACTED: "Retracted", Reason.DATE_REACHED: "Date reached"}
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
    previous: dict[str, list[str]] = {}
    for fact in load_versions(model, key):
        written: list[StatusChange] = []
        later: dict[tuple[dt.datetime, str], list[StatusChange]] = {}
        for change in changes:
            if change.cause_version == fact.version:
                moment = change.recorded_at, change.reason
                (later.setdefault(moment, []) if change.reason in _LATER else written).append(change)
        values = display_fields(fact)
        by_import = " by an import" if written and written[0].reason == Reason.IMPORTED else ""
        entries.append(_entry(
            fact, written, texts, title=("Corrected" if previous else "Recorded") + by_import, version=fact.version,
            fact=fact, differences=differences(previous, values) if previous else (),
            values=() if previous else list(values.items()),
        ))  # fmt: skip
        # One retraction or date reached, with its changes of several tracks.
        entries += [
            _entry(group[0], group, texts, title=_LATER[Reason(reason)], version=fact.version)
            for (_, reason), group in later.items()
        ]
        previous = values
    return sorted(entries, key=lambda entry: entry.when, reverse=True)


def _entry(row: Any, changes: Sequence[StatusChange], texts: dict[int, str], **more: Any) -> HistoryEntry:
    """The command that wrote the row, a fact or a change."""
    return HistoryEntry(
        when=row.recorded_at,
        who=display_user(row.recorded_by),
        why=next((change.note for change in changes if change.note), ""),
        request_id=next((change.request_id for change in changes), ""),
        changes=[texts[change.pk] for change in changes if change.pk in texts],
        **more,
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
