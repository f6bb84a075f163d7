"""Regimes that a registry describes, and the programmes of lists that are names of them.

A programme is joined to a regime of the same issuer and target by a name that the registry gives: the list's own code
(`BELARUS-EO14038`), or a legal act that both cite ("EO 14038"). Names are compared whole. What fits no regime, or
several, is left alone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from relations import ledger
from relations.codes import pair_code
from relations.importers.engine.reference_resolver import address
from relations.importers.engine.statements import Programme, Reading, RegimeName, Statement
from relations.importers.engine.tables import folded
from relations.models import Country, ImportRun, Regime, SanctionProgramme

_LONGEST_TITLE = 300
_RESOLUTION = re.compile(r"(?:s/res/|unscr|resolution)(?P<number>\d+)(?:\(\d{4}\))?")

type Direction = tuple[str, str]


@dataclass(slots=True)
class Joins:
    """Programmes of lists with the regimes to which they are about to be joined, and the codes that fit several."""

    joined: list[tuple[SanctionProgramme, Regime]] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)

    @property
    def pairs(self) -> set[str]:
        return {pair_code(programme.issuer_id, programme.target_id) for programme, _ in self.joined}


@contextmanager
def joining(readings: Iterable[Reading], run: ImportRun, *, names_regimes: bool) -> Iterator[set[str]]:
    """Records the regimes of the readings, and joins the programmes of lists to them after the facts are written.

    Gives the pairs that are projected again, to be locked before the first write.
    """
    _record_regimes(readings)
    joins = find_joins() if names_regimes else Joins()
    yield joins.pairs
    for programme, regime in joins.joined:
        ledger.change_programme(programme, {"regime": regime})
    if joins.ambiguous:
        run.complaints["ambiguous_programmes"] = joins.ambiguous


def _record_regimes(readings: Iterable[Reading]) -> None:
    """Records the regimes that the statements name, each with the programme under which its registry shows it.

    Afterwards the statements name these programmes by the titles that they have here. Pairs are locked later.
    """
    for reading in readings:
        programmes: dict[tuple[str, str, str], SanctionProgramme] = {}
        for index, statement in enumerate(reading.statements):
            programme = statement.programme
            if programme is None or programme.regime is None:
                continue
            named = statement.sender, statement.target, programme.regime.code
            if named not in programmes:
                regime = _recorded(programme.regime, statement, as_of=reading.version)
                programmes[named] = _programme_of(regime, programme)
            titled = replace(programme, title=programmes[named].title)
            reading.statements[index] = replace(statement, programme=titled)


def _recorded(named: RegimeName, statement: Statement, *, as_of: dt.date | None) -> Regime:
    """The regime of that code and direction, as the registry describes it; a new one where there is none.

    Of a code with several targets the regimes have the target after it, `US-CAATSA-IR`.
    """
    own, direction = f"{named.code}-{statement.target}", (statement.sender, statement.target)
    known = list(Regime.objects.filter(code__in=(named.code, own)).order_by("code"))
    regime = next((row for row in known if (row.issuer_id, row.target_id) == direction), None)
    if regime is None:
        countries = {"issuer": Country(code=statement.sender), "target": Country(code=statement.target)}
        code = own if named.of_several or known else named.code
        return ledger.record_regime(countries | {"code": code} | _values(named, statement, code, as_of))
    values = _values(named, statement, regime.code, as_of)
    if any(getattr(regime, name) != value for name, value in values.items()):
        return ledger.change_regime(regime, values)
    return regime


def _values(named: RegimeName, statement: Statement, code: str, as_of: dt.date | None) -> dict[str, Any]:
    direction = {"issuer": statement.sender, "target": statement.target}
    others = Regime.objects.filter(**direction, title=named.title).exclude(code=code)
    title = f"{named.title[: _LONGEST_TITLE - len(code) - 3]} ({code})" if others.exists() else named.title
    described = {
        "title": title,
        "legal_basis": named.legal_basis,
        "url": address(named.url),
        "aliases": list(named.aliases),
    }
    return described | ({"status": named.status, "status_on": as_of} if named.status and as_of else {})


def _programme_of(regime: Regime, programme: Programme) -> SanctionProgramme:
    """The programme of the regime that no list has, which begins with the regime's code; a new one otherwise."""
    own = regime.programmes.filter(code="", title__startswith=f"{regime.code}: ").order_by("pk").first()
    if own is None:
        title = f"{regime.code}: {regime.title}"[:_LONGEST_TITLE]
        values = {"issuer": regime.issuer, "target": regime.target, "title": title, "url": regime.url}
        return ledger.record_programme(values | {"regime": regime, "thematic": programme.thematic})
    if own.thematic != programme.thematic:
        return ledger.change_programme(own, {"thematic": programme.thematic})
    return own


# --- joining --------------------------------------------------------------------------------------------------------


def find_joins() -> Joins:
    """The programmes of lists, each with the one regime that its names fit, where it is not joined to it.

    One that is joined to another regime remains there as long as that regime has one of its names, or if no registry
    describes it.
    """
    by_direction = _by_direction(Regime.objects.exclude(aliases=[]))
    joins = Joins()
    for programme in SanctionProgramme.objects.exclude(code="").select_related("regime").order_by("pk"):
        regimes = by_direction.get((programme.issuer_id, programme.target_id), {})
        fitting = _fitting(programme.code, programme.legal_basis, regimes)
        if any(regime.pk == programme.regime_id for regime in fitting):
            continue
        if programme.regime and not programme.regime.aliases:  # an editor's
            continue
        if len(fitting) == 1:
            joins.joined.append((programme, fitting[0]))
        elif fitting and programme.regime_id is None:
            joins.ambiguous.append(f"{programme.code}: {', '.join(regime.code for regime in fitting)}")
    return joins


def regime_of(code: str, legal_basis: str, *, issuer: str, target: str) -> Regime | None:
    """The one regime that a list's programme is a name of; None where there is none, or more than one."""
    regimes = Regime.objects.filter(issuer=issuer, target=target).exclude(aliases=[])
    fitting = _fitting(code, legal_basis, _by_direction(regimes).get((issuer, target), {}))
    return fitting[0] if len(fitting) == 1 else None


type Named = Mapping[str, Sequence[Regime]]
"""Regimes of one direction by the folded form of each of their aliases."""


def _by_direction(regimes: Iterable[Regime]) -> dict[Direction, Named]:
    by_direction: defaultdict[Direction, defaultdict[str, list[Regime]]] = defaultdict(lambda: defaultdict(list))
    for regime in sorted(regimes, key=lambda one: one.code):
        for name in {_folded(alias) for alias in regime.aliases}:
            by_direction[regime.issuer_id, regime.target_id][name].append(regime)
    return dict(by_direction)


def _fitting(code: str, legal_basis: str, named: Named) -> list[Regime]:
    """The regimes whose aliases have the code; where none has, those whose aliases have one of the legal acts."""
    if by_code := named.get(_folded(code)):
        return list(by_code)
    acts = (act for act in re.split("[;,]", legal_basis) if act.strip())
    return list({regime.pk: regime for act in acts for regime in named.get(_folded(act), ())}.values())


def _folded(name: str) -> str:
    """The form in which names are compared: small letters without spaces, and one form of a UN resolution."""
    resolution = _RESOLUTION.fullmatch(folded(name))
    return f"resolution{resolution['number']}" if resolution else folded(name)
