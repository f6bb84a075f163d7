"""Links from a source's references to the facts that imports made of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import batched
from typing import Any
from uuid import UUID

from relations.models import ImportRun, SourceLink

_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLinkDraft:
    """A statement of a source, and the version of the fact that was made of it; see `SourceLink`."""

    reference: str
    kind: str
    key: UUID
    version: int
    content: Mapping[str, Any]
    bounded: bool = False


def link(code: str, links: Iterable[SourceLinkDraft], *, run: ImportRun) -> None:
    """Writes the links of a list, replacing those of the same references."""
    for batch in batched(links, _BATCH):
        rows = [
            SourceLink(
                list=code, reference=one.reference, kind=one.kind, key=one.key, version=one.version,
                content=one.content, bounded=one.bounded, run=run,
            )
            for one in batch
        ]  # fmt: skip
        SourceLink.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["list", "reference"],
            update_fields=["kind", "key", "version", "content", "bounded", "run"],
        )  # fmt: skip


def unlink(code: str, references: Iterable[str]) -> None:
    SourceLink.objects.filter(list=code, reference__in=list(references)).delete()


def date_links(code: str, days: Mapping[str, dt.date]) -> None:
    """Writes the days of the last publications that stated something, by reference."""
    by_day: defaultdict[dt.date, list[str]] = defaultdict(list)
    for reference, day in days.items():
        by_day[day].append(reference)
    for day, references in by_day.items():
        SourceLink.objects.filter(list=code, reference__in=references).update(stated_on=day)
