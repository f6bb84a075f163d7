"""Facts as tests write them down, and as hypothesis makes them up."""

import datetime as dt
import itertools
from functools import cache
from typing import Any

from hypothesis import strategies as st

from relations import dates
from relations.codes import BanAction, BanScope, EventKind, Measure, NextStatus, PostStatus, SanctionAction, Scope
from relations.codes.labels import Vocabulary
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
COMMON = FIRST + dt.timedelta(days=7)
"""A third of them on one day: much is decided by what else happens on a fact's own."""
HOLDERS = ["", "", "Julie D. Fisher", "J. FISHER", "Fisher, Julie", "James Fisher", "Kravchenko"]
DRAWN = 32
"""Bytes that a made-up fact is built from; each is one choice."""


class Choices:
    """The choices of a made-up fact, from drawn bytes: a draw for each would take longer than to fold all the facts.

    Each byte shrinks by itself, to the first of its options.
    """

    def __init__(self, drawn: bytes) -> None:
        self._drawn = iter(drawn)

    def below(self, limit: int) -> int:
        return next(self._drawn) % limit

    def of[T](self, *options: T) -> T:
        return options[self.below(len(options))]

    def several[T](self, *options: T, at_least: int = 0) -> tuple[T, ...]:
        """Up to two different options."""
        number, first, second = self.below(3 - at_least) + at_least, self.of(*options), self.of(*options)
        return tuple(dict.fromkeys((first, second)[:number]))

    def day(self, most: int = SPAN) -> dt.date:
        return FIRST + dt.timedelta(days=self.below(most + 1))


def _when(choices: Choices) -> str:
    day, more = choices.of(COMMON, choices.day(), choices.day()), 1 + choices.below(20)
    match choices.of("day", "day", "day", "day", "span", "open", "month"):
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


def _source(number: int, *, with_covers: tuple[str, ...]) -> Witness:
    """One of a few sources: what a source says of itself does not depend on the fact."""
    kind = SOURCES[number % len(SOURCES)]
    published = FIRST + dt.timedelta(days=7 * (number % 5))
    covers = FIRST + dt.timedelta(days=5 * (number % 7)) if kind in with_covers and number % 2 else None
    good_for = None if kind in ("legal_act", "dataset") else SHORT[number % len(SHORT)]
    return Witness(kind, published, covers, good_for, original=number % 5)


def _evidence(choices: Choices, *, mixed: bool) -> dict[str, Any]:
    """The sources of a fact with their confirmations; some facts have none and never grow stale.

    Only where `mixed` may one fact have a data set and another source, or another source one that covers days.
    """
    if choices.below(6) == 0:
        return {"originals": frozenset(choices.several(*range(5), at_least=1))}
    with_covers = ("dataset", "register") if mixed else ("dataset",)
    numbers = choices.several(*range(2 * len(SOURCES)), at_least=1)
    known = tuple(_source(number, with_covers=with_covers) for number in numbers)
    if not mixed:
        known = tuple(one for one in known if (one.kind == "dataset") == (known[0].kind == "dataset"))
    seen_again = [Confirmation(choices.day(3 * SPAN), choices.of(*known), RECORDED) for _ in range(choices.below(3))]
    return {"by": known, "confirmations": tuple(sorted(seen_again, key=lambda one: one.day))}


@cache
def _words(vocabulary: type[Vocabulary]) -> tuple[str, ...]:
    """Django makes the list each time that it is asked, with the labels."""
    return tuple(vocabulary.values)


def _measures(choices: Choices) -> tuple[str, ...]:
    return choices.several(*_words(Measure)[:3])


def _ambassadors(choices: Choices) -> dict[str, Any]:
    words = ["ambassador", "vacant", "charge", "announced", *_words(PostStatus), *_words(NextStatus)]
    return {
        "kind": "ambassadors",
        "word": choices.of(*words),
        "holder": choices.of(*HOLDERS),
        "nature": choices.of("event", "observation"),
    }


PROGRAMMES = {None: (None, False), 7: (1, False), 8: (1, False), 9: (None, False), 10: (None, True)}
"""Regime of each made-up programme, and whether it is thematic."""


def _sanctions(choices: Choices) -> dict[str, Any]:
    word = choices.of(*_words(SanctionAction), "observed", "imposed", "lifted")
    scoped = word in ("eased", "suspended", "lifted")
    ends = choices.of(None, choices.below(36) - 5) if word not in ("expired", "observed") else None
    programme = choices.of(None, None, 7, 7, 8, 9, 10)
    regime, thematic = PROGRAMMES[programme]
    return {
        "kind": "sanction-events",
        "word": word,
        "measures": _measures(choices),
        "scope": choices.of("", *_words(Scope)) if scoped else "",
        "programme": programme,
        "regime": regime,
        "thematic": thematic,
        "extends": choices.of("", "measures", "relief") if word == "extended" else "",
        "expires_on": None if ends is None else FIRST + dt.timedelta(days=ends),
        "nature": "observation" if word == "observed" else "event",
    }


def _bans(choices: Choices) -> dict[str, Any]:
    ban_list = choices.of(1, 2)
    return {
        "kind": "travel-ban-entries",
        "word": choices.of(*_words(BanAction)),
        "scope": choices.of("", *_words(BanScope)),
        "visa_classes": choices.several("B1", "B2", "F"),
        "list": ban_list,
        "person": choices.of("A", "B") if ban_list == 2 else "",
    }


def _events(choices: Choices) -> dict[str, Any]:
    relations = ["relations_established", "relations_suspended", "relations_severed", "relations_restored"]
    return {"kind": "diplomatic-events", "word": choices.of(*relations, *_words(EventKind))}


_KINDS = {"ambassadors": _ambassadors, "sanctions": _sanctions, "bans": _bans, "events": _events}


def _built(drawn: bytes, kinds: tuple[str, ...]) -> FactValue:
    choices = Choices(drawn)
    kind = choices.of(*kinds)
    return fact_value(
        on=_when(choices),
        direction=choices.of("US>BY", "US>BY", "US>BY", "BY>US"),
        contested=choices.below(10) == 9,
        **_KINDS[kind](choices),
        **_evidence(choices, mixed=kind == "ambassadors"),
    )


_drawn = st.binary(min_size=DRAWN, max_size=DRAWN)


def fact_values(*kinds: str) -> st.SearchStrategy[FactValue]:
    return _drawn.map(lambda drawn: _built(drawn, kinds or tuple(_KINDS)))
