"""Sanctions cases by year: Global Sanctions Data Base (CSV; academic, cite Felbermayr et al.).

A case becomes, for each sender and target, `imposed` in its first year and its end in its last, unless it is ongoing in
the last year of the release. Every case is a programme of its own, so that the end of one does not end the others of
the same pair. Case ids are renumbered in each release, so a case is named by sender, target, first year and objectives.
Quirks: `objective` and `success` are comma lists aligned by position; `prevent war` for `prevent_war`; names, not
codes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from relations.codes.country_names import code_by_name
from relations.errors import RecordRefused
from relations.importers.engine.csv_rows import Row, read_records
from relations.importers.engine.statements import Programme, Reading, Statement
from relations.importers.engine.tables import keyed, look_up, table

FILE = "gsdb.csv"
TITLE = "Global Sanctions Data Base"
COLUMNS = frozenset({
    "case_id", "sanctioned_state", "sanctioning_state", "begin", "end", "trade", "descr_trade", "arms", "military",
    "financial", "travel", "other", "objective", "success",
})  # fmt: skip

# column -> the tracker's measure
MEASURES = {
    "trade": "trade", "arms": "arms", "military": "military_assistance", "financial": "financial", "travel": "travel",
    "other": "other",
}  # fmt: skip
OBJECTIVES = {
    "policy_change": "change of policy", "destab_regime": "destabilising a regime",
    "territorial_conflict": "territorial conflict", "prevent_war": "preventing war", "terrorism": "terrorism",
    "end_war": "ending war", "human_rights": "human rights", "democracy": "democracy", "other": "other objectives",
}  # fmt: skip
OUTCOMES = {
    "success_total": "total success", "success_part": "partial success", "nego_settlement": "negotiated settlement",
    "failed": "failed", "ongoing": "ongoing",
}  # fmt: skip
TRADE = {
    "exp_compl": "complete export", "imp_compl": "complete import", "exp_part": "partial export",
    "imp_part": "partial import",
}  # fmt: skip


_FLAGS = {"0": False, "1": True, "0.0": False, "1.0": True, "FALSE": False, "TRUE": True}
"""The last four are what statistics programs make of the first two."""

DESIGNATED = "Persons and entities designated"
"""The title of cases against persons and entities of a country, which are no sanctions on the country."""
_OF_PERSONS = frozenset({"financial", "travel"})
_OF_CRIME = frozenset({"terrorism", "other"})
_DEALINGS = frozenset({"partial export", "partial import"})
"""Trade, as the data base codes it: to block the property of persons is to forbid all dealings with them."""
_ON_PERSONS = re.compile(
    r"\b(?:persons?|individuals?|entit(?:y|ies))\b[^,\"]*\bdesignated\b"
    r"|\bdesignated (?:persons?|individuals?|entit(?:y|ies))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Case:
    row: Row
    senders: tuple[str, ...]
    targets: tuple[str, ...]
    begin: int
    end: int
    measures: tuple[str, ...]
    trade: tuple[str, ...]
    outcomes: tuple[tuple[str, str], ...]

    @property
    def ongoing(self) -> bool:
        """True while one objective is pursued; the last year may then be only that of the data."""
        return any(outcome == "ongoing" for _, outcome in self.outcomes)

    @property
    def objectives(self) -> list[str]:
        return [objective for objective, _ in self.outcomes]

    @property
    def is_on_persons(self) -> bool:
        """True for assets frozen and entry refused against terrorism alone, and for a row that says so.

        Persons are listed since resolution 1267 (1999); before it such cases are about state sponsors. Frozen assets
        may come with trade in part, in both directions: the dealings with the same persons. With these, "other" is
        crime, such as narcotics and corruption: an aim that is no policy of the state.
        """
        are_dealings = "financial" in self.measures and frozenset(self.trade) == _DEALINGS
        measures = frozenset(self.measures) - (frozenset({"trade"}) if are_dealings else frozenset())
        is_crime = self.objectives == ["terrorism"] or (are_dealings and _OF_CRIME.issuperset(self.objectives))
        by_kind = self.begin >= 1999 and is_crime and _OF_PERSONS.issuperset(measures)
        return by_kind or _ON_PERSONS.search(self.row.text) is not None


def parse(raw: bytes) -> list[Reading]:
    """One reading of one release, which does not say its own date."""
    reading, cases = read_records(raw, file=FILE, title=TITLE, columns=COLUMNS, parse=_case)
    used: Counter[str] = Counter()
    last = _last_year(cases)
    reading.covers_to = dt.date(last, 12, 31) if last else None
    for case in sorted(cases, key=_order):
        with reading.attempt(f"line {case.row.line}", line=case.row.line, file=FILE):
            for sender, target in _dyads(case, reading):
                name = f"{sender}>{target}:{case.begin}:{'+'.join(sorted(case.objectives))}"
                used[name] += 1
                number = used[name]
                reference = f"{name}~{number}" if number > 1 else name
                reading.statements += _statements(case, sender, target, reference, number=number, last=last)
    return [reading]


def _last_year(cases: list[Case]) -> int:
    """The last year of the release: that of most ongoing cases, since one bad year must not end the others."""
    years = Counter(case.end for case in cases if case.ongoing)
    return max(years, key=lambda year: (years[year], year), default=0)


def _order(case: Case) -> tuple[int, bool, int, tuple[str, ...], tuple[str, ...]]:
    """Sorts cases of one name by content, because each release changes their ids and places."""
    return case.begin, case.ongoing, case.end, case.measures, case.trade


def _case(row: Row) -> Case:
    values = row.values()
    begin, end = _year(values, "begin"), _year(values, "end")
    if end < begin:
        raise RecordRefused(why=f"it ends in {end}, before it begins in {begin}")
    measures = tuple(word for column, word in MEASURES.items() if _flag(values, column))
    if not measures:
        raise RecordRefused(why="it names no type of sanction")
    return Case(
        row=row,
        senders=_parties(values["sanctioning_state"]),
        targets=_parties(values["sanctioned_state"]),
        begin=begin,
        end=end,
        measures=measures,
        trade=tuple(look_up(TRADE, word, "descr_trade") for word in _list(values["descr_trade"])),
        outcomes=_outcomes(values),
    )


def _year(values: dict[str, str], column: str) -> int:
    year = re.fullmatch(r"(1[89]\d\d|20\d\d)(?:\.0)?", values[column])
    if year is None:
        raise RecordRefused(why=f"{column} {values[column]!r} is not a year")
    return int(year[1])


def _flag(values: dict[str, str], column: str) -> bool:
    if values[column].upper() not in _FLAGS:
        raise RecordRefused(why=f"{column} {values[column]!r} is neither 0 nor 1")
    return _FLAGS[values[column].upper()]


def _list(text: str) -> list[str]:
    return [part for part in re.split(r"\s*,\s*", text.strip().lower()) if part]


def _outcomes(values: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """(objective, outcome) by position. A space in an objective's name is a slip for the underscore."""
    objectives = [re.sub(r"\s+", "_", word) for word in _list(values["objective"])]
    outcomes = _list(values["success"])
    if not objectives or len(objectives) != len(outcomes):
        raise RecordRefused(why=f"it has {len(objectives)} objectives and {len(outcomes)} outcomes")
    for objective, outcome in zip(objectives, outcomes, strict=True):
        look_up(OBJECTIVES, objective, "objective")
        look_up(OUTCOMES, outcome, "success")
    return tuple(zip(objectives, outcomes, strict=True))


def _parties(text: str) -> tuple[str, ...]:
    """The names of a comma list: at each place the longest that is known, because some contain commas."""
    names = [row["name"] for row in table("gsdb_parties")]
    rest, parties = " ".join(text.split()), []
    while rest:
        pieces = rest.split(",", maxsplit=2)
        possible = [name for name in names if rest == name or rest.startswith(f"{name},")]
        possible += [name for name in (pieces[0], ",".join(pieces[:2])) if code_by_name(name)]
        if not possible:
            raise RecordRefused(why=f"the party {rest[:80]!r} is not known")
        parties.append(max(possible, key=len))
        rest = rest[len(parties[-1]) :].lstrip(", ")
    if not parties:
        raise RecordRefused(why="it names no party")
    return tuple(dict.fromkeys(parties))


def _party(name: str) -> dict[str, str]:
    """The row of the table; for a name that only a newer release has, such as Türkiye, the code of that country."""
    return keyed("gsdb_parties", by="name").get(name) or {"code": code_by_name(name)}


def _dyads(case: Case, reading: Reading) -> Iterator[tuple[str, str]]:
    """(sender, target) as codes; parties that the tracker does not have, and a group's own members, are ignored."""
    reference = f"case {case.row.cells[case.row.columns.index('case_id')]}"
    for name in (*case.senders, *case.targets):
        if not _party(name)["code"]:
            reading.ignore(reference, f"{name}: {_party(name)['reason']}")
    senders = dict.fromkeys(code for name in case.senders if (code := _party(name)["code"]))
    targets = dict.fromkeys(code for name in case.targets if (code := _party(name)["code"]))
    for sender in senders:
        for target in targets:
            if sender == target:
                reading.ignore(reference, f"{sender} is on both sides")
            else:
                yield sender, target


def _statements(case: Case, sender: str, target: str, reference: str, *, number: int, last: int) -> Iterator[Statement]:
    outcomes = "; ".join(f"{OBJECTIVES[objective]}: {OUTCOMES[outcome]}" for objective, outcome in case.outcomes)
    trade = f" Trade: {', '.join(case.trade)}." if case.trade else ""
    again = f", {number}" if number > 1 else ""
    aims = ", ".join(OBJECTIVES[objective] for objective in case.objectives)
    subject = DESIGNATED if case.is_on_persons else "Sanctions"
    title = f"{subject} from {case.begin}: {aims} (GSDB{again})"[:300]
    programme = Programme(title=title, thematic=case.is_on_persons)
    on_persons = f" {DESIGNATED}, not the country." if case.is_on_persons else ""

    def statement(event: str, word: str, year: int, note: str) -> Statement:
        return Statement(
            kind="sanction-events", reference=f"{reference}:{event}", source=FILE, quote=case.row.text,
            start=case.row.start, sender=sender, target=target, word=word, on=f"{year:04}", programme=programme,
            measures=case.measures if word == "imposed" else (), note=note,
        )  # fmt: skip

    yield statement("imposed", "imposed", case.begin, f"Objectives: {aims}.{trade}{on_persons}")
    if not case.ongoing or case.end < last:
        yield statement("ended", *_end(case), f"Outcome: {outcomes}.")


def _end(case: Case) -> tuple[str, int]:
    """The end of the sanctions: lifted where an objective was reached or negotiated.

    Where every objective failed or was still pursued the data do not say whether they were lifted or ran out; `expired`
    claims no action.
    """
    is_unsaid = all(outcome in ("failed", "ongoing") for _, outcome in case.outcomes)
    return ("expired" if is_unsaid else "lifted"), case.end
