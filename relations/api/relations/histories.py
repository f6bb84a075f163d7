"""All that is known of a pair, in every version, kept in the process until the pair changes.

From a dossier every answer about a pair is put together, whatever its day and its time, without asking the database
again. Whether it still holds is one look-up: the versions of the pairs concerned, and the stamp of what facts refer to.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orjson import Fragment

from relations.api.http.formats import dumps, snapshot
from relations.api.relations.designation_counts import listed
from relations.api.relations.versions import Tokens, current_tokens
from relations.ledger import load_periods
from relations.models import FACT_MODELS, Fact
from relations.models.facts import FactQuerySet
from relations.queries.cache import WeighedCache
from relations.queries.countries import CountryIndex, Epoch, world
from relations.queries.designation_counts import DesignationCounts, cached_designation_counts, designation_counts
from relations.queries.facts import load_facts
from relations.queries.titles import ListProgrammes, lists_named, programmes_named
from relations.representation.facts import citations_of, fact_body
from relations.representation.statuses import RelationState, relation_status
from relations.status import InheritanceRoute, Period, Track, contradictions, inheritance_routes, periods
from relations.status.facts import FactValue

_MOST = 64 * 1024 * 1024
"""Bytes of dossiers that one process keeps."""
_MOST_KNOWLEDGE = 8
"""Past times whose knowledge a dossier keeps worked out."""
_URL = b',"url":"'
"""The JSON of a fact between the word of `disputed` and the site."""

# --- one pair -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """What was known at one time: acts in their order, the keys of those that others contradict, periods."""

    acts: tuple[FactValue, ...]
    contradicted: Collection[str]
    periods: Sequence[Period]
    recorded: frozenset[Track]

    def holding(self, day: dt.date) -> dict[Track, Period]:
        return {period.track: period for period in self.periods if period.covers(day)}


@dataclass(frozen=True, slots=True, eq=False)
class Dossier:
    """One pair's facts in every version, as acts and as JSON cut at the word of `disputed` and at the site in `url`.

    `moments` are the times at which something became known or was superseded, in order.
    """

    code: str
    version: int
    acts: tuple[FactValue, ...]
    written: Mapping[tuple[str, int], tuple[bytes, bytes]]
    stored: Sequence[Period]
    programmes: Mapping[str, str]
    words: ListProgrammes
    lists: Mapping[str, str]
    moments: Sequence[dt.datetime]
    known: dict[int, Knowledge] = field(default_factory=dict)

    def knowledge(self, known_at: dt.datetime | None) -> Knowledge:
        rank = len(self.moments) if known_at is None else bisect_right(self.moments, known_at)
        found = self.known.get(rank)
        if found is None:
            if len(self.known) >= _MOST_KNOWLEDGE:
                self.known.clear()
            found = self.known[rank] = self._knowledge(rank)
        return found

    def _knowledge(self, rank: int) -> Knowledge:
        """What is known now is read as the ledger stored it; what was known once is computed from the facts of then."""
        if rank == len(self.moments):
            acts = tuple(act for act in self.acts if act.superseded_at is None)
            found = self.stored
        else:
            acts = tuple(act for act in self.acts if act.known_at(self.moments[rank - 1])) if rank else ()
            found = periods(acts)
        return Knowledge(acts, contradictions(acts).keys(), found, frozenset(period.track for period in found))

    def listed(self, knowledge: Knowledge, *, day: dt.date, site: str) -> Iterator[tuple[str, bytes]]:
        """The facts that have happened by the day or may have, in their order: the kind, and the fact as JSON."""
        yes, no = (b"%s%s%s" % (word, _URL, site.encode()) for word in (b"true", b"false"))
        for act in knowledge.acts:
            if act.earliest is None or act.earliest <= day:
                disputed = act.contested or act.key in knowledge.contradicted
                head, tail = self.written[act.key, act.version]
                yield act.kind, head + (yes if disputed else no) + tail

    def facts(self, knowledge: Knowledge, *, day: dt.date, site: str) -> dict[str, list[Fragment]]:
        """The same by kind."""
        found: dict[str, list[Fragment]] = {model.resource.replace("-", "_"): [] for model in FACT_MODELS}
        for kind, fact in self.listed(knowledge, day=day, site=site):
            found[kind.replace("-", "_")].append(Fragment(fact))
        return found

    @property
    def weight(self) -> int:
        """Bytes, about: an act and a period take some hundreds beside the text."""
        words = sum(len(head) + len(tail) for head, tail in self.written.values())
        keys = sum(len(period.state.facts) + len(period.uncertain) for period in self.stored)
        return words + 1000 * (len(self.acts) + len(self.stored)) + 100 * keys


def _read(code: str, *, version: int, expand: frozenset[str]) -> Dossier:
    acts = sorted(load_facts([code], every_version=True).get(code, []), key=lambda act: act.order)
    moments = {moment for act in acts for moment in (act.recorded_at, act.superseded_at) if moment}
    programmes, words = programmes_named(act.programme for act in acts)
    return Dossier(
        code=code,
        version=version,
        acts=tuple(acts),
        written=_written(code, expand),
        stored=tuple(load_periods([code]).get(code, [])),
        programmes=programmes,
        words=words,
        lists=lists_named(act.list for act in acts),
        moments=sorted(moments),
    )


def _written(code: str, expand: frozenset[str]) -> dict[tuple[str, int], tuple[bytes, bytes]]:
    found = {}
    for model in FACT_MODELS:
        facts = list(_joined(model, expand).filter(pair=code))
        cited = citations_of(facts)
        for fact in facts:
            body = fact_body(fact, cited[fact.pk], disputed=False, expand=expand)
            # A bare NUL stands nowhere in JSON. The site, which is whatever host was asked for, stands in the last key.
            head, _, tail = dumps(body | {"disputed": Fragment(b"\0")}).partition(b"\0")
            found[str(fact.key), fact.version] = (head, tail.removeprefix(_URL))
    return found


def _joined(model: type[Fact], expand: frozenset[str]) -> FactQuerySet[Any]:
    """With the one thing beside its sources that a fact of the kind may show whole."""
    names = expand & {field.name for field in model._meta.concrete_fields}
    return model.objects.select_related(*names) if names else model.objects.all()


# --- a pair and what reaches it -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Consulted:
    """A pair's dossier, those of organisations that its countries belonged to at any time, and the world around."""

    tokens: Tokens
    world: CountryIndex
    own: Dossier
    reaching: Sequence[tuple[InheritanceRoute, Dossier]]
    now: DesignationCounts

    def relation(self, *, day: dt.date, known_at: dt.datetime | None, site: str) -> dict[str, Any]:
        """The body of `/api/relations/<code>/`; facts stand in it as fragments of JSON."""
        code, known = self.own.code, self.own.knowledge(known_at)
        url = f"{site}/api/relations/{code}/"
        return {
            "code": code,
            "url": url,
            "version": self.own.version,
            "countries": [{"code": each, "name": self.world.countries[each].name} for each in code.split("-")],
            "as_of": day,
            "known_at": known_at,
            "status": relation_status(self._shown(known, day=day, known_at=known_at, site=site)),
            "facts": self.own.facts(known, day=day, site=site),
            "links": {
                "timeline": f"{url}timeline/",
                "changes": f"{site}/api/changes/?pair={code}",
                "csv": f"{url}?format=csv",
                "via": {
                    way.organisation: f"{site}/api/relations/{way.pair}/"
                    for way, _ in self.reaching
                    if way.membership.covers(day)
                },
            },
        }

    def _shown(self, known: Knowledge, *, day: dt.date, known_at: dt.datetime | None, site: str) -> RelationState:
        programmes, words, lists = dict(self.own.programmes), dict(self.own.words), dict(self.own.lists)
        inherited = []
        for way, dossier in self.reaching:
            if way.membership.covers(day):
                inherited.append((way, dossier.knowledge(known_at).holding(day)))
                programmes |= dossier.programmes
                words |= dossier.words
                lists |= dossier.lists
        return RelationState(
            code=self.own.code,
            holding=known.holding(day),
            recorded=known.recorded,
            inherited=inherited,
            programmes=programmes,
            lists=lists,
            designations=listed(words, self._tallies(words, known_at), day=day, known_at=known_at, site=site),
        )

    def _tallies(self, words: ListProgrammes, known_at: dt.datetime | None) -> DesignationCounts:
        return designation_counts(self.tokens.stamp, known_at=known_at) if words and known_at is not None else self.now


_DOSSIERS: WeighedCache[tuple[tuple[Epoch, str], Dossier]] = WeighedCache(most=_MOST, weigh=lambda kept: kept[1].weight)


def consult(code: str, *, tokens: Tokens, expand: frozenset[str] = frozenset()) -> Consulted:
    """The dossiers of the pair and of what reaches it, all of one moment: from memory where they still hold.

    `expand` names what facts show whole instead of in short.
    """
    held = _consulted(code, expand, tokens, find=_remembered, count=cached_designation_counts)
    if held is not None:
        return held
    with snapshot():
        tokens = current_tokens(code)
        found = _consulted(code, expand, tokens, find=_remembered_or_read, count=designation_counts)
    if found is None:
        raise AssertionError("what is read is there")
    return found


def _consulted(
    code: str, expand: frozenset[str], tokens: Tokens, *,
    find: Callable[[str, frozenset[str], Tokens], Dossier | None], count: Callable[[Epoch], DesignationCounts | None],
) -> Consulted | None:  # fmt: skip
    around = world(tokens.stamp)
    ways = inheritance_routes(code, around.belongings)
    found = {each: find(each, expand, tokens) for each in (code, *(way.pair for way in ways))}
    dossiers = {each: dossier for each, dossier in found.items() if dossier is not None}
    if len(dossiers) < len(found):
        return None
    now = count(tokens.stamp) if any(dossier.words for dossier in dossiers.values()) else {}
    if now is None:
        return None
    return Consulted(tokens, around, dossiers[code], [(way, dossiers[way.pair]) for way in ways], now)


def _remembered(code: str, expand: frozenset[str], tokens: Tokens) -> Dossier | None:
    kept = _DOSSIERS.get((code, expand)) if tokens.stamp is not None else None
    if kept is None or kept[0] != (tokens.stamp, tokens.of(code)):
        return None
    return kept[1]


def _remembered_or_read(code: str, expand: frozenset[str], tokens: Tokens) -> Dossier:
    dossier = _remembered(code, expand, tokens)
    if dossier is None:
        dossier = _read(code, version=tokens.version(code), expand=expand)
        _DOSSIERS.keep((code, expand), ((tokens.stamp, tokens.of(code)), dossier))
    return dossier
