"""The lists that can be imported: who issues each, in what words it is cited, and what reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from relations.errors import FileRefused
from relations.importers.engine.parties import Party, Publication, Unreadable
from relations.importers.engine.statements import Reading
from relations.importers.engine.tables import table
from relations.importers.sources import cow, eu, factbook, gsdb, ofac, ofsi, pocom, travel_ban, uk, un


@cache
def licences() -> dict[str, str]:
    """Under which licence each list is published."""
    return {row["list"]: row["licence"] for row in table("lists")}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyList:
    """A sanctions list of parties. `measures` are what standing on it means, in the words of the GSDB.

    To be designated is to have one's assets frozen, on each of these lists; what else a programme does (arms,
    travel) is not said of each party by all of them, so it is not claimed.
    """

    code: str
    issuer: str
    title: str
    publisher: str
    publication: Callable[[Sequence[Path]], Publication]
    parse: Callable[[Sequence[Path]], Iterator[Party | Unreadable]]
    measures: tuple[str, ...] = ("financial",)

    @property
    def licence(self) -> str:
        return licences()[self.code]


PARTY_LISTS: Mapping[str, PartyList] = {
    one.code: one
    for one in (
        PartyList(
            code="un",
            issuer="UN",
            title="United Nations Security Council Consolidated List",
            publisher="United Nations Security Council",
            publication=un.publication,
            parse=un.parse,
        ),
        PartyList(
            code="ofac",
            issuer="US",
            title="Specially Designated Nationals and Blocked Persons List",
            publisher="Office of Foreign Assets Control",
            publication=ofac.publication,
            parse=ofac.parse,
        ),
        PartyList(
            code="eu",
            issuer="EU",
            title="Consolidated list of persons, groups and entities subject to EU financial sanctions",
            publisher="European Commission",
            publication=eu.publication,
            parse=eu.parse,
        ),
        PartyList(
            code="uk",
            issuer="GB",
            title="UK Sanctions List",
            publisher="Foreign, Commonwealth & Development Office",
            publication=uk.publication,
            parse=uk.parse,
        ),
        PartyList(
            code="ofsi",
            issuer="GB",
            title="Consolidated List of Financial Sanctions Targets in the UK",
            publisher="Office of Financial Sanctions Implementation",
            publication=ofsi.publication,
            parse=ofsi.parse,
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactList:
    """A source of facts. `files` is what its file is called (a pattern, in small letters) in a folder of several."""

    code: str
    title: str
    publisher: str
    read: Callable[[Sequence[Path]], list[Reading]]
    files: str = "*"

    @property
    def licence(self) -> str:
        return licences()[self.code]


_NAMED = 5
"""How many files a reason names."""


def _alone(parse: Callable[[bytes], list[Reading]]) -> Callable[[Sequence[Path]], list[Reading]]:
    """Reads a source that is published as one file."""

    def read(files: Sequence[Path]) -> list[Reading]:
        if len(files) != 1:
            named = ", ".join(path.name for path in files[:_NAMED])
            raise FileRefused(file=files[0].name, why=f"the source is one file, and these are {len(files)}: {named}")
        # The parser knows the file by the name under which it is published; who reads the reason has it under another.
        name = files[0].name
        try:
            readings = parse(files[0].read_bytes())
        except FileRefused as refusal:
            raise FileRefused(file=name, why=refusal.particulars["why"]) from refusal
        for reading in readings:
            reading.unreadable[:] = [replace(one, file=name) for one in reading.unreadable]
        return readings

    return read


def _pocom(files: Sequence[Path]) -> list[Reading]:
    return pocom.parse({_below(path, "missions-countries", "people"): path.read_bytes() for path in files})


def _below(path: Path, *folders: str) -> str:
    """The path from the last of the folders on: what lies above it is this machine's."""
    parts = path.parts
    starts = [place for place, part in enumerate(parts[:-1]) if part in folders]
    return "/".join(parts[starts[-1] :]) if starts else path.name


FACT_LISTS: Mapping[str, FactList] = {
    one.code: one
    for one in (
        FactList(
            code="pocom",
            title="Principal Officers and Chiefs of Mission",
            publisher="Office of the Historian",
            read=_pocom,
        ),
        FactList(
            code="factbook",
            title="The World Factbook: diplomatic representation",
            publisher="Central Intelligence Agency",
            read=_alone(factbook.parse),
            files="*.jsonl",
        ),
        FactList(
            code="travel_ban",
            title="US entry suspensions by country",
            publisher="Compiled from public pages",
            read=_alone(travel_ban.parse),
            files="*.csv",
        ),
        FactList(
            code="gsdb",
            title="Global Sanctions Data Base",
            publisher="Global Sanctions Data Base",
            read=_alone(gsdb.parse),
            files="*.csv",
        ),
        FactList(
            code="cow",
            title="Correlates of War Diplomatic Exchange 2006v1",
            publisher="Correlates of War Project",
            read=_alone(cow.parse),
            files="*diplomatic*exchange*.csv",
        ),
    )
}
