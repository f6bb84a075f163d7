"""Parties of official lists, recorded as an import records them."""

import datetime as dt
from typing import Any

from relations import ledger
from relations.codes import PartyChange
from relations.importers.engine.parties import Kind, Name, Party
from relations.ledger import PartyDraft


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def drafted(party: Party, **given: Any) -> PartyDraft:
    """The party as an import records it."""
    names = [name.text for name in party.names]
    defaults: dict[str, Any] = {"change": PartyChange.LISTED, "on": "2020-01-01", "digest": party.digest}
    return PartyDraft(
        reference=party.reference, kind=party.kind, name=party.name, names=names, programmes=list(party.programmes),
        nationalities=list(party.nationality_codes), content=party.content(), **defaults | given,
    )  # fmt: skip


def listed(code: str, *parties: Party) -> None:
    with ledger.import_run(code) as run:
        ledger.write_parties([drafted(party) for party in parties], run=run, moment=ledger.clock())
        run.added = len(parties)


def party(reference: str, name: str, kind: Kind = "person", **given: Any) -> Party:
    names = (Name(text=name, kind="primary"),)
    return Party(reference=reference, kind=kind, names=names, **{"programmes": ("BELARUS",)} | given)
