"""For the oracle: who said what of which day, how long it is valid, and which claims dispute each other."""

import datetime as dt
from dataclasses import dataclass, replace

from relations.status import track_of
from relations.status.facts import FactValue, Witness
from relations.status.kinds import FACT_KINDS

ONE_DAY = dt.timedelta(days=1)
FOR_GOOD = 10**7
RANK = {"legal_act": 0, "registry": 1, "official_list": 1, "register": 1, "article": 2, "dataset": 3, "": 4}


def order(fact: FactValue) -> tuple[dt.date, dt.date, dt.datetime, str]:
    """By latest, then earliest (open first), then the first record, then the key."""
    return (fact.latest, fact.earliest or dt.date(1, 1, 1), fact.first_recorded_at, fact.key)


def years_later(day: dt.date, years: int) -> dt.date:
    """29 February becomes the 28th where that year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def horizon_of(source: Witness) -> int:
    """Days: three years count as 3 * 365 here, and `good_until` counts them by the calendar."""
    if source.good_for is not None:
        return source.good_for
    return {"legal_act": FOR_GOOD, "article": 3 * 365, "dataset": 0}.get(source.kind, 400)


@dataclass(frozen=True)
class Word:
    """A source said so of a range of days, both included."""

    first: dt.date
    last: dt.date
    horizon: int
    kind: str


def words(fact: FactValue) -> list[Word]:
    """All that its sources ever say of a fact.

    Seen on its `latest` day, and on every day up to `covers_to` of a source; a data set that says nothing of it covers
    up to its publication, and so does any source of an observation.
    """
    said = []
    for source in fact.witnesses:
        horizon, kind = horizon_of(source), source.kind
        said.append(Word(fact.latest, max(fact.latest, spoken_of(fact, source) or fact.latest), horizon, kind))
    for again in fact.confirmations:
        day = max(again.day, fact.latest)
        first = fact.latest if again.witness.covers_to else day
        said.append(Word(first, day, horizon_of(again.witness), again.witness.kind))
    return said or [Word(fact.latest, fact.latest, FOR_GOOD, "")]


def spoken_of(fact: FactValue, source: Witness) -> dt.date | None:
    """The last day of which a source speaks, where it speaks of every day from the fact on."""
    if source.covers_to or (fact.nature == "event" and source.kind != "dataset"):
        return source.covers_to
    return source.published_on


def is_said_on(fact: FactValue, day: dt.date) -> bool:
    return any(word.first <= day <= word.last for word in words(fact))


def last_said(facts: tuple[FactValue, ...] | list[FactValue], day: dt.date) -> dt.date | None:
    """The latest day up to `day` on which a source of the facts said so."""
    return max(
        (min(word.last, day) for fact in facts for word in words(fact) if word.first <= day), default=None
    )  # fmt: skip


def last_word(facts: tuple[FactValue, ...] | list[FactValue]) -> dt.date:
    """The last day of which any of the sources ever speaks."""
    return max(word.last for fact in facts for word in words(fact))


def is_stale(facts: tuple[FactValue, ...] | list[FactValue], day: dt.date) -> bool:
    """Later than the last confirmation plus the longest horizon of those who have spoken so far."""
    spoken = [word for fact in facts for word in words(fact) if word.first <= day]
    if not spoken:
        return False
    last = max(min(word.last, day) for word in spoken)
    horizon = max(word.horizon for word in spoken)
    if horizon == FOR_GOOD:
        return False
    good_until = years_later(last, 3) if horizon == 3 * 365 else last + dt.timedelta(days=horizon)
    return day > good_until


def basis_of(facts: tuple[FactValue, ...] | list[FactValue], day: dt.date) -> str:
    kinds = [word.kind for fact in facts for word in words(fact) if word.first <= day]
    return min(kinds, key=lambda kind: RANK[kind], default="")


@dataclass(frozen=True)
class Seen:
    """State of a track on one day. `behind` are its facts, `also` the keys of those that contradict them."""

    value: str = "unknown"
    holder: str = ""
    measures: tuple[str, ...] = ()
    scope: str = ""
    visa_classes: tuple[str, ...] = ()
    expires_on: dt.date | None = None
    since: str | None = None
    disputed: bool = False
    implied: bool = False
    last_known: str = ""
    last_known_on: dt.date | None = None
    behind: tuple[FactValue, ...] = ()
    also: frozenset[str] = frozenset()

    @property
    def is_known(self) -> bool:
        return self.value != "unknown"

    def stale(self, day: dt.date) -> bool:
        return self.is_known and is_stale(self.behind, day)

    def basis(self, day: dt.date) -> str:
        return basis_of(self.behind, day)

    def confirmed_on(self, day: dt.date) -> dt.date | None:
        return last_said(self.behind, day)

    def is_confirmed_after(self, other: "Seen", day: dt.date) -> bool:
        one, two = self.confirmed_on(day), other.confirmed_on(day)
        return one is not None and two is not None and one > two

    def with_fact(self, fact: FactValue, rivals: dict[str, set[str]]) -> "Seen":
        """A fact is disputed where a citation disputes it, or another fact of its track and day contradicts it."""
        known = self.behind if fact in self.behind else (*self.behind, fact)
        also = self.also | frozenset(rivals.get(fact.key, ()))
        return replace(self, behind=known, also=also, disputed=self.disputed or fact.contested or fact.key in rivals)

    def shown(self, day: dt.date, uncertain: tuple[str, ...], *, with_age: bool) -> dict[str, object]:
        """All that the product shows; of the evidence of an unknown state nothing is compared."""
        shown: dict[str, object] = {
            "value": self.value, "uncertain": uncertain, "last_known": self.last_known,
            "last_known_on": self.last_known_on,
        }  # fmt: skip
        if not self.is_known:
            return shown
        keys = frozenset(fact.key for fact in self.behind) | self.also
        shown |= {
            "holder": self.holder, "measures": self.measures, "scope": self.scope, "visa_classes": self.visa_classes,
            "expires_on": self.expires_on, "since": self.since, "disputed": self.disputed, "implied": self.implied,
            "facts": keys, "fact_count": len(keys),
        }  # fmt: skip
        if with_age:
            shown |= {"stale": self.stale(day), "basis": RANK[self.basis(day)], "confirmed_on": self.confirmed_on(day)}
        return shown


type Life = dict[dt.date, Seen]


def exclude(one: FactValue, other: FactValue) -> bool:
    """True if two facts of one track exclude each other; `tests/status/test_disputes.py` has the tables."""
    return FACT_KINDS[one.kind].rules.exclude(one, other)


def same_day_rivals(facts: list[FactValue]) -> dict[str, set[str]]:
    """Two facts of one track and day whose values exclude each other and that rest on different originals."""
    rivals: dict[str, set[str]] = {}
    for one in facts:
        for other in facts:
            if one is other or track_of(one) is None or track_of(one) != track_of(other):
                continue
            if (one.latest, one.person) != (other.latest, other.person) or one.originals & other.originals:
                continue
            if exclude(one, other):
                rivals.setdefault(one.key, set()).add(other.key)
    return rivals


def claim(fact: FactValue, facts: list[FactValue]) -> tuple[dt.date, dt.date]:
    """An observation: first day to last confirmation; an event: to its source's own next word, or what it covers."""
    later = facts[facts.index(fact) + 1 :]
    own = [one for one in later if one.person == fact.person and one.originals & fact.originals]
    if not own:
        return fact.latest, last_word([fact])
    next_words = {}
    for one in reversed(own):
        next_words |= dict.fromkeys(one.originals & fact.originals, one)
    own_end = max(min(one.earliest or one.latest for one in next_words.values()) - ONE_DAY, fact.latest)
    if fact.nature == "observation" or any(source.covers_to for source in fact.witnesses):
        return fact.latest, min(own_end, last_word([fact]))
    return fact.latest, own_end


def is_handover(earlier: tuple[dt.date, dt.date], later: tuple[dt.date, dt.date]) -> bool:
    """An overlap of less than 31 days, where one has just begun or the other is about to end."""
    shared = (min(earlier[1], later[1]) - later[0]).days + 1
    return shared < 31 and ((later[0] - earlier[0]).days < 31 or (earlier[1] - later[0]).days + 1 < 31)


def disputed_by_claims(life: Life, facts: list[FactValue], days: list[dt.date]) -> Life:
    """A track is disputed on a day of which claims of different originals say what cannot both be true."""
    disputes = []
    for one in facts:
        for other in facts:
            first, second = claim(one, facts), claim(other, facts)
            if first[0] >= second[0] or one.person != other.person or one.originals & other.originals:
                continue
            if exclude(one, other) and second[0] <= first[1] and not is_handover(first, second):
                disputes.append((second[0], min(first[1], second[1]), {one.key, other.key}))
    result = dict(life)
    for day in days:
        keys = frozenset(key for first, last, both in disputes if first <= day <= last for key in both)
        if keys and (life[day].is_known or life[day].behind):
            result[day] = replace(life[day], disputed=True, also=life[day].also | keys)
    return result
