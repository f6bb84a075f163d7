"""After an act: the periods of the touched pairs written anew, and what changed today appended to the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from relations.codes import Reason, TrackKind
from relations.ledger.bulk_copy import insert
from relations.ledger.drafts import NOBODY, Author
from relations.ledger.period_store import load_periods, replace_changed
from relations.models import FACT_MODELS, CountryPair, Fact, StatusChange
from relations.outbox import enqueueing
from relations.queries.facts import load_facts
from relations.status import NOTHING, Period, State, Track, next_change_after, periods, status

PROJECTION_PENDING = dt.date.min
"""A pair's `next_change_on` while facts wait that were loaded past the ledger, as fixtures are."""

_LOG_LOCK = 1_961
"""Key of the advisory lock that makes the order of the log's lines the order of commits."""

_LINES_AT_ONCE = 1000
_PAIRS_AT_ONCE = 200
"""Pairs whose periods and acts are held at once: an import settles thousands."""

type Statuses = Mapping[Track, Period]


class Version(NamedTuple):
    """A version of a fact as the log names it: an import has tens of thousands of them to tell of."""

    resource: str
    key: UUID
    version: int
    pair_id: str
    latest: dt.date

    @classmethod
    def of(cls, fact: Fact) -> Version:
        return cls(fact.resource, fact.key, fact.version, fact.pair_id, fact.latest)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairUpdate:
    """What an act did to one pair: the versions that it wrote or ended, why, and by whom."""

    reason: Reason
    facts: Sequence[Version] = ()
    author: Author = NOBODY
    why: str = ""


class _Line(NamedTuple):
    """A line that is about to be appended to the log, before it is a row."""

    pair: CountryPair
    version: int
    track: str
    effective: dt.date
    recorded_at: dt.datetime
    deed: PairUpdate
    cause: tuple[str, str, int] | None
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None

    def row(self) -> StatusChange:
        cause_kind, cause_key, cause_version = self.cause or ("", None, None)
        return StatusChange(
            pair=self.pair, version=self.version, track=self.track, effective=self.effective, old=self.old,
            new=self.new, recorded_at=self.recorded_at, reason=self.deed.reason, cause_kind=cause_kind,
            cause_key=cause_key, cause_version=cause_version, recorded_by=self.deed.author.user,
            request_id=self.deed.author.request_id, note=self.deed.why,
        )  # fmt: skip


@dataclass(slots=True)
class _Lines:
    """The lines of one pair that are about to be appended."""

    pair: CountryPair
    recorded_at: dt.datetime
    rows: list[_Line] = field(default_factory=list)

    def add(
        self, *, track: str, effective: dt.date, deed: PairUpdate, cause: tuple[str, str, int] | None,
        old: State | None = None, new: State | None = None,
    ) -> None:  # fmt: skip
        self.pair.version += 1
        kind = Track.named(track).kind
        was = None if old is None else old.logged_value(kind)
        comes = None if new is None else new.logged_value(kind)
        version, now = self.pair.version, self.recorded_at
        self.rows.append(_Line(self.pair, version, track, effective, now, deed, cause, was, comes))


def today() -> dt.date:
    """The UTC day."""
    return dt.datetime.now(dt.UTC).date()


def project_and_log(pairs: Sequence[CountryPair], deeds: Mapping[str, PairUpdate]) -> None:
    """Brings locked pairs up to date and appends what changed; `deeds` tells by pair what was done.

    First the days that have come since the log was last told, as the stored periods foresaw them; then the difference
    that the deed makes today.
    """
    lines: list[_Line] = []
    for some in batched(pairs, _PAIRS_AT_ONCE):
        lines += _settled(some, deeds)
    _append(pairs, lines)


def _settled(pairs: Sequence[CountryPair], deeds: Mapping[str, PairUpdate]) -> list[_Line]:
    codes = [pair.code for pair in pairs]
    before, acts = load_periods(codes), load_facts(codes)
    lines: list[_Line] = []
    after: dict[str, list[Period]] = {}
    for pair in pairs:
        old, new = before.get(pair.code, []), periods(acts.get(pair.code, []))
        deed = deeds.get(pair.code) or PairUpdate(reason=Reason.IMPORTED, facts=_loaded(pair))
        own = _Lines(pair, _stamped(pair))
        day = max(today(), pair.logged_through or dt.date.min)
        _tell_days(own, old, day)
        _tell_deed(own, old, new, day, deed)
        pair.logged_through, pair.next_change_on = day, next_change_after(new, day)
        after[pair.code] = new
        lines += own.rows
    replace_changed(before, after)
    return lines


_UPDATE_PAIRS = """
    UPDATE relations_countrypair AS pair
    SET version = updated.version, logged_through = updated.logged_through, next_change_on = updated.next_change_on,
        last_recorded_at = updated.last_recorded_at
    FROM unnest(%s::text[], %s::bigint[], %s::date[], %s::date[], %s::timestamptz[])
        AS updated (code, version, logged_through, next_change_on, last_recorded_at)
    WHERE pair.code = updated.code
"""


def _append(pairs: Sequence[CountryPair], lines: Sequence[_Line]) -> None:
    """The last thing that an act does: from here to the commit nobody else appends, so ids follow commits."""
    if not pairs:
        return
    columns = zip(
        *((one.code, one.version, one.logged_through, one.next_change_on, one.last_recorded_at) for one in pairs),
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE_PAIRS, [list(column) for column in columns])
    if lines:
        lock_the_log()
    for some in batched(lines, _LINES_AT_ONCE):
        rows = [line.row() for line in some]
        insert(StatusChange, rows)
        enqueueing.fill(rows, stored=load_periods)


def lock_the_log() -> None:
    """From here to the commit nobody appends to the log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOG_LOCK])


def _tell_days(lines: _Lines, foreseen: list[Period], day: dt.date) -> None:
    """One set of lines for each day, up to `day`, on which a track began to tell something else by itself."""
    logged_through = lines.pair.logged_through
    while (
        logged_through is not None and (turn := next_change_after(foreseen, logged_through)) is not None and turn <= day
    ):
        old, new = status(foreseen, logged_through), status(foreseen, turn)
        for track, was, comes in _differences(old, new):
            lines.add(
                track=str(track), old=was, new=comes, effective=turn, deed=PairUpdate(reason=Reason.DATE_REACHED),
                cause=_known_cause(lines.pair, was, comes),
            )  # fmt: skip
        logged_through = turn


def _tell_deed(lines: _Lines, old: list[Period], new: list[Period], day: dt.date, deed: PairUpdate) -> None:
    """A line for each track that tells something else today, and one for each fact that moved none of them."""
    silent = {str(fact.key): fact for fact in deed.facts}
    for track, was, comes in _differences(status(old, day), status(new, day)):
        fact = _deciding(was, comes, deed.facts)
        if fact:
            silent.pop(str(fact.key), None)
        lines.add(
            track=str(track), old=was, new=comes, effective=_began(new, track, day), deed=deed,
            cause=(fact.resource, str(fact.key), fact.version) if fact else None,
        )  # fmt: skip
    for key, fact in silent.items():
        cause = (fact.resource, key, fact.version)
        lines.add(track=TrackKind.FACTS, effective=fact.latest, deed=deed, cause=cause)


def _differences(old: Statuses, new: Statuses) -> Iterable[tuple[Track, State, State]]:
    for track in sorted(old.keys() | new.keys()):
        was = old[track].state if track in old else NOTHING
        comes = new[track].state if track in new else NOTHING
        if was.logged_value(track.kind) != comes.logged_value(track.kind):
            yield track, was, comes


def _deciding(was: State, comes: State, facts: Sequence[Version]) -> Version | None:
    """The last of the deed's facts that stands behind what the track tells now, or stood behind what it told."""
    for keys in (frozenset(comes.facts), frozenset(was.facts)):
        behind = next((fact for fact in reversed(facts) if str(fact.key) in keys), None)
        if behind:
            return behind
    return facts[-1] if facts else None


def _known_cause(pair: CountryPair, was: State, comes: State) -> tuple[str, str, int] | None:
    """The fact whose day has come: the one that is new behind the state, or the one that expired."""
    arrived = [key for key in comes.facts if key not in was.facts]
    key = next(iter(reversed(arrived or was.facts)), None)
    if key is None:
        return None
    for model in FACT_MODELS:
        version = model.objects.current().filter(pair=pair, key=key).values_list("version", flat=True).first()
        if version is not None:
            return (model.resource, key, version)
    return None


def _began(found: list[Period], track: Track, day: dt.date) -> dt.date:
    """The first day of the unbroken time, up to `day`, in which the track tells what it tells on `day`."""
    own = sorted((period for period in found if period.track == track), key=lambda period: period.start)
    holding = next((period for period in own if period.covers(day)), None)
    if holding is None:
        return max((period.end for period in own if period.end and period.end <= day), default=day)
    began, told = holding.start, holding.state.logged_value(track.kind)
    for period in reversed(own):
        if period.end == began and period.state.logged_value(track.kind) == told:
            began = period.start
    return began


def _loaded(pair: CountryPair) -> list[Version]:
    """The pair's facts of which the log has never told: they were loaded past the ledger."""
    if pair.next_change_on != PROJECTION_PENDING:
        return []
    told = StatusChange.objects.filter(cause_key=OuterRef("key"), cause_version=OuterRef("version"))
    found = [
        fact
        for model in FACT_MODELS
        for fact in model.objects.current().filter(~Exists(told), pair=pair).order_by("first_recorded_at", "id")
    ]
    for fact in found:
        stamp(pair, fact.recorded_at)
    return [Version.of(fact) for fact in found]


def _stamped(pair: CountryPair) -> dt.datetime:
    if pair.last_recorded_at is None:
        raise AssertionError("a pair is stamped before it is settled")
    return pair.last_recorded_at


def stamp(pair: CountryPair, now: dt.datetime) -> dt.datetime:
    """Advances a locked pair's `last_recorded_at` to `now`, or to a microsecond after its last command if later."""
    pair.last_recorded_at = (
        max(now, pair.last_recorded_at + dt.timedelta(microseconds=1)) if pair.last_recorded_at else now
    )
    return pair.last_recorded_at


def clock() -> dt.datetime:
    """The database's clock at this moment, not at the transaction's start."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime
        (moment,) = cursor.fetchone() or (dt.datetime.now(dt.UTC),)
    return moment
