"""Observations of a list's programmes: there are parties under them, first seen in one, confirmed by others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import F, Func, Min

from relations import ledger
from relations.codes import SUCCESSORS, Nature, SanctionAction, SourceKind, pair_code
from relations.importers.registry import PartyList
from relations.ledger import Author, CitationDraft, ConfirmationDraft, FactDraft, FactRevision, SourceLinkDraft
from relations.models import Designation, ImportRun, SanctionEvent, SanctionProgramme, Source, SourceLink

NO_ACT = "A list of parties names no act: that parties come and go neither tightens nor eases anything."
AIMED_ELSEWHERE = "The list's programme is aimed at another country than this says."


@dataclass(frozen=True, slots=True)
class Shown:
    """A programme under which there are parties, the list's own words for it, and what an import recorded of it before.

    `link` and `fact` are None where nothing was, and `fact` where an editor has retracted it.
    """

    row: SanctionProgramme
    words: str
    link: SourceLink | None = None
    fact: SanctionEvent | None = None

    @property
    def is_editors(self) -> bool:
        return self.link is not None and (self.fact is None or self.fact.version != self.link.version)

    @property
    def is_aimed_elsewhere(self) -> bool:
        return self.fact is not None and self.fact.programme_id != self.row.pk

    def was_seen_before(self, day: dt.date) -> bool:
        return self.link is not None and (self.link.stated_on is None or self.link.stated_on < day)


def observe(
    sanctions_list: PartyList, run: ImportRun, rows: Mapping[str, SanctionProgramme], *, author: Author
) -> None:
    """Records or confirms that there are parties under the programmes; these are by the list's own words for them.

    Acts that earlier versions of the tracker made of parties who came and went are retracted.
    """
    day = run.dated or ledger.today()
    shown = _shown(run.list, rows)
    new = [one for one in shown if one.link is None or one.is_aimed_elsewhere]
    misaimed = [one.fact for one in new if one.fact and not one.is_editors]
    again = [one for one in shown if one not in new and not one.is_editors and one.was_seen_before(day)]
    acts = list(_acts_of_parties(run.list))
    if left := sorted(one.words for one in shown if one.is_editors):
        run.complaints["kept"] = [*run.complaints.get("kept", ()), *left]
    if new or again:
        run.source = _source(sanctions_list, run)
    pairs = {pair_code(one.row.issuer_id, one.row.target_id) for one in (*new, *again)}
    sources = [run.source] if run.source else []
    ledger.lock_ahead(sources=sources, pairs=pairs | {fact.pair_id for fact in (*misaimed, *acts)})
    importer = replace(author, imports=True)
    _retract(acts, NO_ACT, author=importer)
    _retract(misaimed, AIMED_ELSEWHERE, author=importer)
    if run.source:
        _record(new, sanctions_list, run, run.source, author=importer)
        _confirm(again, run.source, day, author=importer)
    ledger.date_links(run.list, {one.row.code: day for one in (*new, *again)})


def _shown(code: str, rows: Mapping[str, SanctionProgramme]) -> list[Shown]:
    """Each programme once: a list may write one word in two ways."""
    words = {row.code: (row, word) for word, row in sorted(rows.items(), reverse=True)}
    links = {one.reference: one for one in SourceLink.objects.filter(list=code, reference__in=words)}
    current = SanctionEvent.objects.current().filter(key__in=[one.key for one in links.values()])
    facts = {fact.key: fact for fact in current}
    shown: list[Shown] = []
    for reference, (row, word) in sorted(words.items()):
        known = links.get(reference)
        shown.append(Shown(row, word, known, facts.get(known.key) if known else None))
    return shown


def _acts_of_parties(code: str) -> Iterable[SanctionEvent]:
    """The acts made of this list's parties, and of those of a closed list that this one replaces; no editor's."""
    closed = [old for old, successor in SUCCESSORS.items() if successor == code]
    acts = SanctionEvent.objects.current().filter(parties__designation__party__list__in=[code, *closed])
    return acts.exclude(action=SanctionAction.OBSERVED).order_by("id").distinct()


def _source(sanctions_list: PartyList, run: ImportRun) -> Source:
    """The source of this publication; the first one is the original of all, for they are one witness."""
    first = ImportRun.objects.filter(list=run.list, source__isnull=False).order_by("id").first()
    return ledger.record_source(
        {
            "kind": SourceKind.OFFICIAL_LIST,
            "publisher": sanctions_list.publisher,
            "title": f"{sanctions_list.title}, publication of {run.dated} (SHA-256 {run.sha256})",
            "published_on": run.dated,
            "licence": sanctions_list.licence,
            "syndication_of": first.source if first else None,
        }
    )


def _retract(facts: Collection[SanctionEvent], why: str, *, author: Author) -> None:
    revisions = [FactRevision(model=SanctionEvent, key=fact.key, version=fact.version) for fact in facts]
    ledger.run_batch([], revisions, author=author, why=why)


def _record(
    new: Collection[Shown], sanctions_list: PartyList, run: ImportRun, source: Source, *, author: Author
) -> None:  # fmt: skip
    first = _first_days(run.list) if new else {}
    drafts = [
        FactDraft(
            model=SanctionEvent,
            values={
                "from_country_id": one.row.issuer_id,
                "to_country_id": one.row.target_id,
                "action": SanctionAction.OBSERVED,
                "nature": Nature.OBSERVATION,
                "programme": one.row,
                "on": f"[..{first.get(one.words, run.dated)}]",
                "note": f"{sanctions_list.publisher} lists parties under {one.words}.",
            },
            citations=[CitationDraft(source=source, quote=one.words)],
        )
        for one in new
    ]
    recorded = ledger.run_batch(drafts, [], author=author).recorded
    links = (
        SourceLinkDraft(
            reference=one.row.code, kind=fact.resource, key=fact.key, version=fact.version,
            content={"word": SanctionAction.OBSERVED},
        )
        for one, fact in zip(new, recorded, strict=True)
    )  # fmt: skip
    ledger.link(run.list, links, run=run)


def _first_days(code: str) -> dict[str, dt.date]:
    """The day of the first publication before this one that has a party under a programme, by the list's words for it.

    This one's run has no day in the database before its end.
    """
    versions = Designation.objects.filter(party__list=code, run__dated__isnull=False).annotate(
        words=Func(F("programmes"), function="unnest")
    )
    return dict(versions.values("words").annotate(first=Min("run__dated")).values_list("words", "first").order_by())


def _confirm(again: Collection[Shown], source: Source, day: dt.date, *, author: Author) -> None:
    drafts = [
        ConfirmationDraft(model=SanctionEvent, key=one.fact.key, source=source, day=min(day, ledger.today()))
        for one in again
        if one.fact
    ]
    if drafts:
        ledger.confirm(drafts, author=author)
