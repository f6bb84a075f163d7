"""What is handed to the ledger: facts and evidence as they were written down, before anything is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from relations.codes import Stance
from relations.models import Fact, Source

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who acts, and in which request; `imports` says that an official list speaks and not a person."""

    user: User | None = None
    request_id: str = ""
    imports: bool = False


NOBODY = Author()
"""The clock, and fixtures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationDraft:
    """Words of a source: one that is recorded, or the fields of one to be found by its URL or made."""

    source: Source | Mapping[str, Any]
    quote: str
    stance: str = Stance.SUPPORTS


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDraft:
    """A fact to be recorded: its kind, the values of its fields by name, and its evidence."""

    model: type[Fact]
    values: Mapping[str, Any]
    citations: Sequence[CitationDraft] = field(default=())
