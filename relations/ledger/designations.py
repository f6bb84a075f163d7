"""Parties listed, amended and delisted: versions like those of facts, and listings as ranges of days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from relations import dates
from relations.codes import PartyChange
from relations.ledger.bulk_copy import copy_in, insert
from relations.models import Designation, ImportRun, Listing, Party, PartyName
from relations.text.names import fold, keys, parse

_BATCH = 1000


class KnownVersion(NamedTuple):
    """A party's version before an import, without its content: a list has thousands of them."""

    pk: int
    version: int
    listed_on: dt.date
    delisted_on: dt.date | None
    digest: str
    programmes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDraft:
    """A publication's effect on one party.

    `on` is EDTF: when it was listed or delisted in the world. `content` and `digest` are the record's; `names`
    are those by which it is searched for. `known` is the version before, None for a party that is new to the list.
    `issuer_listed_on` is the day of listing that the record itself names.
    """

    reference: str
    change: PartyChange
    on: str
    kind: str
    name: str
    programmes: Sequence[str]
    nationalities: Sequence[str]
    content: Mapping[str, Any]
    digest: str
    names: Sequence[str]
    known: KnownVersion | None = None
    issuer_listed_on: dt.date | None = None


class WrittenVersion(NamedTuple):
    """A version that was written, without its content: an import has thousands of them in memory."""

    pk: int
    party: int
    key: UUID
    reference: str
    name: str
    change: PartyChange
    programmes: tuple[str, ...]


def load_known_versions(code: str) -> dict[str, KnownVersion]:
    """The current versions of a list's parties, delisted ones too, by reference."""
    rows = Designation.objects.known_at(None).filter(party__list=code)
    columns = ("party__reference", "pk", "version", "listed_on", "delisted_on", "digest", "programmes")
    versions = rows.values_list(*columns).iterator(_BATCH)
    # Most parties are listed under the same few programmes: equal tuples are shared.
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}
    known: dict[str, KnownVersion] = {}
    for reference, pk, version, listed_on, delisted_on, digest, programmes in versions:
        own = tuple(programmes)
        known[reference] = KnownVersion(pk, version, listed_on, delisted_on, digest, shared.setdefault(own, own))
    return known


def write_parties(drafts: Sequence[PartyDraft], *, run: ImportRun, moment: dt.datetime) -> list[WrittenVersion]:
    """Supersedes and writes versions, opens and closes listings. Runs inside the import's transaction."""
    parties = _parties(run.list, drafts)
    known = [draft.known.pk for draft in drafts if draft.known]
    Designation.objects.filter(pk__in=known).update(superseded_at=moment)
    versions = [_version(draft, parties[draft.reference], run, moment) for draft in drafts]
    insert(Designation, versions)
    _open([(parties[draft.reference], draft) for draft in drafts if draft.change == PartyChange.LISTED])
    _close([(parties[draft.reference], draft) for draft in drafts if draft.change == PartyChange.DELISTED])
    _name([(parties[draft.reference], draft) for draft in drafts if draft.change != PartyChange.DELISTED])
    return [
        WrittenVersion(
            version.pk, version.party_id, parties[draft.reference].key, draft.reference, version.name, draft.change,
            tuple(draft.programmes),
        )
        for version, draft in zip(versions, drafts, strict=True)
    ]  # fmt: skip


def _parties(code: str, drafts: Sequence[PartyDraft]) -> dict[str, Party]:
    references = [draft.reference for draft in drafts]
    known = {party.reference: party for party in Party.objects.filter(list=code, reference__in=references)}
    new = [Party(list=code, reference=reference) for reference in references if reference not in known]
    created = Party.objects.bulk_create(new, batch_size=_BATCH)
    return known | {party.reference: party for party in created}


def _version(draft: PartyDraft, party: Party, run: ImportRun, moment: dt.datetime) -> Designation:
    known, day = draft.known, dates.parse(draft.on).latest
    listed_on = day if draft.change == PartyChange.LISTED or known is None else known.listed_on
    return Designation(
        party=party,
        version=known.version + 1 if known else 1,
        change=draft.change,
        kind=draft.kind,
        name=draft.name[:1000],
        programmes=list(draft.programmes),
        nationalities=list(draft.nationalities),
        listed_on=listed_on,
        delisted_on=day if draft.change == PartyChange.DELISTED else None,
        since=_since(draft.change, day, listed_on=listed_on, published=run.dated or moment.date()),
        content=dict(draft.content),
        digest=draft.digest,
        recorded_at=moment,
        run=run,
    )


def _since(change: PartyChange, day: dt.date, *, listed_on: dt.date, published: dt.date) -> dt.date:
    """A party is listed for one day at least, as in the listings."""
    match change:
        case PartyChange.LISTED:
            return day
        case PartyChange.AMENDED:
            return published
        case PartyChange.DELISTED:
            return max(day, listed_on + dt.timedelta(days=1))


def _open(listed: Sequence[tuple[Party, PartyDraft]]) -> None:
    """A party delisted and listed again on one day begins its second listing at the end of the first."""
    again = Listing.objects.filter(party__in=[party.pk for party, draft in listed if draft.known])
    ended = {listing.party_id: listing.days.upper for listing in again.order_by("days")}
    copy_in(Listing, (_listing(party, draft, ended.get(party.pk)) for party, draft in listed))


def _listing(party: Party, draft: PartyDraft, ended: dt.date | None) -> Listing:
    day = dates.parse(draft.on).latest
    days = DateRange(max(day, ended or day), None)
    return Listing(party=party, days=days, listed_on=draft.on, issuer_listed_on=draft.issuer_listed_on)


def _close(delisted: Sequence[tuple[Party, PartyDraft]]) -> None:
    """A party listed and delisted within the same uncertain days is listed for one day at least."""
    on = {party.pk: draft.on for party, draft in delisted}
    current = list(Listing.objects.filter(party__in=on, days__upper_inf=True))
    for listing in current:
        listing.delisted_on = on[listing.party_id]
        first: dt.date = listing.days.lower
        last = max(dates.parse(listing.delisted_on).latest, first + dt.timedelta(days=1))
        listing.days = DateRange(first, last)
    Listing.objects.bulk_update(current, ["days", "delisted_on"], batch_size=_BATCH)


def _name(named: Sequence[tuple[Party, PartyDraft]]) -> None:
    PartyName.objects.filter(party__in=[party.pk for party, draft in named if draft.known]).delete()
    copy_in(PartyName, (_party_name(party, name) for party, draft in named for name in draft.names))


def _party_name(party: Party, text: str) -> PartyName:
    name = parse(text)
    words, folded = " ".join(name.every), fold(name)[:1000]
    return PartyName(party=party, text=text[:1000], words=words, folded=folded, consonants=keys(name))
