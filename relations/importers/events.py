"""What a publication did, told as sanction events: one a programme, day and direction, with the parties behind it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from relations import dates
from relations.codes import PartyTurn, SanctionAction, Scope, SourceKind
from relations.importers.programmes import Programme, programmes
from relations.importers.registry import PartyList
from relations.ledger import (
    Author,
    CitationDraft,
    FactDraft,
    Stood,
    Written,
    change_programme,
    put_behind,
    record,
    record_programme,
    record_source,
)
from relations.models import Country, Designation, ImportRun, Listing, SanctionEvent, SanctionProgramme, Source

_QUOTED = 10
"""How many of the parties' names an event quotes; all of them stand behind it."""


class Group(NamedTuple):
    """The parties that one programme gained or lost on one day."""

    programme: str
    on: str
    gained: bool


def tell_events(
    sanctions_list: PartyList, run: ImportRun, written: Sequence[Written],
    known: Mapping[str, Stood], *, between: str, author: Author,
) -> None:  # fmt: skip
    """Records the events of an import's versions.

    `known` are the versions before it, by reference; `between` is the EDTF of the days since the publication before. A
    programme aimed at no state has no pair, and so no event; one that the table does not know is complained of by
    name, and its parties are kept.
    """
    groups = _grouped(written, known, between)
    aimed = _aimed(sanctions_list, run, groups)
    if not aimed:
        return
    run.source = _source(sanctions_list, run)
    rows = {programme: _programme(programme) for programme in dict.fromkeys(aimed.values())}
    ordered = sorted(aimed, key=lambda group: (dates.parse(group.on).latest, group.gained, group.programme))
    actions = _actions(ordered, {group: rows[aimed[group]].pk for group in ordered}, sanctions_list.code, known)
    drafts = [
        _draft(sanctions_list, run.source, rows[aimed[group]], group=group, action=action, versions=groups[group])
        for group, action in zip(ordered, actions, strict=True)
    ]
    events = record(drafts, author=Author(user=author.user, request_id=author.request_id, imports=True))
    for group, event in zip(ordered, events, strict=True):
        put_behind(event, groups[group])


def _grouped(written: Sequence[Written], known: Mapping[str, Stood], between: str) -> dict[Group, list[Written]]:
    """An amendment that changes a party's programmes is a listing under the one and a delisting under the other."""
    listings = {one.party_id: one for one in Listing.objects.filter(party__in={one.party for one in written})}
    groups: defaultdict[Group, list[Written]] = defaultdict(list)
    for version in written:
        before = known.get(version.reference)
        stood = set(before.programmes) if before and before.delisted_on is None else set()
        stands = set(version.programmes) if version.turn != PartyTurn.DELISTED else set()
        listing = listings[version.party]
        on = {PartyTurn.LISTED: listing.listed_on, PartyTurn.DELISTED: listing.delisted_on}.get(version.turn, between)
        for programme in stands - stood:
            groups[Group(programme, on, gained=True)].append(version)
        for programme in stood - stands:
            groups[Group(programme, on, gained=False)].append(version)
    return dict(groups)


def _aimed(sanctions_list: PartyList, run: ImportRun, groups: Mapping[Group, object]) -> dict[Group, Programme]:
    table = programmes()
    found = {group: table.get((sanctions_list.code, group.programme)) for group in groups}
    unknown = sorted({group.programme for group, programme in found.items() if programme is None})
    if unknown:
        run.complaints["unknown_programmes"] = unknown
    return {group: programme for group, programme in found.items() if programme and programme.target}


def _counts(versions: Iterable[Sequence[str]]) -> Counter[str]:
    return Counter(programme for named in versions for programme in named)


def _actions(
    ordered: Sequence[Group], rows: Mapping[Group, int], code: str, known: Mapping[str, Stood]
) -> list[tuple[SanctionAction, str]]:
    """The first parties of a programme impose it, the first after its last was removed re-impose it, others tighten."""
    current = Designation.objects.known_at(None).filter(party__list=code, delisted_on__isnull=True)
    left = _counts(current.values_list("programmes", flat=True))
    stood = _counts(one.programmes for one in known.values() if one.delisted_on is None)
    begun = set(SanctionEvent.objects.current().filter(programme__in=rows.values()).values_list("programme", flat=True))
    actions: list[tuple[SanctionAction, str]] = []
    for group in ordered:
        row = rows[group]
        if not group.gained:
            actions.append(
                (SanctionAction.EASED, Scope.SOME) if left[group.programme] else (SanctionAction.LIFTED, Scope.ALL)
            )
            continue
        again = SanctionAction.TIGHTENED if stood[group.programme] else SanctionAction.REIMPOSED
        actions.append((again if row in begun else SanctionAction.IMPOSED, ""))
        begun.add(row)
        stood[group.programme] += 1
    return actions


def _source(sanctions_list: PartyList, run: ImportRun) -> Source:
    return record_source(
        {
            "kind": SourceKind.OFFICIAL_LIST,
            "publisher": sanctions_list.publisher,
            "title": f"{sanctions_list.title}, publication of {run.dated} (SHA-256 {run.sha256})",
            "published_on": run.dated,
            "licence": sanctions_list.licence,
        }
    )


def _programme(known: Programme) -> SanctionProgramme:
    """The one that has the list's code, whatever an editor has titled it since; else that of the title; else a new one.

    Where the table has come to aim a code elsewhere, the programme that had it keeps its acts and loses the code.
    """
    named = {"list": known.list, "code": known.code}
    coded = SanctionProgramme.objects.filter(**named).first()
    if coded and (coded.issuer_id, coded.target_id) == (known.issuer, known.target):
        return coded
    if coded:
        change_programme(coded, {"list": "", "code": ""})
    title = f"{known.code}: {known.title}" if known.title != known.code else known.title
    titled = SanctionProgramme.objects.filter(issuer=known.issuer, target=known.target, title=title, code="").first()
    if titled:
        return change_programme(titled, named)
    return record_programme(
        {
            "issuer": Country.objects.get(code=known.issuer),
            "target": Country.objects.get(code=known.target),
            "title": title,
            "legal_basis": known.legal_basis,
            "url": known.source,
            **named,
        }
    )


def _draft(
    sanctions_list: PartyList, source: Source, row: SanctionProgramme, *,
    group: Group, action: tuple[SanctionAction, str], versions: Sequence[Written],
) -> FactDraft:  # fmt: skip
    verb, scope = action
    done = "added" if group.gained else "removed"
    return FactDraft(
        model=SanctionEvent,
        values={
            "from_country_id": row.issuer_id,
            "to_country_id": row.target_id,
            "action": verb,
            "scope": scope,
            "measures": list(sanctions_list.measures) if group.gained else [],
            "programme": row,
            "on": group.on,
            "note": f"{sanctions_list.publisher} {done} {len(versions)} under {group.programme}.",
        },
        citations=[CitationDraft(source=source, quote="; ".join(version.name for version in versions[:_QUOTED]))],
    )
