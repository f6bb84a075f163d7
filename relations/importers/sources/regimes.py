"""Sanction regimes: the registry of OpenSanctions, one YAML file for each (MIT, OpenSanctions contributors).

An edition shows which regimes are active. That is an observation of the edition's day, with the registry's summary as
its words, and the next edition confirms it; nothing says when a regime began. A regime that the registry calls ended
is an event: lifted on the day that its summary names, or on some day up to the edition's; what an earlier edition saw
after that day is retracted. A regime that a later edition lacks has not ended thereby: files are renamed and merged.
Quirks: files carry no date; several issuers of one state; regimes without territories, or of several; measures are a
union and no history; `status` is newer than most files, so that its absence says "active" of all the others.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from relations import dates
from relations.codes import Measure, RegimeStatus, SanctionAction, Scope
from relations.errors import FileRefused, NotADate, RecordRefused
from relations.importers.engine.statements import Extract, Programme, Reading, RegimeName, Statement
from relations.importers.engine.tables import keyed, table
from relations.importers.engine.text_parsing import edtf
from relations.importers.engine.yaml_records import YamlRecord, read_record

TITLE = "Registry of sanction regimes"
FIELDS = frozenset({
    "id", "title", "key", "url", "summary", "issuer", "dataset", "aliases", "target_territories", "measures", "status",
})  # fmt: skip

LONGEST_ALIAS = 300

ENDED, LEGACY = "ended", "legacy"
STATUSES: Mapping[str, RegimeStatus | None] = {
    "": RegimeStatus.ACTIVE, "active": RegimeStatus.ACTIVE, ENDED: RegimeStatus.ENDED, LEGACY: None,
}  # fmt: skip
"""The registry's word -> ours; "legacy" is neither as it was nor over."""

MEASURES: Mapping[str, Measure] = {
    **dict.fromkeys(("Arms embargo", "Arms export restrictions", "Arms restrictions"), Measure.ARMS),
    **dict.fromkeys(("Asset freeze", "Financial block", "Financial restrictions", "Investment ban"), Measure.FINANCIAL),
    **dict.fromkeys(("Export control", "Import restrictions", "Restrictions on goods"), Measure.TRADE),
    "Travel ban": Measure.TRAVEL,
    **dict.fromkeys(
        ("Aid suspension", "Debarment", "Prohibition to satisfy claims", "Sectoral sanctions", "Services ban",
         "Transportation restrictions"), Measure.OTHER,
    ),
}  # fmt: skip
"""The registry's measures -> the types of the GSDB. What may be of several types is `other`."""

_KEY = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
_ISSUER = re.compile(r"(?P<country>[a-z]{2})_\w+")
_ISSUERS_OF_NO_STATE: Mapping[str, str] = {"zz_unsc": "UN", "zz_icij": "", "zz_icpo_interpol": ""}
"""Other issuers begin with the code of their country, as the registry's own files of issuers do."""
_TERRITORY, _REGION = re.compile(r"[a-z]{2}"), re.compile(r"[a-z]{2}-[a-z0-9]{1,4}")
_FORMER = re.compile(r"Former Measures\b")
_LEGAL = re.compile(
    r"(?:EO|SI|UNSCR|Resolutions?|Public Law|SR|\(E[CU]\)|\d+ (?:CFR|U\.S\.C\.)) .*|(?:SOR/|S\.C\. ).*"
    r"|.*\b(?:Act|Acts|Law|Regulations)\b.*"
)
"""Aliases that cite a legal act; the others are names and codes of lists."""
_ORDERS = re.compile(r"EO \d+(?:, EO \d+)+")
_EDITION = re.compile(r"\d{4}-\d\d-\d\d")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_END = re.compile(
    r"[^.;]*?\b(?:(?:was|were)\s+(?:revoked|terminated|lifted|repealed|ended)|expired|ended|lapsed)\s+"
    r"(?:(?:effective|on|in|as\s+of)\s+)+"
    rf"(?:(?P<month>{_MONTH})\s+(?:(?P<day>\d{{1,2}}),\s+)?)?(?P<year>\d{{4}})\b[^.;]*[.;]?"
)
"""A sentence, or the part of one up to a semicolon, that says when something ended."""


@dataclass(frozen=True, slots=True)
class _Regime:
    """One file of the registry: `code` is the key, `targets` are the countries at which it is aimed."""

    record: YamlRecord
    code: str
    issuer: str
    targets: tuple[str, ...]
    measures: tuple[str, ...]
    status: str

    @property
    def is_over(self) -> bool:
        """True if the registry's status or title says so."""
        return self.status == ENDED or _FORMER.match(self.record.value("title")) is not None

    @property
    def is_thematic(self) -> bool:
        """True of a regime that is not about one state."""
        return len(self.targets) > 1 or self.code in keyed("regime_themes", by="key")


def edition_of(folders: tuple[str, ...]) -> dt.date | None:
    """The day after which the nearest folder is named: `regimes/2026-07-30/programs`."""
    for name in reversed(folders):
        if _EDITION.fullmatch(name):
            try:
                return dt.date.fromisoformat(name)
            except ValueError:
                continue
    return None


def parse(files: Mapping[str, bytes], *, edition: dt.date | None) -> list[Reading]:
    """One reading of the files of one edition, by their names."""
    if edition is None:
        raise FileRefused(file=TITLE, why="the files carry no date; name the day of the edition with --dated")
    if not files:
        raise FileRefused(file=TITLE, why="it has no file of a regime (*.yml)")
    reading = Reading(version=edition)
    for name in sorted(files):
        with reading.record(name, file=name):
            regime = _regime(read_record(files[name], file=name), name, reading)
            reading.extracts[regime.code] = Extract(
                reference=regime.code, title=f"{TITLE}: {regime.code}", text=regime.record.text, published_on=edition
            )
            _state(regime, reading, edition)
    return [reading]


def _regime(record: YamlRecord, name: str, reading: Reading) -> _Regime:
    code, status = record.required("key"), record.value("status").casefold()
    if not _KEY.fullmatch(code):
        raise RecordRefused(why=f"its key {code!r} is not capital letters, digits and hyphens")
    if f"{code}.yml" != name:
        raise RecordRefused(why=f"its key is {code!r}, and its file is named {name!r}")
    record.required("title")
    if status not in STATUSES:
        raise RecordRefused(why=f"the status {status!r} is not known")
    reading.unknown.update(record.fields.keys() - FIELDS)
    return _Regime(
        record=record,
        code=code,
        issuer=_issuer(record.required("issuer")),
        targets=_targets(code, record, reading),
        measures=tuple(dict.fromkeys(_measures(record, reading))),
        status=status,
    )


def _issuer(word: str) -> str:
    if word in _ISSUERS_OF_NO_STATE:
        return _ISSUERS_OF_NO_STATE[word]
    if (known := _ISSUER.fullmatch(word)) is None or known["country"] == "zz":
        raise RecordRefused(why=f"the issuer {word!r} is not known")
    return known["country"].upper()


def _measures(record: YamlRecord, reading: Reading) -> Iterator[str]:
    """The types of the measures; one that is not known is left out by name, for the regime is in force without it."""
    for word in record.values("measures"):
        if known := MEASURES.get(word.capitalize()):
            yield known.value
        else:
            reading.unknown[f"measures: {word}"] += 1


@cache
def _special_territories() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["key"], row["territory"]): row for row in table("regime_territories")}


def _targets(code: str, record: YamlRecord, reading: Reading) -> tuple[str, ...]:
    """The countries at which the regime is aimed; territories that are none are ignored by name."""
    special, targets = _special_territories(), dict[str, None]()
    for territory in record.values("target_territories"):
        row = special.get((code, territory)) or special.get(("", territory))
        if row is not None and not row["code"]:
            reading.ignore(code, f"{territory}: {row['reason']}")
        elif row is not None:
            targets[row["code"]] = None
        elif _TERRITORY.fullmatch(territory):
            targets[territory.upper()] = None
        elif _REGION.fullmatch(territory):
            reading.ignore(code, f"{territory} is a region of a state and no party of its own")
        else:
            raise RecordRefused(why=f"the territory {territory!r} is not known")
    return tuple(targets)


def _state(regime: _Regime, reading: Reading, edition: dt.date) -> None:
    """States what the registry says of the regime towards each of its targets, or ignores it with the reason."""
    if not regime.issuer:
        reading.ignore(regime.code, "its issuer is not a country of the tracker")
    elif not regime.targets:
        reading.ignore(regime.code, "it is aimed at no state")
    elif regime.status == LEGACY:
        reading.ignore(regime.code, "it is called legacy: neither as it was nor over")
    else:
        for target in regime.targets:
            if target == regime.issuer:
                reading.ignore(regime.code, f"{target} is on both sides")
            elif regime.is_over:
                ended = _ended(regime, target, edition)
                reading.statements.append(ended)
                if not ended.bounded:
                    reading.contradicted[_reference(regime, target, "in_force")] = ended.when.latest
            else:
                reading.statements.append(_active(regime, target, edition))
                reading.contradicted[_reference(regime, target, "ended")] = dt.date.min


def _active(regime: _Regime, target: str, edition: dt.date) -> Statement:
    quote, start = _summary(regime.record)
    return Statement(
        kind="sanction-events", reference=_reference(regime, target, "in_force"), source=regime.code, quote=quote,
        start=start, sender=regime.issuer, target=target, word=SanctionAction.OBSERVED, on=f"[..{edition}]",
        bounded=True, measures=regime.measures, programme=_programme(regime),
    )  # fmt: skip


def _ended(regime: _Regime, target: str, edition: dt.date) -> Statement:
    """The end, on its day or, where the registry names none, on some day up to the edition's.

    The second is no event: a regime that ended long before the first edition improves nothing on that edition's day.
    """
    on, (quote, start) = _end(regime.record, edition)
    return Statement(
        kind="sanction-events", reference=_reference(regime, target, "ended"), source=regime.code, quote=quote,
        start=start, sender=regime.issuer, target=target, word=SanctionAction.LIFTED, on=on or f"[..{edition}]",
        bounded=not on, scope=Scope.ALL, programme=_programme(regime),
        nature="event" if on else "observation",
    )  # fmt: skip


def _reference(regime: _Regime, target: str, what: Literal["in_force", "ended"]) -> str:
    return f"{regime.code}>{target}:{what}"


def _summary(record: YamlRecord) -> tuple[str, int]:
    """The first paragraph of the summary, or the title where there is none."""
    if not record.value("summary"):
        return record.line("title")
    words, start = record.words("summary")
    return _PARAGRAPH.split(words)[0].rstrip(), start


def _end(record: YamlRecord, edition: dt.date) -> tuple[str, tuple[str, int]]:
    """The day of the end in EDTF and the sentence that names it.

    Empty, with the words that say that it is over, where the summary names no day up to the edition's, or several.
    """
    over = record.line("status") if record.value("status") else record.line("title")
    if not record.value("summary"):
        return "", over
    words, start = record.words("summary")
    ends = [(_day(match), match) for match in _END.finditer(words)]
    if len({day for day, _ in ends}) != 1:
        return "", over
    day, match = ends[0]
    if not day or day[:10] > edition.isoformat()[: len(day)]:
        return "", over
    quote = match[0].lstrip()
    return day, (quote, start + match.end() - len(quote))


def _day(match: re.Match[str]) -> str:
    """`July 1, 2025` -> `2025-07-01`, `December 2023` -> `2023-12`, `2023` -> `2023`; empty: no day of a calendar."""
    if not match["month"]:
        return match["year"]
    try:
        return dates.parse(edtf(month=match["month"], day=match["day"] or "", year=match["year"])).text
    except NotADate:
        return ""


def _programme(regime: _Regime) -> Programme:
    record, title, aliases = regime.record, regime.record.value("title"), _aliases(regime)
    return Programme(
        title=f"{regime.code}: {title}"[:300],
        thematic=regime.is_thematic,
        regime=RegimeName(
            code=regime.code,
            title=title[:300],
            of_several=len(regime.targets) > 1,
            legal_basis="; ".join(alias for alias in aliases if _LEGAL.fullmatch(alias)),
            url=record.value("url"),
            aliases=aliases,
            status=(RegimeStatus.ENDED if regime.is_over else RegimeStatus.ACTIVE).value,
        ),
    )


def _aliases(regime: _Regime) -> tuple[str, ...]:
    """The registry's names of the regime, its key first.

    The EU's regimes have the word of the EU's own list after `EU-`: `BLR`. Some names are several: "EO 1, EO 2".
    """
    names = [regime.code, *([regime.code.removeprefix("EU-")] if regime.issuer == "EU" else [])]
    for alias in (" ".join(one.split()) for one in regime.record.values("aliases")):
        names += alias.split(", ") if _ORDERS.fullmatch(alias) else [alias]
    if too_long := next((name for name in names if len(name) > LONGEST_ALIAS), None):
        raise RecordRefused(why=f"an alias has more than {LONGEST_ALIAS} characters: {too_long[:60]}…")
    return tuple(dict.fromkeys(names))
