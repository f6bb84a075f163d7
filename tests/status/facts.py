"""Facts as tests write them down, and as hypothesis makes them up."""

import datetime as dt
import itertools
from typing import Any

from hypothesis import strategies as st

from relations import dates
from relations.codes import BanAction, BanScope, EventKind, Measure, NextStatus, PostStatus, SanctionAction, Scope
from relations.status.facts import Confirmation, FactValue, Witness

RECORDED = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
_numbers = itertools.count(1)


def day_of(text: str | dt.date | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if isinstance(text, str) else text


def witness(kind: str, published_on: str | None = None, *, original: int = 1, **values: Any) -> Witness:
    """A source; its days are written as ISO days."""
    return Witness(
        kind, day_of(published_on), day_of(values.get("covers_to")), values.get("good_for"), original=original
    )


def confirmed(source: Witness, *days: str) -> tuple[Confirmation, ...]:
    """The days on which a source still said so."""
    return tuple(Confirmation(dt.date.fromisoformat(day), source, RECORDED) for day in days)


def fact_value(kind: str, word: str, on: str, direction: str = "US>BY", **values: Any) -> FactValue:
    """One fact, recorded after all that were written before it in the test; `by` are its sources."""
    when = dates.parse(on)
    sender, _, receiver = direction.partition(">")
    number = next(_numbers)
    recorded_at = RECORDED + dt.timedelta(seconds=number)
    expires_on = values.pop("expires_on", None)
    sources: tuple[Witness, ...] = values.pop("by", ())
    more: dict[str, Any] = {
        "key": f"fact {number}",
        "originals": frozenset(source.original for source in sources) or frozenset({1}),
        "witnesses": sources,
        "recorded_at": recorded_at,
        "first_recorded_at": recorded_at,
        "expires_on": day_of(expires_on),
        **values,
    }
    return FactValue(
        kind=kind, word=word, on=when.text, earliest=when.earliest, latest=when.latest, sender=sender,
        receiver=receiver, version=1, superseded_at=None, **more,
    )  # fmt: skip


def post(word: str, on: str, direction: str = "US>BY", **values: Any) -> FactValue:
    return fact_value("ambassadors", word, on, direction, **values)


def sanction(word: str, on: str, direction: str = "US>BY", **values: Any) -> FactValue:
    return fact_value("sanction-events", word, on, direction, **values)


def ban(word: str, on: str, **values: Any) -> FactValue:
    return fact_value("travel-ban-entries", word, on, **{"list": 1, **values})


def event(word: str, on: str, **values: Any) -> FactValue:
    return fact_value("diplomatic-events", word, on, **values)


FIRST = dt.date(2020, 2, 22)
"""Made-up facts happen in the weeks around a 29th of February."""
SPAN = 14
HORIZON = [FIRST + dt.timedelta(days=number) for number in range(-SPAN, 4 * SPAN)]
HOLDERS = ["", "", "Julie D. Fisher", "J. FISHER", "Fisher, Julie", "James Fisher", "Kravchenko"]
directions = st.sampled_from(["US>BY", "US>BY", "US>BY", "BY>US"])
some_days = st.integers(0, SPAN).map(lambda number: FIRST + dt.timedelta(days=number))
late_days = st.integers(0, 3 * SPAN).map(lambda number: FIRST + dt.timedelta(days=number))


@st.composite
def whens(draw):
    day, more = draw(some_days), draw(st.integers(1, 20))
    form = draw(st.sampled_from(["day", "day", "day", "day", "span", "open", "month"]))
    match form:
        case "day":
            return day.isoformat()
        case "span":
            return f"[{day.isoformat()}..{(day + dt.timedelta(days=more)).isoformat()}]"
        case "open":
            return f"[..{day.isoformat()}]"
        case _:
            return day.isoformat()[:7]


SOURCES = ["legal_act", "registry", "official_list", "register", "article", "article", "dataset", "dataset"]
SHORT = [2, 5, 12, 30]
"""Horizons in days that end within the weeks of the made-up facts; without one a living list lasts for 400."""


@st.composite
def sources(draw, *, with_covers: tuple[str, ...] = ("dataset", "register")) -> Witness:
    """One of a few sources: what a source says of itself does not depend on the fact."""
    number = draw(st.integers(0, 2 * len(SOURCES) - 1))
    kind = SOURCES[number % len(SOURCES)]
    published = FIRST + dt.timedelta(days=7 * (number % 5))
    covers = FIRST + dt.timedelta(days=5 * (number % 7)) if kind in with_covers and number % 2 else None
    good_for = None if kind in ("legal_act", "dataset") else SHORT[number % len(SHORT)]
    return Witness(kind, published, covers, good_for, original=number % 5)


@st.composite
def evidence(draw, *, mixed: bool) -> dict[str, Any]:
    """The sources of a fact with their confirmations; some facts have none and never grow stale.

    Only where `mixed` may one fact have a data set and another source, or another source one that covers days.
    """
    if draw(st.integers(0, 5)) == 0:
        return {"originals": frozenset(draw(st.sets(st.integers(0, 4), min_size=1, max_size=2)))}
    one_source = sources() if mixed else sources(with_covers=("dataset",))
    known = tuple(dict.fromkeys(draw(st.lists(one_source, min_size=1, max_size=2))))
    if not mixed:
        known = tuple(one for one in known if (one.kind == "dataset") == (known[0].kind == "dataset"))
    days = draw(st.lists(late_days, max_size=2))
    seen_again = sorted((Confirmation(day, draw(st.sampled_from(known)), RECORDED) for day in days), key=_by_day)
    return {"by": known, "confirmations": tuple(seen_again)}


def _by_day(one: Confirmation) -> dt.date:
    return one.day


def _measures(draw) -> tuple[str, ...]:
    return tuple(draw(st.lists(st.sampled_from(Measure.values[:3]), max_size=2, unique=True)))


def _ambassadors(draw) -> dict[str, Any]:
    words = ["ambassador", "vacant", "charge", "announced", *PostStatus.values, *NextStatus.values]
    return {
        "kind": "ambassadors",
        "word": draw(st.sampled_from(words)),
        "holder": draw(st.sampled_from(HOLDERS)),
        "nature": draw(st.sampled_from(["event", "observation"])),
    }


PROGRAMMES = {None: (None, False), 7: (1, False), 8: (1, False), 9: (None, False), 10: (None, True)}
"""Regime of each made-up programme, and whether it is thematic."""


def _sanctions(draw) -> dict[str, Any]:
    word = draw(st.sampled_from([*SanctionAction.values, "observed", "imposed", "lifted"]))
    scoped = word in ("eased", "suspended", "lifted")
    ends = draw(st.one_of(st.none(), st.integers(-5, 30))) if word not in ("expired", "observed") else None
    programme = draw(st.sampled_from([None, None, 7, 7, 8, 9, 10]))
    regime, thematic = PROGRAMMES[programme]
    return {
        "kind": "sanction-events",
        "word": word,
        "measures": _measures(draw),
        "scope": draw(st.sampled_from(["", *Scope.values])) if scoped else "",
        "programme": programme,
        "regime": regime,
        "thematic": thematic,
        "extends": draw(st.sampled_from(["", "measures", "relief"])) if word == "extended" else "",
        "expires_on": None if ends is None else FIRST + dt.timedelta(days=ends),
        "nature": "observation" if word == "observed" else "event",
    }


def _bans(draw) -> dict[str, Any]:
    ban_list = draw(st.sampled_from([1, 2]))
    return {
        "kind": "travel-ban-entries",
        "word": draw(st.sampled_from(BanAction.values)),
        "scope": draw(st.sampled_from(["", *BanScope.values])),
        "visa_classes": tuple(draw(st.lists(st.sampled_from(["B1", "B2", "F"]), max_size=2, unique=True))),
        "list": ban_list,
        "person": draw(st.sampled_from(["A", "B"])) if ban_list == 2 else "",
    }


def _events(draw) -> dict[str, Any]:
    relations = ["relations_established", "relations_suspended", "relations_severed", "relations_restored"]
    return {"kind": "diplomatic-events", "word": draw(st.sampled_from([*relations, *EventKind.values]))}


_KINDS = {"ambassadors": _ambassadors, "sanctions": _sanctions, "bans": _bans, "events": _events}


@st.composite
def fact_values(draw, *kinds: str) -> FactValue:
    kind = draw(st.sampled_from(kinds or tuple(_KINDS)))
    return fact_value(
        on=draw(whens()),
        direction=draw(directions),
        contested=draw(st.integers(0, 9)) == 0,
        **_KINDS[kind](draw),
        **draw(evidence(mixed=kind == "ambassadors")),
    )
