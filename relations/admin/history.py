"""All that became of a fact: every version, what it changed, who wrote it, when and why; and the retraction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from relations.admin.fact_display import Difference, differences, told, who
from relations.codes import Reason
from relations.models import Fact, StatusChange

_ACTS = {
    Reason.RETRACTED: "Retracted",
    Reason.DATE_REACHED: "Its day came",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One act on a fact, or a day that came for it. `moved` are the lines of the change log that it wrote."""

    act: str
    version: int
    when: dt.datetime
    who: str
    why: str = ""
    request_id: str = ""
    fact: Fact | None = None
    differences: Sequence[Difference] = ()
    values: Sequence[tuple[str, Sequence[str]]] = ()
    moved: Sequence[str] = field(default=())


def versions(model: type[Fact], key: UUID) -> list[Any]:
    """Every version of a fact with its evidence, the first one first: two queries and one more for the citations."""
    related = [column.name for column in model._meta.concrete_fields if column.is_relation and column.name != "pair"]
    rows: Any = model.objects.filter(key=key).select_related(*related).order_by("version")
    return list(rows.prefetch_related("citations__source"))


def chapters(model: type[Fact], key: UUID) -> list[Chapter]:
    """The history of one fact, the latest act first."""
    lines = list(StatusChange.objects.filter(cause_key=key).select_related("recorded_by").order_by("id"))
    found: list[Chapter] = []
    before: Fact | None = None
    for fact in versions(model, key):
        own = [line for line in lines if line.cause_version == fact.version]
        found.append(_version(fact, before, [line for line in own if line.reason not in _LATER]))
        found += _later(own)
        before = fact
    return sorted(found, key=lambda chapter: chapter.when, reverse=True)


_LATER = (Reason.RETRACTED, Reason.DATE_REACHED)
"""What happens to a version after it was written."""


def _version(fact: Fact, before: Fact | None, lines: Sequence[StatusChange]) -> Chapter:
    imported = bool(lines) and lines[0].reason == Reason.IMPORTED
    now = told(fact)
    return Chapter(
        act=("Corrected" if before else "Recorded") + (" by an import" if imported else ""),
        version=fact.version,
        when=fact.recorded_at,
        who=who(fact.recorded_by),
        why=next((line.note for line in lines if line.note), ""),
        request_id=next((line.request_id for line in lines), ""),
        fact=fact,
        differences=differences(told(before), now) if before else (),
        values=() if before else list(now.items()),
        moved=[moved(line) for line in lines if line.new],
    )


def _later(lines: Sequence[StatusChange]) -> list[Chapter]:
    """One chapter for each retraction or day that came; an act on several tracks has as many lines."""
    by_moment: dict[tuple[dt.datetime, str], list[StatusChange]] = {}
    for line in lines:
        if line.reason in _LATER:
            by_moment.setdefault((line.recorded_at, line.reason), []).append(line)
    return [
        Chapter(
            act=_ACTS[Reason(reason)],
            version=own[0].cause_version or 0,
            when=when,
            who=who(own[0].recorded_by),
            why=own[0].note,
            request_id=own[0].request_id,
            moved=[moved(line) for line in own if line.new],
        )
        for (when, reason), own in by_moment.items()
    ]


def moved(line: StatusChange) -> str:
    """`ambassador:US>BY: vacant → ambassador, Julie Fisher (from 2020-12-23)`."""
    return f"{line.track}: {_value(line.old)} → {_value(line.new)} (from {line.effective.isoformat()})"


def line_told(line: StatusChange) -> str:
    """What one line of the log says, those too that only tell of an act."""
    return moved(line) if line.new else f"{line.cause_kind}: no status changed (version {line.cause_version})"


def _value(state: dict[str, Any] | None) -> str:
    """A state as the log tells it, its empty parts left out."""
    parts = (state or {}).values()
    words = [", ".join(part) if isinstance(part, list) else str(part) for part in parts if part]
    return ", ".join(words) or "nothing"


def retraction(key: UUID) -> StatusChange | None:
    """The line of the log that tells of the fact's retraction; None where it stands, or was loaded as retracted."""
    lines = StatusChange.objects.filter(cause_key=key, reason=Reason.RETRACTED).select_related("recorded_by")
    return lines.order_by("-id").first()
