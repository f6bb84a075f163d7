"""A publication of a sanctions list held against what stands, and the difference taken into the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path
from typing import Any

from relations.codes import PartyChange
from relations.errors import FileRefused
from relations.importers.engine import own_format
from relations.importers.engine.dry_run import Effect, report_dry_run
from relations.importers.engine.list_events import tell_events
from relations.importers.engine.parties import Party, Publication, Unreadable, digest
from relations.importers.registry import PartyList
from relations.ledger import Author, KnownVersion, PartyDraft, WrittenVersion, clock, load_known_versions, write_parties
from relations.models import Designation, ImportRun
from relations.text.transliteration import fold

LONGEST_REFERENCE, LONGEST_NAME, LONGEST_CODE = 100, 1000, 300
"""Of the columns that hold them."""
MOST_UNREADABLE = 0.01
MOST_ENDED = 0.10
_BATCH = 500

_COUNTED: Mapping[PartyChange, Effect] = {
    PartyChange.LISTED: "added",
    PartyChange.AMENDED: "amended",
    PartyChange.DELISTED: "ended",
}

type Progress = Callable[[int], None]


@dataclass(slots=True, kw_only=True)
class _Standing:
    """What stands of a list before the publication, by reference, and what was seen of it so far."""

    known: dict[str, KnownVersion]
    before: dt.date | None
    dated: dt.date
    seen: set[str] = field(default_factory=set)
    unnamed: int = 0

    @property
    def current(self) -> dict[str, KnownVersion]:
        """Those that were not taken off the list."""
        return {reference: version for reference, version in self.known.items() if version.delisted_on is None}


def take_parties_in(
    run: ImportRun,
    files: Sequence[Path],
    *,
    last: ImportRun | None,
    dated: dt.date | None,
    author: Author,
    progress: Progress | None,
) -> None:
    """Takes one publication of a list of parties in; `last` is the list's last good run.

    `dated` is the publication's day where its format carries none (default: today). Raises `FileRefused` for a file
    that is not whole, is older than what stands, or would end more of the list than is likely.
    """
    sanctions_list = own_format.party_list(run.list, files)
    publication = sanctions_list.publication(files)
    run.dated = publication.dated or dated or _day(run)
    refuse_future(run.dated, file=_told(files))
    _refuse_old(run, last, files)
    _refuse_doubtful(publication, last, files)
    run.complaints = {"doubts": list(publication.doubts), "unreadable": [], "unknown": {}}
    _take_in(sanctions_list, files, publication, run, last=last, author=author, progress=progress)


def _told(files: Sequence[Path]) -> str:
    """What a refusal names: the file, or the list where several make it up."""
    return files[0].name if len(files) == 1 else "The list"


def refuse_future(day: dt.date | None, *, file: str) -> None:
    """Raises `FileRefused` for a publication of a day to come: true ones would be older than what stands."""
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)  # It may be that already where it was published.
    if day and day > tomorrow:
        raise FileRefused(file=file, why=f"it is of {day}, and that day has not come")


def _refuse_old(run: ImportRun, last: ImportRun | None, files: Sequence[Path]) -> None:
    if last and last.dated and run.dated and run.dated < last.dated:
        raise FileRefused(
            file=_told(files),
            why=f"it is of {run.dated}, and what stands is of {last.dated}: older files change nothing",
        )


def _refuse_doubtful(publication: Publication, last: ImportRun | None, files: Sequence[Path]) -> None:
    """What was in doubt the last time already is so by the publisher's own hand; what is new may be an accident."""
    new = [doubt for doubt in publication.doubts if last and doubt not in last.complaints.get("doubts", ())]
    if new:
        raise FileRefused(file=_told(files), why="; ".join(new))


def _take_in(
    sanctions_list: PartyList, files: Sequence[Path], publication: Publication, run: ImportRun,
    *, last: ImportRun | None, author: Author, progress: Progress | None,
) -> None:  # fmt: skip
    before = last.dated if last and not _was_selection(last, publication) else None
    standing = _Standing(known=load_known_versions(sanctions_list.code), before=before, dated=_day(run))
    moment = clock()
    written: list[WrittenVersion] = []
    records = sanctions_list.parse(files)
    for drafts in batched(_drafts(records, publication, standing, run, progress), _BATCH):
        written += write_parties(drafts, run=run, moment=moment)
    _refuse_unreadable(run, files)
    current = standing.current
    missing = [reference for reference in current if reference not in standing.seen]
    _refuse_shrink(run, len(missing), len(current), files)
    for drafts in batched(_gone(missing, standing, run), _BATCH):
        written += write_parties(drafts, run=run, moment=moment)
        for draft in drafts:
            _count(draft, run)
    tell_events(sanctions_list, run, written, standing.known, between=_between(standing), author=author)


def _was_selection(last: ImportRun, publication: Publication) -> bool:
    """The absence of a party from a selection says nothing of when the whole list named it first."""
    return own_format.SELECTION in last.complaints.get("doubts", ()) and own_format.SELECTION not in publication.doubts


def _day(run: ImportRun) -> dt.date:
    return run.dated or dt.datetime.now(dt.UTC).date()


def _drafts(
    records: Iterator[Party | Unreadable], publication: Publication, standing: _Standing, run: ImportRun,
    progress: Progress | None,
) -> Iterator[PartyDraft]:  # fmt: skip
    for parties in batched(_readable(records, standing, run, progress), _BATCH):
        # What stands is read only where the publication leaves some of it out; elsewhere the digests tell.
        contents = _contents([party.reference for party in parties], standing) if publication.omits else {}
        for party in parties:
            draft = _draft(party, publication, standing, contents)
            if draft:
                _count(draft, run)
                yield draft


def _count(draft: PartyDraft, run: ImportRun) -> None:
    run.added += draft.turn == PartyChange.LISTED
    run.amended += draft.turn == PartyChange.AMENDED
    run.ended += draft.turn == PartyChange.DELISTED
    report_dry_run(run, _COUNTED[draft.turn], [f"{draft.reference}: {draft.name}"])


def _readable(
    records: Iterator[Party | Unreadable], standing: _Standing, run: ImportRun, progress: Progress | None
) -> Iterator[Party]:
    for record in map(_fitting, records):
        run.read += 1
        if progress:
            progress(run.read)
        standing.seen.add(record.reference)
        if isinstance(record, Party):
            for name in record.unknown:
                run.complaints["unknown"][name] = run.complaints["unknown"].get(name, 0) + 1
            yield record
            continue
        run.refused += 1
        run.complaints["unreadable"].append(
            {"reference": record.reference, "line": record.line, "file": record.file, "reason": record.reason}
        )
        standing.unnamed += not record.reference


def _fitting(record: Party | Unreadable) -> Party | Unreadable:
    """The record, unless no column holds it. Folding makes a name of other letters up to thirty times longer."""
    if isinstance(record, Unreadable):
        return record
    names = [name.text for name in record.names if len(name.text) > LONGEST_NAME // 30]
    if len(record.reference) > LONGEST_REFERENCE:
        why = f"its reference has more than {LONGEST_REFERENCE} characters"
    elif any(len(code) > LONGEST_CODE for code in record.programmes):
        why = f"a programme has more than {LONGEST_CODE} characters"
    elif any(len(name if name.isascii() else max(name, fold(name), key=len)) > LONGEST_NAME for name in names):
        why = f"a name has more than {LONGEST_NAME} characters"
    else:
        return record
    return Unreadable(reference=record.reference[:LONGEST_REFERENCE], line=0, reason=why)


def _contents(references: Sequence[str], standing: _Standing) -> dict[str, Mapping[str, Any]]:
    rows = {standing.known[reference].pk: reference for reference in references if reference in standing.known}
    found = Designation.objects.filter(pk__in=rows).values_list("pk", "content")
    return {rows[key]: content for key, content in found}


def _draft(
    party: Party, publication: Publication, standing: _Standing, contents: Mapping[str, Mapping[str, Any]]
) -> PartyDraft | None:
    """What the record does to what stands; None where it changes nothing. A day of delisting may be yet to come."""
    version = standing.known.get(party.reference)
    stands = version is not None and version.delisted_on is None
    is_gone = party.delisted_on is not None and party.delisted_on <= standing.dated
    if is_gone and not stands:
        return None
    content = party.content()
    told = digest(content)
    if stands and version and publication.omits and told != version.digest:
        content = party.completed_from(contents[party.reference], omits=publication.omits)
        told = digest(content)
    if stands and version and told == version.digest and not is_gone:
        return None
    turn = PartyChange.AMENDED if stands else PartyChange.LISTED
    if is_gone:
        turn = PartyChange.DELISTED
    return PartyDraft(
        reference=party.reference,
        turn=turn,
        on=_when(party, turn, version, standing),
        kind=party.kind,
        name=party.name,
        programmes=sorted(party.programmes),
        nationalities=list(party.nationality_codes),
        content=content,
        digest=told,
        names=_names(content),
        known=version,
    )


def _when(party: Party, turn: PartyChange, version: KnownVersion | None, standing: _Standing) -> str:
    """The issuer's own day where it names one that can be true, else between the two publications."""
    if turn == PartyChange.DELISTED and party.delisted_on is not None:
        return party.delisted_on.isoformat()
    if turn != PartyChange.LISTED:
        return _between(standing)
    listed_on = party.listed_on
    possible = listed_on is not None and listed_on <= standing.dated
    # A party that comes back under its first day was not listed on that day again.
    again = version is not None and version.delisted_on is not None and listed_on and listed_on <= version.delisted_on
    if listed_on and possible and not again:
        return listed_on.isoformat()
    return _between(standing, by=party.listed_by)


def _between(standing: _Standing, *, by: dt.date | None = None) -> str:
    """Since the publication before, and by this one's day, or by an earlier one that can be true.

    A party that the publication before did not have was listed after it, however old the act that the record names.
    """
    possible = by is not None and (standing.before is None or standing.before < by) and by < standing.dated
    latest = by if possible else standing.dated
    if standing.before is None:
        return f"[..{latest}]"
    return f"{latest}" if standing.before == latest else f"[{standing.before}..{latest}]"


def _names(content: dict[str, object]) -> list[str]:
    names = content.get("names")
    texts = [name["text"] for name in names] if isinstance(names, list) else []
    return list(dict.fromkeys(texts))


def _gone(missing: Sequence[str], standing: _Standing, run: ImportRun) -> Iterator[PartyDraft]:
    """Those that the publication no longer names. Where a bad record hides who it is about, nobody is taken off."""
    if missing and standing.unnamed:
        run.complaints["kept"] = list(missing)
        return
    on = _between(standing)
    for some in batched(missing, _BATCH):
        whole = Designation.objects.in_bulk([standing.known[reference].pk for reference in some])
        for reference in some:
            before = standing.known[reference]
            yield _delisting(reference, before, whole[before.pk], on)


def _delisting(reference: str, before: KnownVersion, version: Designation, on: str) -> PartyDraft:
    return PartyDraft(
        reference=reference,
        turn=PartyChange.DELISTED,
        on=on,
        kind=version.kind,
        name=version.name,
        programmes=version.programmes,
        nationalities=version.nationalities,
        content=version.content,
        digest=version.digest,
        names=(),
        known=before,
    )


def _refuse_unreadable(run: ImportRun, files: Sequence[Path]) -> None:
    if run.read == 0:
        raise FileRefused(file=_told(files), why="it holds no records")
    if run.refused > run.read * MOST_UNREADABLE:
        raise FileRefused(
            file=_told(files),
            why=f"{run.refused} of {run.read} records cannot be read, more than {MOST_UNREADABLE:.0%}",
        )


def _refuse_shrink(run: ImportRun, missing: int, stood: int, files: Sequence[Path]) -> None:
    if missing > stood * MOST_ENDED and not run.accept_shrink:
        raise FileRefused(
            file=_told(files),
            why=f"it would end {missing} of {stood} designations, more than {MOST_ENDED:.0%}; "
            "if that is true, import it with --accept-shrink",
        )
