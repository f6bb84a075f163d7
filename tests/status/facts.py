"""Facts as tests write them down, and as hypothesis makes them up."""

import datetime as dt
import itertools
from typing import Any

from hypothesis import strategies as st

from relations import dates
from relations.codes import BanAction, BanScope, EventKind, Measure, NextStatus, PostStatus, SanctionAction, Scope
from relations.status.facts import FactValue

RECORDED = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
_numbers = itertools.count(1)


def fact_value(kind: str, word: str, on: str, direction: str = "US>BY", **values: Any) -> FactValue:
    """One fact, recorded after all that were written before it in the test."""
    when = dates.parse(on)
    sender, _, receiver = direction.partition(">")
    number = next(_numbers)
    recorded_at = RECORDED + dt.timedelta(seconds=number)
    expires_on = values.pop("expires_on", None)
    more: dict[str, Any] = {
        "key": f"fact {number}",
        "originals": frozenset({1}),
        "recorded_at": recorded_at,
        "first_recorded_at": recorded_at,
        "expires_on": dt.date.fromisoformat(expires_on) if isinstance(expires_on, str) else expires_on,
        **values,
    }
    return FactValue(
        kind=kind, word=word, on=when.text, earliest=when.earliest, latest=when.latest, sender=sender,
        receiver=receiver, version=1, superseded_at=None, **more,
    )  # fmt: skip


def post(word: str, on: str, **values: Any) -> FactValue:
    return fact_value("ambassadors", word, on, **values)


def sanction(word: str, on: str, **values: Any) -> FactValue:
    return fact_value("sanction-events", word, on, **values)


def ban(word: str, on: str, **values: Any) -> FactValue:
    return fact_value("travel-ban-entries", word, on, **{"list": 1, **values})


def event(word: str, on: str, **values: Any) -> FactValue:
    return fact_value("diplomatic-events", word, on, **values)


FIRST = dt.date(2020, 2, 15)
"""Made-up facts happen in the month around a 29th of February."""
SPAN = 30
HORIZON = [FIRST + dt.timedelta(days=number) for number in range(-SPAN, 3 * SPAN)]
HOLDERS = ["", "", "Julie D. Fisher", "J. FISHER", "Fisher, Julie", "James Fisher", "Kravchenko"]
directions = st.sampled_from(["US>BY", "US>BY", "US>BY", "BY>US"])
some_days = st.integers(0, SPAN).map(lambda number: FIRST + dt.timedelta(days=number))


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


def _measures(draw) -> tuple[str, ...]:
    return tuple(draw(st.lists(st.sampled_from(Measure.values[:3]), max_size=2, unique=True)))


def _ambassadors(draw) -> dict[str, Any]:
    words = ["ambassador", "vacant", "announced", *PostStatus.values, *NextStatus.values]
    return {
        "kind": "ambassadors",
        "word": draw(st.sampled_from(words)),
        "holder": draw(st.sampled_from(HOLDERS)),
    }


def _sanctions(draw) -> dict[str, Any]:
    word = draw(st.sampled_from(SanctionAction.values))
    scoped = word in ("eased", "suspended", "lifted")
    ends = draw(st.one_of(st.none(), st.integers(-5, 45))) if word != "expired" else None
    return {
        "kind": "sanction-events",
        "word": word,
        "measures": _measures(draw),
        "scope": draw(st.sampled_from(["", *Scope.values])) if scoped else "",
        "programme": draw(st.sampled_from([None, None, None, 7])),
        "expires_on": None if ends is None else FIRST + dt.timedelta(days=ends),
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
    return fact_value(
        on=draw(whens()),
        direction=draw(directions),
        originals=frozenset(draw(st.sets(st.integers(1, 3), min_size=1, max_size=2))),
        contested=draw(st.integers(0, 9)) == 0,
        **_KINDS[draw(st.sampled_from(kinds or tuple(_KINDS)))](draw),
    )
