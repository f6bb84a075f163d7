"""Invariants of the database after any sequence of commands."""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import connection

from relations.models import FACT_MODELS, CountryPair, Fact, StatusChange, StatusSpan
from relations.queries.facts import load_facts
from relations.queries.periods import load_periods, span_from_row
from relations.status import NOTHING, Track, periods, spans, status
from relations.status.facts import FactValue
from tests.status import oracle

Logged = dict[str, dict[str, Any]]


def pairs() -> list[CountryPair]:
    return list(CountryPair.objects.order_by("code"))


def assert_everything_holds(*, loaded: bool = False) -> None:
    """`loaded` says that facts of fixtures are among them, which bring their moments along."""
    connection.check_constraints()
    assert_stored_periods_are_computed_periods()
    assert_versions_rise_without_gaps()
    assert_recorded_at_rises(loaded=loaded)
    assert_replay_gives_the_values_of_the_day_through_which_it_is_logged()


def assert_stored_periods_are_computed_periods() -> None:
    codes = [pair.code for pair in pairs()]
    stored, facts = load_periods(codes), load_facts(codes)
    for code in codes:
        computed = sorted(periods(facts.get(code, [])), key=_place)
        assert sorted(stored.get(code, []), key=_place) == computed, code
        rows = StatusSpan.objects.filter(pair=code)
        assert sorted(map(span_from_row, rows), key=_place) == sorted(spans(computed), key=_place), code


def _place(period: Any) -> tuple[Track, dt.date]:
    return (period.track, period.start)


def assert_versions_rise_without_gaps() -> None:
    versions: defaultdict[str, list[int]] = defaultdict(list)
    for entry in StatusChange.objects.order_by("id"):
        versions[entry.pair_id].append(entry.version)
    assert {pair.code: list(range(1, pair.version + 1)) for pair in pairs()} == {
        pair.code: versions[pair.code] for pair in pairs()
    }


def assert_recorded_at_rises(*, loaded: bool) -> None:
    """No two commands on a pair have the same moment, and the log is in the order of the moments."""
    moments: defaultdict[str, list[dt.datetime]] = defaultdict(list)
    for model in FACT_MODELS:
        for code, recorded_at in model.objects.values_list("pair_id", "recorded_at"):
            moments[code].append(recorded_at)
    for pair in pairs():
        own = moments[pair.code]
        assert loaded or len(set(own)) == len(own)
        logged = list(StatusChange.objects.filter(pair=pair).order_by("id").values_list("recorded_at", flat=True))
        assert logged == sorted(logged)
        assert pair.last_recorded_at is None or pair.last_recorded_at >= max([*own, *logged])


def replayed() -> dict[str, Logged]:
    """Replays the log: the last value of each track of each pair. Fails where an entry does not follow."""
    now: defaultdict[str, Logged] = defaultdict(dict)
    for entry in StatusChange.objects.order_by("id"):
        if entry.track == "facts":
            assert (entry.old, entry.new) == (None, None)
            continue
        nothing = NOTHING.logged_value(Track.named(entry.track).kind)
        assert entry.old == now[entry.pair_id].get(entry.track, nothing), entry
        assert entry.old != entry.new
        now[entry.pair_id][entry.track] = entry.new
    return now


def assert_replay_gives_the_values_of_the_day_through_which_it_is_logged() -> None:
    logged = replayed()
    facts = load_facts([pair.code for pair in pairs()])
    for pair in pairs():
        computed: Logged = {}
        if pair.logged_through is not None:
            for track, period in status(periods(facts.get(pair.code, [])), pair.logged_through).items():
                computed[str(track)] = period.state.logged_value(track.kind)
        assert without_nothing(logged[pair.code]) == without_nothing(computed), pair.code


def without_nothing(logged: Logged) -> Logged:
    return {track: value for track, value in logged.items() if value != NOTHING.logged_value(Track.named(track).kind)}


def known_by_hand(code: str, moment: dt.datetime) -> list[FactValue]:
    """The versions of a pair's facts known at a moment, looked through one by one."""
    every = load_facts([code], every_version=True).get(code, [])
    return [
        fact
        for fact in every
        if fact.recorded_at <= moment and not (fact.superseded_at is not None and fact.superseded_at <= moment)
    ]


def seen_by_hand(code: str, *, day: dt.date, known_at: dt.datetime) -> dict[str, oracle.Shown]:
    """The status of a pair as of a day and as known at a moment, by the naive reading of the rules."""
    facts = known_by_hand(code, known_at)
    first = min((fact.latest for fact in facts), default=day)
    days = [min(first, day) + dt.timedelta(days=number) for number in range((day - min(first, day)).days + 1)]
    return oracle.statuses(facts, days)[day]


def versions(fact: Fact) -> list[Fact]:
    return list(type(fact).objects.filter(key=fact.key).order_by("version"))


def lines_of(code: str = "BY-US") -> list[tuple[int, str, Any, Any, str]]:
    return list(
        StatusChange.objects.filter(pair=code).order_by("id").values_list("version", "track", "old", "new", "reason")
    )
