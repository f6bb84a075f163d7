"""Records of a publication's effects, programme by programme: sanction events with their parties, one for each
programme, day and direction; and entries of the log of list changes, one for each programme, for subscribers."""

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
"""Number of an event's parties that its citation quotes."""


type Changes = Mapping[str, Mapping[PartyChange, Sequence[WrittenVersion]]]
"""By programme: the versions, by their effect under it."""


class Group(NamedTuple):
    """The parties that one programme gained or lost on one day."""

    programme: str
    on: str
    gained: bool


def record_list_events(
    sanctions_list: PartyList, run: ImportRun, written: Sequence[WrittenVersion],
    known: Mapping[str, KnownVersion], *, between: str, author: Author,
) -> None:  # fmt: skip
    """Records the events of an import's versions, and appends its list changes.

    `known` are the versions before it, by reference; `between` is the EDTF of the days since the publication before. A
    programme aimed at no state has no pair, and so no event; one that the table does not know is reported by name, and
    its parties are listed. Both have list changes.
    """
    changes = _changes(written, known)
    table = _looked_up(sanctions_list, run, changes)
    # Every lock that may have to wait is taken before the log's.
    rows = {code: _programme(programme) for code, programme in table.items() if programme and programme.target}
    lock_programmes(rows.values())
    _record_events(sanctions_list, run, _grouped(changes, written, between), rows, known=known, author=author)
    append_list_changes(
        [
            ListChangeDraft(
                list_title=sanctions_list.title,
                code=code,
                title=programme.title if programme else "",
                issuer=programme.issuer if programme else sanctions_list.issuer,
                programme=rows.get(code),
                versions=changes[code],
            )
            for code, programme in sorted(table.items())
        ],
        run=run,
    )


def _changes(written: Sequence[WrittenVersion], known: Mapping[str, KnownVersion]) -> Changes:
    """An amendment that changes a party's programmes is a listing under the one and a delisting under the other."""
    changes: defaultdict[str, defaultdict[PartyChange, list[WrittenVersion]]] = defaultdict(lambda: defaultdict(list))
    for version in written:
        before = known.get(version.reference)
        old = set(before.programmes) if before and before.delisted_on is None else set()
        new = set(version.programmes) if version.change != PartyChange.DELISTED else set()
        for change, programmes in (
            (PartyChange.LISTED, new - old),
            (PartyChange.AMENDED, new & old),
            (PartyChange.DELISTED, old - new),
        ):
            for programme in programmes:
                changes[programme][change].append(version)
    return changes


def _looked_up(sanctions_list: PartyList, run: ImportRun, changes: Changes) -> dict[str, Programme | None]:
    table = {code: programme_of(sanctions_list.code, code) for code in changes}
    if unknown := sorted(code for code, programme in table.items() if programme is None):
        run.complaints["unknown_programmes"] = unknown
    return table


def _grouped(changes: Changes, written: Sequence[WrittenVersion], between: str) -> dict[Group, list[WrittenVersion]]:
    listings = {one.party_id: one for one in Listing.objects.filter(party__in={one.party for one in written})}
    groups: defaultdict[Group, list[WrittenVersion]] = defaultdict(list)
    for programme, by_change in changes.items():
        for change in (PartyChange.LISTED, PartyChange.DELISTED):
            for version in by_change.get(change, ()):
                listing = listings[version.party]
                days = {PartyChange.LISTED: listing.listed_on, PartyChange.DELISTED: listing.delisted_on}
                on = days.get(version.change, between)
                groups[Group(programme, on, gained=change == PartyChange.LISTED)].append(version)
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
    """The first parties of a programme impose it, the first after its last was removed reimpose it, others tighten."""
    current = Designation.objects.known_at(None).filter(party__list=code, delisted_on__isnull=True)
    after = _counts(current.values_list("programmes", flat=True))
    before = _counts(one.programmes for one in known.values() if one.delisted_on is None)
    begun = set(SanctionEvent.objects.current().filter(programme__in=rows.values()).values_list("programme", flat=True))
    actions: list[tuple[SanctionAction, str]] = []
    for group in ordered:
        row = rows[group]
        if not group.gained:
            actions.append(
                (SanctionAction.EASED, Scope.SOME) if after[group.programme] else (SanctionAction.LIFTED, Scope.ALL)
            )
            continue
        again = SanctionAction.TIGHTENED if before[group.programme] else SanctionAction.REIMPOSED
        actions.append((again if row in begun else SanctionAction.IMPOSED, ""))
        begun.add(row)
        before[group.programme] += 1
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
    """The programme with the list's code, however an editor has titled it; else with the title; else a new one.

    Where the table now aims a code elsewhere, the programme that had it retains its events and loses the code.
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
