"""Facts recorded for a test, by way of the ledger."""

import itertools
from typing import Any

from relations import ledger
from relations.ledger import CitationDraft, FactDraft
from relations.models import Country, Fact, SanctionProgramme, TravelBanList

_NUMBERS = itertools.count(1)


def draft(model: type[Fact], sender: str, receiver: str, on: str, *, source: Any = None, **values: Any) -> FactDraft:
    """A fact on the word of a source of its own, unless one is given."""
    source = source or {"kind": "article", "publisher": "A paper", "title": f"Story {next(_NUMBERS)}"}
    said = {"from_country_id": sender, "to_country_id": receiver, "on": on, **values}
    return FactDraft(model=model, values=said, citations=[CitationDraft(source=source, quote="It is so.")])


def record(model: type[Fact], sender: str, receiver: str, on: str, *, source: Any = None, **values: Any) -> Fact:
    (fact,) = ledger.record([draft(model, sender, receiver, on, source=source, **values)], author=ledger.NOBODY)
    return fact


def programme(issuer: str, target: str, title: str) -> SanctionProgramme:
    sides = {"issuer": Country.objects.get(code=issuer), "target": Country.objects.get(code=target)}
    return ledger.record_programme({**sides, "title": title})


def ban_list(issuer: str, title: str) -> TravelBanList:
    return ledger.record_list({"issuer": Country.objects.get(code=issuer), "title": title, "subject": "country"})
