"""Confirmations of facts as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Annotated, TypedDict

from relations.models import Confirmation
from relations.representation.facts import SOURCES
from relations.representation.json_types import from_row
from relations.representation.references import SourceRef, source_ref


class ConfirmationResponse(TypedDict):
    """A source that still said, on a later day, what one version of a fact says."""

    version: Annotated[int, "Of the fact"]
    day: dt.date
    source: SourceRef
    quote: Annotated[str, "The exact words; empty where the source shows it without words of its own"]
    start: Annotated[int | None, "First code point of the quote in the archived text"]
    end: Annotated[int | None, "The code point after the quote"]
    verified: Annotated[bool | None, "The quote occurs in the archived text; null where one of the two is missing"]
    recorded_at: dt.datetime
    recorded_by: str | None


def confirmation_body(
    confirmation: Confirmation, *, version: int, expand: Collection[str] = ()
) -> ConfirmationResponse:
    return from_row(
        ConfirmationResponse, confirmation, version=version,
        source=source_ref(confirmation.source, whole=SOURCES in expand),
        verified=True if confirmation.quote and confirmation.source.sha256 else None,
        recorded_by=confirmation.recorded_by.get_username() if confirmation.recorded_by else None,
    )  # fmt: skip
