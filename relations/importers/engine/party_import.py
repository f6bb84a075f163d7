"""Syncs of a sanctions list: a publication is parsed, compared with the known versions, and applied to the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path
from typing import Any

from relations import ledger
from relations.codes import SELECTION, PartyChange
from relations.errors import FileRefused
from relations.importers.engine import own_format
from relations.importers.engine.dry_run import Effect, report_dry_run
from relations.importers.engine.list_events import record_list_events
from relations.importers.engine.parties import Party, Publication, Unreadable, digest
from relations.ledger import Author, KnownVersion, PartyDraft, WrittenVersion
from relations.models import Designation, ImportRun
from relations.text.transliteration import latin

LONGEST_REFERENCE, LONGEST_NAME, LONGEST_CODE = 100, 1000, 300
"""Widths of their columns."""
MOST_ENDED = 0.10
_BATCH = 500

_COUNTERS: Mapping[PartyChange, Effect] = {
    PartyChange.LISTED: "added",
    PartyChange.AMENDED: "amended",
    PartyChange.DELISTED: "ended",
}

type Progress = Callable[[int], object]


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
    sanctions_list = own_format.party_list(run.list, files)
    whole = sanctions_list.publication(files)
    refused = _refused_files(whole, last)
    files = [path for path in files if path not in refused]
    publication = sanctions_list.publication(files) if refused else whole
    run.dated = publication.dated or dated or dt.datetime.now(dt.UTC).date()
    file = files[0].name if len(files) == 1 else "The list"
    refuse_future(run.dated, file=file)
    _refuse_old_or_doubtful(publication, run.dated, last, file=file)
    doubts = list(dict.fromkeys([*publication.doubts, *whole.doubts]))
    run.complaints = {"doubts": doubts, "unreadable": [], "unknown": {}}
    if refused:
        run.complaints["refused"] = [f"{path.name}: {why}" for path, why in refused.items()]
    before = last.dated if last and not _was_selection(last, publication) else None
    sync = _Sync(
        run=run, omits=publication.omits, known=ledger.load_known_versions(run.list), before=before, dated=run.dated,
        most_unreadable=sanctions_list.most_unreadable,
    )  # fmt: skip
    written = sync.apply(sanctions_list.parse(files), file=file, progress=progress)
    record_list_events(sanctions_list, run, written, sync.known, author=author)


def _refused_files(publication: Publication, last: ImportRun | None) -> dict[Path, str]:
    """The auxiliary files that are left out; a doubt that the last publication raised too is the publisher's way."""
    known = last.complaints.get("doubts", ()) if last else publication.doubts
    new = {path: doubt for path, doubt in publication.blemished.items() if doubt not in known}
    return {**new, **publication.refused}


def _was_selection(last: ImportRun, publication: Publication) -> bool:
    """True where a whole list follows a selection, whose omissions say nothing about when a party was listed."""
    return SELECTION in last.complaints.get("doubts", ()) and SELECTION not in publication.doubts


def refuse_future(day: dt.date | None, *, file: str) -> None:
    """Raises `FileRefused` for a publication from the future: it would make every true one too old."""
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)  # It may be that already where it was published.
    if day and day > tomorrow:
        raise FileRefused(file=file, why=f"its publication date {day} is in the future")


def _refuse_old_or_doubtful(publication: Publication, dated: dt.date, last: ImportRun | None, *, file: str) -> None:
    """A doubt that the last publication raised too is the publisher's own way; a new one may be an accident."""
    if last and last.dated and dated < last.dated:
        why = f"it is of {dated}, older than the last import of {last.dated}; import a newer file"
        raise FileRefused(file=file, why=why)
    if new := [doubt for doubt in publication.doubts if last and doubt not in last.complaints.get("doubts", ())]:
        raise FileRefused(file=file, why="; ".join(new))


@dataclass(slots=True, kw_only=True)
class _Sync:
    """One publication and the list before it.

    `known` are the list's versions by reference, `before` is the day of the publication before. `seen` are the
    references read so far; `unnamed` counts bad records without a reference. `omits` as in `Publication`.
    """

    run: ImportRun
    omits: frozenset[str]
    known: dict[str, KnownVersion]
    before: dt.date | None
    dated: dt.date
    most_unreadable: float
    seen: set[str] = field(default_factory=set)
    unnamed: int = 0

    def apply(
        self, records: Iterable[Party | Unreadable], *, file: str, progress: Progress | None
    ) -> list[WrittenVersion]:
        """Writes what was listed, amended and delisted; refuses a file with too many bad records or too few parties."""
        run, moment = self.run, ledger.clock()
        written: list[WrittenVersion] = []
        for drafts in batched(self._drafts(records, progress), _BATCH):
            written += ledger.write_parties(drafts, run=run, moment=moment)
        if run.read == 0:
            raise FileRefused(file=file, why="it has no records")
        if run.refused > run.read * self.most_unreadable:
            why = f"{run.refused} of {run.read} records cannot be read, more than {self.most_unreadable:.0%}"
            raise FileRefused(file=file, why=why)
        current = [reference for reference in self.known if self._listed(reference)]
        missing = [reference for reference in current if reference not in self.seen]
        if len(missing) > len(current) * MOST_ENDED and not run.accept_shrink:
            why = f"it would end {len(missing)} of {len(current)} designations, more than {MOST_ENDED:.0%}"
            raise FileRefused(file=file, why=f"{why}; if that is true, import it with --accept-shrink")
        for drafts in batched(self._delistings(missing), _BATCH):
            written += ledger.write_parties(drafts, run=run, moment=moment)
        return written

    def _listed_between(self, *, by: dt.date | None) -> str:
        """After the publication before and by this one's day, or by an earlier one that is possible."""
        latest = by if by and self._is_new_on(by) else self.dated
        return _span(self.before and min(self.before + dt.timedelta(days=1), latest), latest)

    def _is_new_on(self, day: dt.date) -> bool:
        """True for a day after the publication before, and no later than this one."""
        return (self.before is None or self.before < day) and day <= self.dated

    def _listed(self, reference: str) -> KnownVersion | None:
        """The version of a party that is on the list."""
        version = self.known.get(reference)
        return version if version and version.delisted_on is None else None

    def _drafts(self, records: Iterable[Party | Unreadable], progress: Progress | None) -> Iterator[PartyDraft]:
        for parties in batched(self._readable(records, progress), _BATCH):
            # Known contents are read only where the publication omits some of it; elsewhere digests are enough.
            contents = self._contents(party.reference for party in parties) if self.omits else {}
            for party in parties:
                if draft := self._draft(party, contents):
                    yield self._counted(draft)

    def _readable(self, records: Iterable[Party | Unreadable], progress: Progress | None) -> Iterator[Party]:
        run = self.run
        for record in map(_fitting, records):
            run.read += 1
            if progress:
                progress(run.read)
            self.seen.add(record.reference)
            if isinstance(record, Party):
                for name in record.unknown:
                    run.complaints["unknown"][name] = run.complaints["unknown"].get(name, 0) + 1
                yield record
                continue
            run.refused += 1
            run.complaints["unreadable"].append(
                {"reference": record.reference, "line": record.line, "file": record.file, "reason": record.reason}
            )
            self.unnamed += not record.reference

    def _counted(self, draft: PartyDraft) -> PartyDraft:
        counter = _COUNTERS[draft.change]
        setattr(self.run, counter, getattr(self.run, counter) + 1)
        report_dry_run(self.run, counter, [f"{draft.reference}: {draft.name}"])
        return draft

    def _contents(self, references: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        keys = {self.known[reference].pk: reference for reference in references if reference in self.known}
        contents = Designation.objects.filter(pk__in=keys).values_list("pk", "content")
        return {keys[key]: content for key, content in contents}

    def _draft(self, party: Party, contents: Mapping[str, Mapping[str, Any]]) -> PartyDraft | None:
        """The change that the record makes; None for no change. A day of delisting may be in the future."""
        version = self._listed(party.reference)
        is_gone = party.delisted_on is not None and party.delisted_on <= self.dated
        if is_gone and not version:
            return None
        content = party.content()
        checksum = digest(content)
        if version and self.omits and checksum != version.digest:
            content = party.completed_from(contents[party.reference], omits=self.omits)
            checksum = digest(content)
        if version and checksum == version.digest and not is_gone:
            return None
        change = PartyChange.AMENDED if version else PartyChange.LISTED
        if is_gone:
            change = PartyChange.DELISTED
        return PartyDraft(
            reference=party.reference,
            change=change,
            on=self._when(party, change),
            kind=party.kind,
            name=party.name,
            programmes=sorted(party.programmes),
            nationalities=list(party.nationality_codes),
            content=content,
            digest=checksum,
            names=list(dict.fromkeys(name["text"] for name in content["names"])),
            known=self.known.get(party.reference),
            issuer_listed_on=party.listed_on,
        )

    def _when(self, party: Party, change: PartyChange) -> str:
        """The issuer's own day where it names a possible one, else between the two publications.

        A party that the publication before did not have was listed after it, however old the day that its record names:
        84 entries of the UN left in 2023 and came back in 2025 as listed in 2006.
        """
        if change == PartyChange.DELISTED and party.delisted_on is not None:
            return party.delisted_on.isoformat()
        if change != PartyChange.LISTED:
            return _span(self.before, self.dated)
        version, day = self.known.get(party.reference), party.listed_on
        # A party that comes back under its first day was not listed on that day again.
        is_repeated = version is not None and version.delisted_on is not None and day and day <= version.delisted_on
        if day and self._is_new_on(day) and not is_repeated:
            return day.isoformat()
        return self._listed_between(by=party.listed_by)

    def _delistings(self, missing: Sequence[str]) -> Iterator[PartyDraft]:
        """Delists the missing parties; none of them while a bad record without a reference may be one of them."""
        if missing and self.unnamed:
            self.run.complaints["kept"] = list(missing)
            return
        for references in batched(missing, _BATCH):
            versions = Designation.objects.in_bulk([self.known[reference].pk for reference in references])
            for reference in references:
                known = self.known[reference]
                version = versions[known.pk]
                yield self._counted(
                    PartyDraft(
                        reference=reference,
                        change=PartyChange.DELISTED,
                        on=_span(self.before, self.dated),
                        kind=version.kind,
                        name=version.name,
                        programmes=version.programmes,
                        nationalities=version.nationalities,
                        content=version.content,
                        digest=version.digest,
                        names=(),
                        known=known,
                    )
                )


def _span(first: dt.date | None, last: dt.date) -> str:
    """EDTF for a day between these two, both included; without a first, for any day up to the last."""
    if first is None:
        return f"[..{last}]"
    return f"{last}" if first == last else f"[{first}..{last}]"


def _fitting(record: Party | Unreadable) -> Party | Unreadable:
    """The record, unless it is too long for a column. Folding makes a foreign name up to thirty times longer."""
    if isinstance(record, Unreadable):
        return record
    names = [name.text for name in record.names if len(name.text) > LONGEST_NAME // 30]
    if len(record.reference) > LONGEST_REFERENCE:
        why = f"its reference has more than {LONGEST_REFERENCE} characters"
    elif any(len(code) > LONGEST_CODE for code in record.programmes):
        why = f"a programme has more than {LONGEST_CODE} characters"
    elif any(len(name if name.isascii() else max(name, latin(name), key=len)) > LONGEST_NAME for name in names):
        why = f"a name has more than {LONGEST_NAME} characters"
    else:
        return record
    return Unreadable(reference=record.reference[:LONGEST_REFERENCE], line=0, reason=why)
