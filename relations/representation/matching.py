"""Tests filters' conditions on values in memory, as the database does on rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q

from relations.codes import TRACKS
from relations.status import NO_PROGRAMME, Track

_LOOKUPS: Mapping[str, Callable[[Any, Any], bool]] = {
    "exact": lambda own, wanted: own == wanted,
    "in": lambda own, wanted: own in wanted,
    "isnull": lambda own, wanted: (own is None) == wanted,
    "gt": lambda own, wanted: own is not None and own > wanted,
    "lt": lambda own, wanted: own is not None and own < wanted,
    "startswith": lambda own, wanted: own.startswith(wanted),
    "gte": lambda own, wanted: own is not None and own >= wanted,
    "lte": lambda own, wanted: own is not None and own <= wanted,
    "overlap": lambda own, wanted: not set(own).isdisjoint(wanted),
    "ilike": lambda own, wanted: wanted.casefold() in own.casefold(),
}


def track_columns(track: Track) -> dict[str, Any]:
    """The columns of `StatusPeriod` and `StatusSpan` that name a track, in their order."""
    part = {TRACKS[track.kind].part: track.part}
    programme, ban_list = part.get("programme", ""), part.get("list", "")
    return {
        "track": str(track), "kind": track.kind, "from_country": track.sender or None,
        "to_country": track.receiver or None,
        "whole": not programme, "programme": None if programme in ("", NO_PROGRAMME) else int(programme),
        "list": int(ban_list) if ban_list else None,
    }  # fmt: skip


def meets(columns: Mapping[str, Any], condition: Q) -> bool:
    """Tests a condition as the database does, without asking it for each of thousands of periods."""
    results = (
        meets(columns, child) if isinstance(child, Q) else _compares(columns, child) for child in condition.children
    )
    return (any(results) if condition.connector == Q.OR else all(results)) != condition.negated


def _compares(columns: Mapping[str, Any], comparison: Any) -> bool:
    name, wanted = comparison
    if name in columns:
        return _LOOKUPS["exact"](columns[name], wanted)
    column = next(prefix for prefix in (name.rsplit("__", parts)[0] for parts in (1, 2)) if prefix in columns)
    return _LOOKUPS[name.removeprefix(f"{column}__")](columns[column], wanted)
