"""Facts, confirmations, sources, regimes, programmes, lists and authors for tests, all recorded by the ledger."""

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model

from relations import ledger
from relations.ledger import Author, CitationDraft, ConfirmationDraft, FactDraft
from relations.models import (
    AmbassadorStatus,
    Country,
    DiplomaticEvent,
    Fact,
    Regime,
    SanctionEvent,
    SanctionProgramme,
    Source,
    TravelBanEntry,
    TravelBanList,
)

TEXT = "Minsk  and Washington\nplan to return ambassadors; most sanctions were lifted."
SENTENCE = "plan to return ambassadors"
_numbers = itertools.count(1)


def recent(days: int = 30) -> str:
    """The UTC day so many days ago. Midnight may pass while a test runs: what it compares comes from one call."""
    return (dt.datetime.now(dt.UTC).date() - dt.timedelta(days=days)).isoformat()


def source(**values: Any) -> Source:
    number = next(_numbers)
    return ledger.record_source({"title": f"Source {number}", "text": TEXT, **values})


def citation(
    of: Source | dict[str, Any] | None = None, quote: str = SENTENCE, stance: str = "supports"
) -> CitationDraft:
    return CitationDraft(source=of if of is not None else source(), quote=quote, stance=stance)


def draft(
    model: type[Fact],
    on: str,
    direction: str = "US>BY",
    citations: Sequence[CitationDraft] | None = None,
    **values: Any,
) -> FactDraft:
    """A fact supported by a source of its own, unless citations are given."""
    sender, _, receiver = direction.partition(">")
    fields = {"from_country_id": sender, "to_country_id": receiver, "on": on, **values}
    return FactDraft(model=model, values=fields, citations=[article()] if citations is None else citations)


def article() -> CitationDraft:
    number = next(_numbers)
    return citation({"kind": "article", "publisher": "A paper", "title": f"Story {number}"}, quote="It is so.")


def post(word: str, on: str, direction: str = "US>BY", **values: Any) -> FactDraft:
    return draft(AmbassadorStatus, on, direction, status=word, **values)


def sanction(word: str, on: str, direction: str = "US>BY", **values: Any) -> FactDraft:
    if word == "observed":
        values = {"nature": "observation"} | values
    return draft(SanctionEvent, on, direction, action=word, **values)


def ban(word: str, on: str, direction: str = "US>BY", **values: Any) -> FactDraft:
    return draft(TravelBanEntry, on, direction, action=word, **values)


def event(word: str, on: str, direction: str = "US>BY", **values: Any) -> FactDraft:
    return draft(DiplomaticEvent, on, direction, kind=word, **values)


def record(*drafts: FactDraft, author: Author = ledger.NOBODY) -> list[Fact]:
    return ledger.record(drafts, author=author)


def confirmation(
    of: Fact, day: str, by: Source | dict[str, Any] | None = None, quote: str = ""
) -> ConfirmationDraft:  # fmt: skip
    """A source of its own that still says so on that day, unless one is given."""
    shown = by if by is not None else source(text="")
    return ConfirmationDraft(model=type(of), key=of.key, source=shown, day=dt.date.fromisoformat(day), quote=quote)


def confirm(*drafts: ConfirmationDraft, author: Author = ledger.NOBODY) -> int:
    return ledger.confirm(drafts, author=author)


def regime(direction: str = "US>BY", **values: Any) -> Regime:
    issuer, _, target = direction.partition(">")
    number = next(_numbers)
    fields = {"code": f"{issuer}-{target}-{number}", "title": f"Regime {number}", **values}
    return ledger.record_regime(
        {"issuer": Country.objects.get(code=issuer), "target": Country.objects.get(code=target), **fields}
    )


def programme(direction: str = "US>BY", **values: Any) -> SanctionProgramme:
    issuer, _, target = direction.partition(">")
    fields = {"title": f"Programme {next(_numbers)}", **values}
    return ledger.record_programme(
        {"issuer": Country.objects.get(code=issuer), "target": Country.objects.get(code=target), **fields}
    )


def ban_list(issuer: str = "US", **values: Any) -> TravelBanList:
    fields = {"title": f"List {next(_numbers)}", **values}
    return ledger.record_list({"issuer": Country.objects.get(code=issuer), **fields})


def editor(name: str = "editor") -> Author:
    user, _ = get_user_model().objects.get_or_create(username=name)
    return Author(user=user, request_id="request 1")
