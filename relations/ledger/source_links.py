"""Links from a source's references to the facts that imports made of them."""

from __future__ import annotations

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
    """Deletes the links of statements that the source has withdrawn."""
    SourceLink.objects.filter(list=code, reference__in=list(references)).delete()


def date_links(run: ImportRun, references: Iterable[str]) -> None:
    """Dates the links of statements without a date of their own by the run's publication."""
    links = SourceLink.objects.filter(list=run.list, reference__in=list(references))
    links.update(stated_on=run.dated)
