"""Records of a publication's effects, programme by programme: what the list shows, and who was listed and delisted.

A list of parties is not a policy: who comes and goes changes designations, and no sanctions. Of each programme the list
shows one thing, that there are parties under it. Every later publication that still has any confirms that; when the
last has left nothing more is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import F, Func

from relations import ledger
from relations.codes import PartyChange
from relations.importers.engine.list_observations import observe
from relations.importers.engine.regimes import regime_of
from relations.importers.engine.tables import Programme, programme_of
from relations.importers.registry import PartyList
from relations.ledger import Author, KnownVersion, ListChangeDraft, WrittenVersion
from relations.models import Country, Designation, ImportRun, SanctionProgramme

type Changes = Mapping[str, Mapping[PartyChange, Sequence[WrittenVersion]]]
"""By programme: the versions, by their effect under it."""


def record_list_events(
    sanctions_list: PartyList, run: ImportRun, written: Sequence[WrittenVersion],
    known: Mapping[str, KnownVersion], *, author: Author,
) -> None:  # fmt: skip
    """Records what the publication shows of each programme, and appends its list changes.

    `known` are the versions before it, by reference. A programme aimed at no state has no pair, and so no fact; one
    that the table does not know is reported by name, and its parties are listed. Both have list changes.
    """
    changes, shown = _changes(written, known), _programmes_shown(run.list)
    table = {code: programme_of(sanctions_list.code, code) for code in sorted({*changes, *shown})}
    if unknown := sorted(code for code in changes if table[code] is None):
        run.complaints["unknown_programmes"] = unknown
    # Every lock that may have to wait is taken before the log's.
    rows = _programme_rows(run.list, {code: one for code, one in table.items() if one and one.target})
    ledger.lock_programmes(rows.values())
    with ledger.one_projection():
        observe(sanctions_list, run, {code: row for code, row in rows.items() if code in shown}, author=author)
    ledger.append_list_changes(
        [
            ListChangeDraft(
                list_title=sanctions_list.title,
                code=code,
                title=one.title if one else "",
                issuer=one.issuer if one else sanctions_list.issuer,
                programme=rows.get(code),
                versions=changes[code],
            )
            for code, one in sorted(table.items())
            if code in changes
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


def _programmes_shown(code: str) -> set[str]:
    """The programmes, in the list's words, under which there are parties now."""
    current = Designation.objects.known_at(None).filter(party__list=code, delisted_on__isnull=True)
    words = current.annotate(words=Func(F("programmes"), function="unnest")).order_by()
    return set(words.values_list("words", flat=True).distinct())


# --- programmes as rows ---------------------------------------------------------------------------------------------


def _programme_rows(code: str, aimed: Mapping[str, Programme]) -> dict[str, SanctionProgramme]:
    """The rows of a list's programmes, by the list's own words for them; all of them are aimed at a state."""
    wanted = {programme.code for programme in aimed.values()}
    coded = {row.code: row for row in SanctionProgramme.objects.filter(list=code, code__in=wanted)}
    made: dict[str, SanctionProgramme] = {}
    for known in aimed.values():
        if known.code not in made:
            made[known.code] = _row(known, coded.get(known.code))
    return {word: made[known.code] for word, known in aimed.items()}


def _row(known: Programme, coded: SanctionProgramme | None) -> SanctionProgramme:
    """The programme with the list's code, however an editor has titled it; else with the title; else a new one.

    Where the table now aims a code elsewhere, the programme that had it loses the code.
    """
    named = {"list": known.list, "code": known.code}
    if coded and (coded.issuer_id, coded.target_id) == (known.issuer, known.target):
        return _thematic(coded, known)
    if coded:
        ledger.change_programme(coded, {"list": "", "code": ""})
    title = f"{known.code}: {known.title}" if known.title != known.code else known.title
    titled = SanctionProgramme.objects.filter(issuer=known.issuer, target=known.target, title=title, code="").first()
    if titled:
        return _thematic(ledger.change_programme(titled, named), known)
    return ledger.record_programme(
        {
            "issuer": Country.objects.get(code=known.issuer),
            "target": Country.objects.get(code=known.target),
            "title": title,
            "legal_basis": known.legal_basis,
            "url": known.source,
            "thematic": known.is_thematic,
            "regime": regime_of(known.code, known.legal_basis, issuer=known.issuer, target=known.target),
            **named,
        }
    )


def _thematic(row: SanctionProgramme, known: Programme) -> SanctionProgramme:
    return ledger.change_programme(row, {"thematic": True}) if known.is_thematic and not row.thematic else row
