"""The programmes of a list as rows: found by the list's code, made where there is none."""

from __future__ import annotations

from collections.abc import Mapping

from relations.importers.engine.programmes import Programme
from relations.ledger import change_programme, record_programme
from relations.models import Country, SanctionProgramme


def programme_rows(code: str, aimed: Mapping[str, Programme]) -> dict[str, SanctionProgramme]:
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
        change_programme(coded, {"list": "", "code": ""})
    title = f"{known.code}: {known.title}" if known.title != known.code else known.title
    titled = SanctionProgramme.objects.filter(issuer=known.issuer, target=known.target, title=title, code="").first()
    if titled:
        return _thematic(change_programme(titled, named), known)
    return record_programme(
        {
            "issuer": Country.objects.get(code=known.issuer),
            "target": Country.objects.get(code=known.target),
            "title": title,
            "legal_basis": known.legal_basis,
            "url": known.source,
            "thematic": known.is_thematic,
            **named,
        }
    )


def _thematic(row: SanctionProgramme, known: Programme) -> SanctionProgramme:
    return change_programme(row, {"thematic": True}) if known.is_thematic and not row.thematic else row
