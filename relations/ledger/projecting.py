"""The end of every command: recomputes the periods of the touched pairs and appends today's changes to the log."""

from __future__ import annotations

import datetime as dt
import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import batched
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from relations.codes import TrackKind
from relations.ledger.bulk_copy import insert
from relations.ledger.locks import clock, lock_log
from relations.ledger.modes import REHEARSED, TOGETHER, Together
from relations.ledger.period_store import replace_changed
from relations.ledger.updates import DATE_REACHED, LOADED, Cause, Entry, FactUpdate, PairLog, PairUpdate, Version
from relations.models import FACT_MODELS, CountryPair, StatusChange
from relations.outbox.enqueueing import enqueue
from relations.queries.clock import today
from relations.queries.countries import current_country_index
from relations.queries.facts import load_facts
from relations.queries.periods import load_periods
from relations.status import NOTHING, Period, State, Track, first_day_touched, next_change_after, periods, status
from relations.status.facts import FactValue

PROJECTION_PENDING = dt.date.min
"""A pair's `next_change_on` while facts await projection that were loaded past the ledger, as fixtures are."""

_ENTRIES_AT_ONCE = 1000
_FEW = 20
"""Up to this many facts are worth a look at the first day that they touch: a longer list touches early days anyway."""
_PAIRS_AT_ONCE = 200
"""Pairs whose periods and facts are in memory together: an import projects thousands."""

type Statuses = Mapping[Track, Period]


def advance(pair: CountryPair, now: dt.datetime) -> dt.datetime:
    """Moves a locked pair's `last_recorded_at` to `now`, or to a microsecond after its last command if later."""
    last = pair.last_recorded_at
    pair.last_recorded_at = max(now, last + dt.timedelta(microseconds=1)) if last else now
    return pair.last_recorded_at


def reproject(pairs: Sequence[CountryPair], update: PairUpdate | None = None) -> None:
    """Advances locked pairs to the present moment, then `project_and_log`."""
    now = clock()
    for pair in pairs:
        advance(pair, now)
    project_and_log(pairs, update)


def project_and_log(pairs: Sequence[CountryPair], update: PairUpdate | None = None) -> None:
    """Projects locked, advanced pairs and appends what changed; without an `update`, facts that were loaded.

    First the days that have elapsed since the log was last written, as the stored periods foresaw them; then the
    difference that the command makes today. Within `one_projection` both wait for its end.
    """
    together = TOGETHER.get()
    if together is None or update is None:
        _project_all(pairs, [update] if update else [])
    else:
        together.add(pairs, update)


@contextmanager
def one_projection() -> Iterator[None]:
    """Projects what the commands inside touch once, at the end, as one command: for imports of several publications.

    A track gets one entry in the log, for the difference that they make together. Inside a transaction.
    """
    if TOGETHER.get() is not None:
        yield
        return
    together = Together()
    token = TOGETHER.set(together)
    try:
        yield
    finally:
        TOGETHER.reset(token)
    _project_all([together.pairs[code] for code in sorted(together.pairs)], together.updates)


def _project_all(pairs: Sequence[CountryPair], updates: Sequence[PairUpdate]) -> None:
    written: defaultdict[str, list[FactUpdate]] = defaultdict(list)
    for update in updates:
        for version in update.facts:
            written[version.pair_id].append(FactUpdate(version, update))
    # What no fact caused, as a change of a source, may change any day.
    is_by_facts = bool(updates) and all(update.facts for update in updates)
    entries: list[Entry] = []
    for some in batched(pairs, _PAIRS_AT_ONCE):
        entries += _project(some, written, updates[-1] if updates else None, is_by_facts=is_by_facts)
    _append(pairs, entries)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Puts off garbage collections, which look through all that a fold has made: a fifth of its time, for no garbage.

    Of several threads in here the one that switched the collector off switches it on.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_without_collector()
def _project(
    pairs: Sequence[CountryPair], written: Mapping[str, Sequence[FactUpdate]], update: PairUpdate | None, *,
    is_by_facts: bool,
) -> list[Entry]:  # fmt: skip
    """Projects from the first day that facts can touch; periods that end before it are neither read nor written."""
    codes = [pair.code for pair in pairs]
    touched = {each.fact.key for code in codes for each in written.get(code, ())} if is_by_facts else set[UUID]()
    touched = touched if len(touched) <= _FEW else set()
    versions, countries = load_facts(codes, with_versions_of=touched), current_country_index()
    since = _first_day(pairs, versions, touched) if touched else None
    stored = load_periods(codes, since=since)
    entries: list[Entry] = []
    computed: dict[str, list[Period]] = {}
    for pair in pairs:
        own = written.get(pair.code, ()) if update else [FactUpdate(fact, LOADED) for fact in _loaded(pair)]
        old = stored.get(pair.code, [])
        known = (fact for fact in versions.get(pair.code, ()) if fact.superseded_at is None)
        before = _trend_before(old, since) if since else None
        new = periods(known, until=countries.last_day_of_pair(pair.code), since=since, before=before)
        log = PairLog(pair)
        day = max(today(), pair.logged_through or dt.date.min)
        _log_elapsed_dates(log, old, day)
        _log_command(log, old, new, day, update=update or LOADED, written=own, since=since)
        pair.logged_through, pair.next_change_on = day, next_change_after(new, day)
        computed[pair.code] = new
        entries += log.entries
    replace_changed(stored, computed, since=since)
    return entries


def _first_day(
    pairs: Iterable[CountryPair], versions: Mapping[str, Sequence[FactValue]], touched: Collection[UUID]
) -> dt.date:  # fmt: skip
    """The first day that is to be projected again, or that the log has not yet reached."""
    keys = {str(key) for key in touched}
    days = [min(pair.logged_through or dt.date.max, today()) for pair in pairs]
    for facts in versions.values():
        changed, others = [fact for fact in facts if fact.key in keys], [fact for fact in facts if fact.key not in keys]
        days.append(first_day_touched(changed, others) or dt.date.max)
    return min(days)


def _trend_before(stored: Iterable[Period], since: dt.date) -> State | None:
    """The trend of the day before one from which a pair is projected, as it is stored: no fact has changed it."""
    if since == dt.date.min:
        return None
    day = since - dt.timedelta(days=1)
    return next((one.state for one in stored if one.track.kind == TrackKind.TREND and one.covers(day)), NOTHING)


_UPDATE_PAIRS = """
    UPDATE relations_countrypair AS pair
    SET version = updated.version, logged_through = updated.logged_through, next_change_on = updated.next_change_on,
        last_recorded_at = updated.last_recorded_at
    FROM unnest(%s::text[], %s::bigint[], %s::date[], %s::date[], %s::timestamptz[])
        AS updated (code, version, logged_through, next_change_on, last_recorded_at)
    WHERE pair.code = updated.code
"""


def _append(pairs: Sequence[CountryPair], entries: Sequence[Entry]) -> None:
    """The last step of a command: the log is locked from here to the commit, so ids follow commits."""
    if not pairs:
        return
    columns = zip(
        *((one.code, one.version, one.logged_through, one.next_change_on, one.last_recorded_at) for one in pairs),
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE_PAIRS, [list(column) for column in columns])
    rehearsed = REHEARSED.get()
    if entries and rehearsed is None:
        lock_log()
    for some in batched(entries, _ENTRIES_AT_ONCE):
        rows = [entry.row() for entry in some]
        insert(StatusChange, rows)
        if rehearsed is None:
            enqueue(rows)
        else:
            rehearsed += rows


def _log_elapsed_dates(log: PairLog, foreseen: list[Period], day: dt.date) -> None:
    """Entries for each day, up to `day`, on which a track changed by itself."""
    last = log.pair.logged_through
    while last and (change_day := next_change_after(foreseen, last)) and change_day <= day:
        for track, old, new in _differences(status(foreseen, last), status(foreseen, change_day)):
            log.add_change(track, change_day, old, new, update=DATE_REACHED, cause=_elapsed_cause(old, new))
        last = change_day


def _log_command(
    log: PairLog, before: list[Period], after: list[Period], day: dt.date, *,
    update: PairUpdate, written: Sequence[FactUpdate], since: dt.date | None,
) -> None:  # fmt: skip
    """An entry for each track that changes today, and one for each written fact that changed none of them.

    `update` is that of a change which no fact caused; `since` the day that the periods reach (None: they are all).
    """
    without_effect = {str(each.fact.key): each for each in written if each.update.is_logged_without_effect}
    for track, old, new in _differences(status(before, day), status(after, day)):
        effective = _value_since(log.pair.code, after, track, day, since=since)
        if cause := _cause(old, new, written):
            without_effect.pop(str(cause.fact.key), None)
            log.add_change(track, effective, old, new, update=cause.update, cause=cause.fact.cause)
        else:
            log.add_change(track, effective, old, new, update=update, cause=None)
    for fact, own in without_effect.values():
        log.add(TrackKind.FACTS, fact.latest, update=own, cause=fact.cause)


def _differences(before: Statuses, after: Statuses) -> Iterable[tuple[Track, State, State]]:
    for track in sorted(before.keys() | after.keys()):
        old = before[track].state if track in before else NOTHING
        new = after[track].state if track in after else NOTHING
        if old.logged_value(track.kind) != new.logged_value(track.kind):
            yield track, old, new


def _cause(old: State, new: State, written: Sequence[FactUpdate]) -> FactUpdate | None:
    """The last written fact on which the new state rests, else the old one, else the last of all."""
    for keys in (frozenset(new.facts), frozenset(old.facts)):
        cause = next((each for each in reversed(written) if str(each.fact.key) in keys), None)
        if cause:
            return cause
    return written[-1] if written else None


def _elapsed_cause(old: State, new: State) -> Cause | None:
    """The fact whose day has come: the one that is new in the state, or the one that expired."""
    arrived = [key for key in new.facts if key not in old.facts]
    key = next(iter(reversed(arrived or old.facts)), None)
    if key is None:
        return None
    for model in FACT_MODELS:
        version = model.objects.current().filter(key=key).values_list("version", flat=True).first()
        if version is not None:
            return (model.resource, key, version)
    return None


def _value_since(code: str, computed: list[Period], track: Track, day: dt.date, *, since: dt.date | None) -> dt.date:
    """The first day of the unbroken time, up to `day`, in which the track has had its value of `day`.

    The computed periods are those that reach `since`; those that end before it are as they are stored.
    """
    own = sorted((period for period in computed if period.track == track), key=lambda period: period.start)
    first = _first_of_value(own, track.kind, day)
    if since is None or (own and own[0].start < first):
        return first
    earlier = [one for one in load_periods([code], track=track).get(code, ()) if not one.reaches(since)]
    return _first_of_value([*earlier, *own], track.kind, day)


def _first_of_value(own: list[Period], kind: str, day: dt.date) -> dt.date:
    current = next((period for period in own if period.covers(day)), None)
    if current is None:
        return max((period.end for period in own if period.end and period.end <= day), default=day)
    since, value = current.start, current.state.logged_value(kind)
    for period in reversed(own):
        if period.end == since and period.state.logged_value(kind) == value:
            since = period.start
    return since


def _loaded(pair: CountryPair) -> list[Version]:
    """The pair's facts that were loaded past the ledger and are in no entry of the log."""
    if pair.next_change_on != PROJECTION_PENDING:
        return []
    logged = StatusChange.objects.filter(cause_key=OuterRef("key"), cause_version=OuterRef("version"))
    facts = [
        fact
        for model in FACT_MODELS
        for fact in model.objects.current().filter(~Exists(logged), pair=pair).order_by("first_recorded_at", "id")
    ]
    for fact in facts:
        advance(pair, fact.recorded_at)
    return [Version.of(fact) for fact in facts]
