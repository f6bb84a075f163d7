"""Syncs of a sanctions list: a publication is parsed, compared with the known versions, and applied to the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path
from typing import Any

from relations.codes import PartyChange
from relations.errors import FileRefused
from relations.importers.engine.dry_run import Turn, foretell
from relations.importers.engine.list_events import record_list_events
from relations.importers.engine.parties import Party, Publication, Unreadable, digest
from relations.importers.registry import PARTY_LISTS
from relations.ledger import Author, KnownVersion, PartyDraft, WrittenVersion, clock, stood, write_parties
from relations.models import Designation, ImportRun
from relations.text.transliteration import fold

LONGEST_REFERENCE, LONGEST_NAME, LONGEST_CODE = 100, 1000, 300
"""Widths of their columns."""
MOST_UNREADABLE = 0.01
MOST_ENDED = 0.10
_BATCH = 500

_COUNTED: Mapping[PartyChange, Turn] = {
    PartyChange.LISTED: "added",
    PartyChange.AMENDED: "amended",
    PartyChange.DELISTED: "ended",
}

type Progress = Callable[[int], object]


@dataclass(slots=True, kw_only=True)
class _KnownList:
    """A list before the publication, by reference, and the references that the publication has named so far.

    `before` is the day of the publication before, `dated` that of this one. `unnamed` counts bad records without a
    reference.
    """

    known: dict[str, KnownVersion]
    before: dt.date | None
    dated: dt.date
    seen: set[str] = field(default_factory=set)
    unnamed: int = 0

    @property
    def current(self) -> list[str]:
        """References of the parties that are not delisted."""
        return [reference for reference in self.known if self.listed(reference)]

    def listed(self, reference: str) -> KnownVersion | None:
        """The version of a party that is on the list."""
        version = self.known.get(reference)
        return version if version and version.delisted_on is None else None

    def between(self, *, by: dt.date | None = None) -> str:
        """Since the publication before, and by this one's day, or by an earlier one that is possible.

        A party that the publication before did not have was listed after it, however old the act that its record names.
        """
        possible = by is not None and (self.before is None or self.before < by) and by < self.dated
        latest = by if possible else self.dated
        if self.before is None:
            return f"[..{latest}]"
        return f"{latest}" if self.before == latest else f"[{self.before}..{latest}]"


def import_parties(
    run: ImportRun,
    files: Sequence[Path],
    *,
    last: ImportRun | None,
    dated: dt.date | None,
    author: Author,
    progress: Progress | None,
) -> None:
    """Applies one publication of a list of parties; `last` is the list's last good run.

    `dated` is the publication's day where its format carries none (default: today). Raises `FileRefused` for a file
    that is not whole, is older than the last publication, or would delist more parties than is likely.
    """
    sanctions_list = PARTY_LISTS[run.list]
    publication = sanctions_list.publication(files)
    run.dated = publication.dated or dated or dt.datetime.now(dt.UTC).date()
    file = files[0].name if len(files) == 1 else "The list"
    refuse_future(run.dated, file=file)
    _refuse_old(run, last, file=file)
    _refuse_doubtful(publication, last, file=file)
    run.complaints = {"doubts": list(publication.doubts), "unreadable": [], "unknown": {}}
    listed = _KnownList(known=stood(sanctions_list.code), before=last.dated if last else None, dated=run.dated)
    written = _apply(sanctions_list.parse(files), publication, listed, run, file=file, progress=progress)
    record_list_events(sanctions_list, run, written, listed.known, between=listed.between(), author=author)


# --- refusals -------------------------------------------------------------------------------------------------------


def refuse_future(day: dt.date | None, *, file: str) -> None:
    """Raises `FileRefused` for a publication from the future: it would make every true one too old."""
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)  # It may be that already where it was published.
    if day and day > tomorrow:
        raise FileRefused(file=file, why=f"its publication date {day} is in the future")


def _refuse_old(run: ImportRun, last: ImportRun | None, *, file: str) -> None:
    if last and last.dated and run.dated and run.dated < last.dated:
        why = f"it is of {run.dated}, older than the last import of {last.dated}; import a newer file"
        raise FileRefused(file=file, why=why)


def _refuse_doubtful(publication: Publication, last: ImportRun | None, *, file: str) -> None:
    """A doubt that the last publication raised too is the publisher's own way; a new one may be an accident."""
    new = [doubt for doubt in publication.doubts if last and doubt not in last.complaints.get("doubts", ())]
    if new:
        raise FileRefused(file=file, why="; ".join(new))


def _refuse_unreadable(run: ImportRun, *, file: str) -> None:
    if run.read == 0:
        raise FileRefused(file=file, why="it has no records")
    if run.refused > run.read * MOST_UNREADABLE:
        why = f"{run.refused} of {run.read} records cannot be read, more than {MOST_UNREADABLE:.0%}"
        raise FileRefused(file=file, why=why)


def _refuse_shrink(run: ImportRun, *, missing: int, current: int, file: str) -> None:
    if missing > current * MOST_ENDED and not run.accept_shrink:
        raise FileRefused(
            file=file,
            why=f"it would end {missing} of {current} designations, more than {MOST_ENDED:.0%}; "
            "if that is true, import it with --accept-shrink",
        )


# --- records --------------------------------------------------------------------------------------------------------


def _apply(
    records: Iterator[Party | Unreadable], publication: Publication, listed: _KnownList, run: ImportRun,
    *, file: str, progress: Progress | None,
) -> list[WrittenVersion]:  # fmt: skip
    moment = clock()
    written: list[WrittenVersion] = []
    for drafts in batched(_drafts(records, publication, listed, run, progress), _BATCH):
        written += write_parties(drafts, run=run, moment=moment)
    _refuse_unreadable(run, file=file)
    current = listed.current
    missing = [reference for reference in current if reference not in listed.seen]
    _refuse_shrink(run, missing=len(missing), current=len(current), file=file)
    for drafts in batched(_delistings(missing, listed, run), _BATCH):
        written += write_parties(drafts, run=run, moment=moment)
    return written


def _drafts(
    records: Iterator[Party | Unreadable], publication: Publication, listed: _KnownList, run: ImportRun,
    progress: Progress | None,
) -> Iterator[PartyDraft]:  # fmt: skip
    for parties in batched(_readable(records, listed, run, progress), _BATCH):
        # Known contents are read only where the publication omits some of it; elsewhere digests are enough.
        contents = _contents([party.reference for party in parties], listed) if publication.omits else {}
        for party in parties:
            if draft := _draft(party, publication, listed, contents):
                _count(draft, run)
                yield draft


def _count(draft: PartyDraft, run: ImportRun) -> None:
    counter = _COUNTED[draft.turn]
    setattr(run, counter, getattr(run, counter) + 1)
    foretell(run, counter, [f"{draft.reference}: {draft.name}"])


def _readable(
    records: Iterator[Party | Unreadable], listed: _KnownList, run: ImportRun, progress: Progress | None
) -> Iterator[Party]:
    for record in map(_fitting, records):
        run.read += 1
        if progress:
            progress(run.read)
        listed.seen.add(record.reference)
        if isinstance(record, Party):
            for name in record.unknown:
                run.complaints["unknown"][name] = run.complaints["unknown"].get(name, 0) + 1
            yield record
            continue
        run.refused += 1
        run.complaints["unreadable"].append(
            {"reference": record.reference, "line": record.line, "file": record.file, "reason": record.reason}
        )
        listed.unnamed += not record.reference


def _fitting(record: Party | Unreadable) -> Party | Unreadable:
    """The record, unless it is too long for a column. Folding makes a foreign name up to thirty times longer."""
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


def _contents(references: Sequence[str], listed: _KnownList) -> dict[str, Mapping[str, Any]]:
    keys = {listed.known[reference].pk: reference for reference in references if reference in listed.known}
    contents = Designation.objects.filter(pk__in=keys).values_list("pk", "content")
    return {keys[key]: content for key, content in contents}


def _draft(
    party: Party, publication: Publication, listed: _KnownList, contents: Mapping[str, Mapping[str, Any]]
) -> PartyDraft | None:
    """The change that the record makes; None for no change. A day of delisting may be in the future."""
    version = listed.listed(party.reference)
    is_gone = party.delisted_on is not None and party.delisted_on <= listed.dated
    if is_gone and not version:
        return None
    content = party.content()
    checksum = digest(content)
    if version and publication.omits and checksum != version.digest:
        content = party.completed_from(contents[party.reference], omits=publication.omits)
        checksum = digest(content)
    if version and checksum == version.digest and not is_gone:
        return None
    change = PartyChange.AMENDED if version else PartyChange.LISTED
    if is_gone:
        change = PartyChange.DELISTED
    return PartyDraft(
        reference=party.reference,
        turn=change,
        on=_when(party, change, listed),
        kind=party.kind,
        name=party.name,
        programmes=sorted(party.programmes),
        nationalities=list(party.nationality_codes),
        content=content,
        digest=checksum,
        names=list(dict.fromkeys(name["text"] for name in content["names"])),
        standing=listed.known.get(party.reference),
    )


def _when(party: Party, change: PartyChange, listed: _KnownList) -> str:
    """The issuer's own day where it names a possible one, else between the two publications."""
    if change == PartyChange.DELISTED and party.delisted_on is not None:
        return party.delisted_on.isoformat()
    if change != PartyChange.LISTED:
        return listed.between()
    version, listed_on = listed.known.get(party.reference), party.listed_on
    # A party that comes back under its first day was not listed on that day again.
    again = version is not None and version.delisted_on is not None and listed_on and listed_on <= version.delisted_on
    if listed_on and listed_on <= listed.dated and not again:
        return listed_on.isoformat()
    return listed.between(by=party.listed_by)


def _delistings(missing: Sequence[str], listed: _KnownList, run: ImportRun) -> Iterator[PartyDraft]:
    """Delists the parties that are missing; none of them while a bad record without a reference may be one of them."""
    if missing and listed.unnamed:
        run.complaints["kept"] = list(missing)
        return
    for some in batched(missing, _BATCH):
        versions = Designation.objects.in_bulk([listed.known[reference].pk for reference in some])
        for reference in some:
            known = listed.known[reference]
            draft = _delisting(reference, known, versions[known.pk], listed.between())
            _count(draft, run)
            yield draft


def _delisting(reference: str, known: KnownVersion, version: Designation, on: str) -> PartyDraft:
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
        standing=known,
    )
