"""Parties put on lists, amended and taken off: versions kept like those of facts, periods kept day by day."""

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
from relations.models import Designation, EventParty, Fact, ImportRun, Listing, Party, PartyName
from relations.text.phonetics import consonants, sounded
from relations.text.transliteration import fold

_BATCH = 1000


class KnownVersion(NamedTuple):
    """The version of a party that is known before an import, without its content: a list has thousands of them."""

    pk: int
    version: int
    listed_on: dt.date
    delisted_on: dt.date | None
    digest: str
    programmes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDraft:
    """What a publication does to one party.

    `on` is EDTF: when it was listed or delisted in the world. `content` and `digest` are the record's; `names` are what
    it is searched for by. `standing` is the version before, None for a party that is new to
    the list.
    """

    reference: str
    turn: PartyChange
    on: str
    kind: str
    name: str
    programmes: Sequence[str]
    nationalities: Sequence[str]
    content: Mapping[str, Any]
    digest: str
    names: Sequence[str]
    standing: KnownVersion | None = None


class WrittenVersion(NamedTuple):
    """A version that was written, without its content: an import holds thousands of them."""

    pk: int
    party: int
    key: UUID
    reference: str
    name: str
    turn: PartyChange
    programmes: tuple[str, ...]


def stood(code: str) -> dict[str, KnownVersion]:
    """The versions of a list's parties that are known now, those that were taken off it too, by reference."""
    rows = Designation.objects.known_at(None).filter(party__list=code)
    told = ("party__reference", "pk", "version", "listed_on", "delisted_on", "digest", "programmes")
    # Most parties stand under the same few programmes.
    alike: dict[tuple[str, ...], tuple[str, ...]] = {}
    found: dict[str, KnownVersion] = {}
    for reference, pk, version, listed_on, delisted_on, digest, programmes in rows.values_list(*told).iterator(_BATCH):
        own = tuple(programmes)
        found[reference] = KnownVersion(pk, version, listed_on, delisted_on, digest, alike.setdefault(own, own))
    return found


def write_parties(drafts: Sequence[PartyDraft], *, run: ImportRun, moment: dt.datetime) -> list[WrittenVersion]:
    """Supersedes and writes versions, opens and closes listings. Runs inside the import's transaction."""
    parties = _parties(run.list, drafts)
    _supersede([draft.standing for draft in drafts if draft.standing is not None], moment)
    versions = [_version(draft, parties[draft.reference], run, moment) for draft in drafts]
    insert(Designation, versions)
    _open([(parties[draft.reference], draft) for draft in drafts if draft.turn == PartyChange.LISTED])
    _close([(parties[draft.reference], draft) for draft in drafts if draft.turn == PartyChange.DELISTED])
    _name([(parties[draft.reference], draft) for draft in drafts if draft.turn != PartyChange.DELISTED])
    return [
        WrittenVersion(
            version.pk, version.party_id, parties[draft.reference].key, draft.reference, version.name, draft.turn,
            tuple(draft.programmes),
        )
        for version, draft in zip(versions, drafts, strict=True)
    ]  # fmt: skip


def attach_parties(event: Fact, versions: Sequence[WrittenVersion]) -> None:
    """Names the parties behind a sanction event."""
    copy_in(EventParty, (EventParty(event_id=event.pk, designation_id=version.pk) for version in versions))


def _parties(code: str, drafts: Sequence[PartyDraft]) -> dict[str, Party]:
    references = [draft.reference for draft in drafts]
    found = {party.reference: party for party in Party.objects.filter(list=code, reference__in=references)}
    new = [Party(list=code, reference=reference) for reference in references if reference not in found]
    created = Party.objects.bulk_create(new, batch_size=_BATCH)
    return found | {party.reference: party for party in created}


def _supersede(standing: Sequence[KnownVersion], moment: dt.datetime) -> None:
    for start in range(0, len(standing), _BATCH):
        keys = [version.pk for version in standing[start : start + _BATCH]]
        Designation.objects.filter(pk__in=keys).update(superseded_at=moment)


def _version(draft: PartyDraft, party: Party, run: ImportRun, moment: dt.datetime) -> Designation:
    standing, day = draft.standing, dates.parse(draft.on).latest
    listed_on = day if draft.turn == PartyChange.LISTED or standing is None else standing.listed_on
    return Designation(
        party=party,
        version=standing.version + 1 if standing else 1,
        change=draft.turn,
        kind=draft.kind,
        name=draft.name[:1000],
        programmes=list(draft.programmes),
        nationalities=list(draft.nationalities),
        listed_on=listed_on,
        delisted_on=day if draft.turn == PartyChange.DELISTED else None,
        since=_since(draft.turn, day, listed_on=listed_on, published=run.dated or moment.date()),
        content=dict(draft.content),
        digest=draft.digest,
        recorded_at=moment,
        run=run,
    )


def _since(turn: PartyChange, day: dt.date, *, listed_on: dt.date, published: dt.date) -> dt.date:
    """As in the listings, a party that was listed stood for one day at least."""
    match turn:
        case PartyChange.LISTED:
            return day
        case PartyChange.AMENDED:
            return published
        case PartyChange.DELISTED:
            return max(day, listed_on + dt.timedelta(days=1))


def _open(listed: Sequence[tuple[Party, PartyDraft]]) -> None:
    """Who was taken off and comes back on one day stands in the second period from the end of the first."""
    again = Listing.objects.filter(party__in=[party.pk for party, draft in listed if draft.standing])
    ended = {listing.party_id: listing.days.upper for listing in again.order_by("days")}
    copy_in(Listing, (_listing(party, draft, ended.get(party.pk)) for party, draft in listed))


def _listing(party: Party, draft: PartyDraft, ended: dt.date | None) -> Listing:
    day = dates.parse(draft.on).latest
    return Listing(party=party, days=DateRange(max(day, ended or day), None), listed_on=draft.on)


def _close(delisted: Sequence[tuple[Party, PartyDraft]]) -> None:
    """A party that was listed and delisted within the same days of doubt stood for one day at least."""
    on = {party.pk: draft.on for party, draft in delisted}
    standing = list(Listing.objects.filter(party__in=on, days__upper_inf=True))
    for listing in standing:
        listing.delisted_on = on[listing.party_id]
        first: dt.date = listing.days.lower
        last = max(dates.parse(listing.delisted_on).latest, first + dt.timedelta(days=1))
        listing.days = DateRange(first, last)
    Listing.objects.bulk_update(standing, ["days", "delisted_on"], batch_size=_BATCH)


def _name(named: Sequence[tuple[Party, PartyDraft]]) -> None:
    PartyName.objects.filter(party__in=[party.pk for party, draft in named if draft.standing]).delete()
    copy_in(PartyName, (_party_name(party, name) for party, draft in named for name in draft.names))


def _party_name(party: Party, name: str) -> PartyName:
    sounds = sounded(name)
    return PartyName(
        party=party, text=name[:1000], folded=fold(name)[:1000], sounds=sounds, consonants=consonants(sounds)
    )
