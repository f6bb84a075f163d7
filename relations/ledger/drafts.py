"""Input of the ledger: facts and evidence as they were written down, before anything is checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from relations.codes import Stance
from relations.models import Fact, Source

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """The user and the request of a command; `imports` marks an official list instead of a person."""

    user: User | None = None
    request_id: str = ""
    imports: bool = False


NOBODY = Author()
"""The clock, and fixtures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationDraft:
    """Words of a source: a recorded one, or the fields of one that is found by `source_for` or created."""

    source: Source | Mapping[str, Any]
    quote: str
    stance: str = Stance.SUPPORTS


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationDraft:
    """A source that still says, on a day, what a fact says; the source as in `CitationDraft`, with words or without.

    `day` is the day of the edition, or that on which somebody looked.
    """

    model: type[Fact]
    key: UUID
    source: Source | Mapping[str, Any]
    day: dt.date
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDraft:
    """A fact to be recorded: its kind, the values of its fields by name, and its evidence."""

    model: type[Fact]
    values: Mapping[str, Any]
    citations: Sequence[CitationDraft] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRevision:
    """New values of a recorded fact, or None to retract it.

    `version` is the one that the caller has seen or written last (None: any). `citations` of None carries over those of
    the corrected version.
    """

    model: type[Fact]
    key: UUID
    version: int | None
    values: Mapping[str, Any] | None = None
    citations: Sequence[CitationDraft] | None = None
