"""What a publication did, told twice: as sanction events, one a programme, day and direction, with the parties behind
it; and as lines of the log of list changes, one a programme, which subscribers are told of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from relations import dates
from relations.codes import PartyChange, SanctionAction, Scope, SourceKind
from relations.importers.engine.programmes import Programme, programme_of
from relations.importers.registry import PartyList
from relations.ledger import (
    Author,
    CitationDraft,
    FactDraft,
    KnownVersion,
    ListChangeDraft,
    WrittenVersion,
    append_list_changes,
    attach_parties,
    change_programme,
    lock_programmes,
    record,
    record_programme,
    record_source,
)
from relations.models import Country, Designation, ImportRun, Listing, SanctionEvent, SanctionProgramme, Source

_QUOTED = 10
"""How many of the parties' names an event quotes; all of them stand behind it."""


type Turns = Mapping[str, Mapping[PartyChange, Sequence[WrittenVersion]]]
"""By programme: the versions, by what they did under it."""


class Group(NamedTuple):
    """The parties that one programme gained or lost on one day."""

    programme: str
    on: str
    gained: bool


def tell_events(
    sanctions_list: PartyList, run: ImportRun, written: Sequence[WrittenVersion],
    known: Mapping[str, KnownVersion], *, between: str, author: Author,
) -> None:  # fmt: skip
    """Records the events of an import's versions, and appends the lines.

    `known` are the versions before it, by reference; `between` is the EDTF of the days since the publication before. A
    programme aimed at no state has no pair, and so no event; one that the table does not know is complained of by
    name, and its parties are kept. Of both there are lines.
    """
    turns = _turns(written, known)
    table = _looked_up(sanctions_list, run, turns)
    # Everything that may have to wait for somebody comes before the log is held.
    rows = {code: _programme(programme) for code, programme in table.items() if programme and programme.target}
    lock_programmes(rows.values())
    _record_events(sanctions_list, run, _grouped(turns, written, between), rows, known=known, author=author)
    append_list_changes(
        [_line(sanctions_list, code, table[code], rows.get(code), turns[code]) for code in sorted(turns)], run=run
    )


def _turns(written: Sequence[WrittenVersion], known: Mapping[str, KnownVersion]) -> Turns:
    """An amendment that changes a party's programmes is a listing under the one and a delisting under the other."""
    turns: defaultdict[str, defaultdict[PartyChange, list[WrittenVersion]]] = defaultdict(lambda: defaultdict(list))
    for version in written:
        before = known.get(version.reference)
        stood = set(before.programmes) if before and before.delisted_on is None else set()
        stands = set(version.programmes) if version.turn != PartyChange.DELISTED else set()
        for programme in stood | stands:
            turn = PartyChange.AMENDED
            if programme not in stood:
                turn = PartyChange.LISTED
            elif programme not in stands:
                turn = PartyChange.DELISTED
            turns[programme][turn].append(version)
    return turns


def _looked_up(sanctions_list: PartyList, run: ImportRun, turns: Turns) -> dict[str, Programme | None]:
    found = {code: programme_of(sanctions_list.code, code) for code in turns}
    unknown = sorted(code for code, programme in found.items() if programme is None)
    if unknown:
        run.complaints["unknown_programmes"] = unknown
    return found


def _line(
    sanctions_list: PartyList, code: str, known: Programme | None, row: SanctionProgramme | None,
    turns: Mapping[PartyChange, Sequence[WrittenVersion]],
) -> ListChangeDraft:  # fmt: skip
    return ListChangeDraft(
        list_title=sanctions_list.title,
        code=code,
        title=known.title if known else "",
        issuer=known.issuer if known else sanctions_list.issuer,
        programme=row,
        turns=turns,
    )


def _grouped(turns: Turns, written: Sequence[WrittenVersion], between: str) -> dict[Group, list[WrittenVersion]]:
    listings = {one.party_id: one for one in Listing.objects.filter(party__in={one.party for one in written})}
    groups: defaultdict[Group, list[WrittenVersion]] = defaultdict(list)
    for programme, by_turn in turns.items():
        for turn in (PartyChange.LISTED, PartyChange.DELISTED):
            for version in by_turn.get(turn, ()):
                listing = listings[version.party]
                days = {PartyChange.LISTED: listing.listed_on, PartyChange.DELISTED: listing.delisted_on}
                on = days.get(version.turn, between)
                groups[Group(programme, on, gained=turn == PartyChange.LISTED)].append(version)
    return dict(groups)


def _record_events(
    sanctions_list: PartyList, run: ImportRun, groups: Mapping[Group, Sequence[WrittenVersion]],
    rows: Mapping[str, SanctionProgramme], *, known: Mapping[str, KnownVersion], author: Author,
) -> None:  # fmt: skip
    aimed = [group for group in groups if group.programme in rows]
    if not aimed:
        return
    run.source = _source(sanctions_list, run)
    ordered = sorted(aimed, key=lambda group: (dates.parse(group.on).latest, group.gained, group.programme))
    actions = _actions(ordered, {group: rows[group.programme].pk for group in ordered}, sanctions_list.code, known)
    drafts = [
        _draft(sanctions_list, run.source, rows[group.programme], group=group, action=action, versions=groups[group])
        for group, action in zip(ordered, actions, strict=True)
    ]
    events = record(drafts, author=Author(user=author.user, request_id=author.request_id, imports=True))
    for group, event in zip(ordered, events, strict=True):
        attach_parties(event, groups[group])


def _counts(versions: Iterable[Sequence[str]]) -> Counter[str]:
    return Counter(programme for named in versions for programme in named)


def _actions(
    ordered: Sequence[Group], rows: Mapping[Group, int], code: str, known: Mapping[str, KnownVersion]
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
    group: Group, action: tuple[SanctionAction, str], versions: Sequence[WrittenVersion],
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
