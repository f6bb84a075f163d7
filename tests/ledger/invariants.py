"""What must be true of the database after any sequence of acts."""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import connection

from relations import ledger
from relations.models import FACT_MODELS, CountryPair, Fact, StatusChange
from relations.queries.facts import load_facts
from relations.status import NOTHING, Track, periods, status
from relations.status.facts import FactValue
from tests.status import oracle

Told = dict[str, dict[str, Any]]


def pairs() -> list[CountryPair]:
    return list(CountryPair.objects.order_by("code"))


def assert_everything_holds(*, loaded: bool = False) -> None:
    """`loaded` says that facts of fixtures are among them, which bring their moments along."""
    connection.check_constraints()
    assert_stored_periods_are_computed_periods()
    assert_versions_rise_without_gaps()
    assert_recorded_at_rises(loaded=loaded)
    assert_replay_gives_the_values_of_the_day_that_was_told()


def assert_stored_periods_are_computed_periods() -> None:
    codes = [pair.code for pair in pairs()]
    stored, acts = ledger.load_periods(codes), load_facts(codes)
    for code in codes:
        assert sorted(stored.get(code, []), key=_place) == sorted(periods(acts.get(code, [])), key=_place), code


def _place(period: Any) -> tuple[Track, dt.date]:
    return (period.track, period.start)


def assert_versions_rise_without_gaps() -> None:
    lines: defaultdict[str, list[int]] = defaultdict(list)
    for line in StatusChange.objects.order_by("id"):
        lines[line.pair_id].append(line.version)
    assert {pair.code: list(range(1, pair.version + 1)) for pair in pairs()} == {
        pair.code: lines[pair.code] for pair in pairs()
    }


def assert_recorded_at_rises(*, loaded: bool) -> None:
    """No two acts on a pair have the same moment, and the log is in the order of the moments."""
    moments: defaultdict[str, list[dt.datetime]] = defaultdict(list)
    for model in FACT_MODELS:
        for code, recorded_at in model.objects.values_list("pair_id", "recorded_at"):
            moments[code].append(recorded_at)
    for pair in pairs():
        own = moments[pair.code]
        assert loaded or len(set(own)) == len(own)
        told = list(StatusChange.objects.filter(pair=pair).order_by("id").values_list("recorded_at", flat=True))
        assert told == sorted(told)
        assert pair.last_recorded_at is None or pair.last_recorded_at >= max([*own, *told])


def replayed() -> dict[str, Told]:
    """The log from nothing: what each track of each pair tells in the end. Fails where a line does not follow."""
    now: defaultdict[str, Told] = defaultdict(dict)
    for line in StatusChange.objects.order_by("id"):
        if line.track == "facts":
            assert (line.old, line.new) == (None, None)
            continue
        nothing = NOTHING.logged_value(Track.named(line.track).kind)
        assert line.old == now[line.pair_id].get(line.track, nothing), line
        assert line.old != line.new
        now[line.pair_id][line.track] = line.new
    return now


def assert_replay_gives_the_values_of_the_day_that_was_told() -> None:
    told = replayed()
    acts = load_facts([pair.code for pair in pairs()])
    for pair in pairs():
        standing: Told = {}
        if pair.logged_through is not None:
            for track, period in status(periods(acts.get(pair.code, [])), pair.logged_through).items():
                standing[str(track)] = period.state.logged_value(track.kind)
        assert without_nothing(told[pair.code]) == without_nothing(standing), pair.code


def without_nothing(told: Told) -> Told:
    return {track: value for track, value in told.items() if value != NOTHING.logged_value(Track.named(track).kind)}


def known_by_hand(code: str, moment: dt.datetime) -> list[FactValue]:
    """The versions of a pair's facts known at a moment, looked through one by one."""
    every = load_facts([code], every_version=True).get(code, [])
    return [
        act
        for act in every
        if act.recorded_at <= moment and not (act.superseded_at is not None and act.superseded_at <= moment)
    ]


def seen_by_hand(code: str, *, day: dt.date, known_at: dt.datetime) -> dict[str, oracle.Seen]:
    """The status of a pair as of a day and as known at a moment, by the naive reading of the rules."""
    facts = known_by_hand(code, known_at)
    first = min((act.latest for act in facts), default=day)
    days = [min(first, day) + dt.timedelta(days=number) for number in range((day - min(first, day)).days + 1)]
    return oracle.statuses(facts, days)[day]


def versions(fact: Fact) -> list[Fact]:
    return list(type(fact).objects.filter(key=fact.key).order_by("version"))


def lines_of(code: str = "BY-US") -> list[tuple[int, str, Any, Any, str]]:
    return list(
        StatusChange.objects.filter(pair=code).order_by("id").values_list("version", "track", "old", "new", "reason")
    )
