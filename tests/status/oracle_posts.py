"""For the oracle: tracks that one fact at a time leads, the relations that a post implies, and rotation."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from relations.status.facts import FactValue
from tests.status.oracle_evidence import (
    ONE_DAY,
    Life,
    Seen,
    is_said_on,
    is_stale,
    last_said,
    last_word,
    order,
    spoken_of,
    years_later,
)

POST = {
    "ambassador", "minister", "charge", "interests_section", "protecting_power", "non_resident", "vacant", "closed",
    "operations_suspended", "severed", "recalled", "withdrawn", "asked_to_leave", "expelled",
}  # fmt: skip
MISSION = {"ambassador", "minister", "non_resident", "charge"}
BREAKS = {
    "recalled", "withdrawn", "asked_to_leave", "expelled", "closed", "operations_suspended", "severed",
    "interests_section", "protecting_power",
}  # fmt: skip
RELATIONS = {
    "relations_established": "established",
    "relations_restored": "established",
    "relations_suspended": "suspended",
    "relations_severed": "severed",
}
ONE_PERSON = [{"Julie D. Fisher", "J. FISHER"}, {"Julie D. Fisher", "Fisher, Julie"}, {"J. FISHER", "Fisher, Julie"},
              {"J. FISHER", "James Fisher"}]  # fmt: skip
"""The made-up holders that can be one person."""
LESS = [
    ("vacant", "charge"), ("closed", "severed"), ("closed", "interests_section"), ("closed", "protecting_power"),
    ("severed", "interests_section"), ("severed", "protecting_power"), ("operations_suspended", "interests_section"),
    ("operations_suspended", "protecting_power"),
]  # fmt: skip

type Value = Callable[[FactValue], tuple[str, str]]
type Less = Callable[[FactValue, FactValue], bool]
type Rivals = dict[str, set[str]]


def one_person(one: str, other: str) -> bool:
    return one == other or {one, other} in ONE_PERSON


def says_less(one: FactValue, other: FactValue) -> bool:
    """A level without a holder, no ambassador and a chargé, a shut mission and a section, or an ambassador
    and one who is accredited from elsewhere."""
    if one.word == other.word:
        return bool(other.holder) and not one.holder
    if one.word == "non_resident" and other.word in ("ambassador", "minister"):
        return other.holder != "" and one.holder == ""
    if (one.word, other.word) == ("ambassador", "non_resident"):
        return bool(one.holder) and bool(other.holder) and one_person(one.holder, other.holder)
    return (one.word, other.word) in LESS


def leading_post(facts: list[FactValue], days: list[dt.date], rivals: Rivals) -> Life:
    return leading(facts, days, rivals, lambda fact: (fact.word, fact.holder), says_less)


def next_one(following: list[FactValue], arrivals: list[FactValue], days: list[dt.date], rivals: Rivals) -> Life:
    """The next step of a post, until an ambassador arrives; that two arrived on one day disputes the post alone."""
    return leading(
        sorted([*following, *arrivals], key=order),
        days,
        {fact.key: rivals[fact.key] for fact in following if fact.key in rivals},
        lambda fact: ("none", "") if fact.word in POST else (fact.word, fact.holder),
        lambda one, other: one.word not in POST and other.word not in POST and says_less(one, other),
    )


def leading(facts: list[FactValue], days: list[dt.date], rivals: Rivals, value_of: Value, less: Less) -> Life:
    """Each day, in order, facts that are certain by then and do not support the value yet may take the lead or join."""
    facts = [until_own_word(fact, facts) for fact in facts]
    life: Life = {}
    now = Seen()
    leader: FactValue | None = None
    displaced: list[FactValue] = []
    day = min([*(fact.latest for fact in facts), days[0]])
    while day <= days[-1]:
        reopened = leader is not None and is_stale(now.behind, day)
        for fact in facts:
            if fact.latest > day or fact in now.behind:
                continue
            value, holder = value_of(fact)
            same = now.value == value and one_person(now.holder, holder)
            anew = leader and same and fact.latest == day and is_stale(now.behind, day)
            if leader is not None and same and not anew:
                if fact.latest == day or is_said_on(fact, day):
                    now = now.with_fact(fact, rivals)
                    leader = fact if certainly_after(fact, leader) or precision(fact) < precision(leader) else leader
            elif anew or leader is None or takes_place(
                fact, leader, now, day, less, was_displaced=fact in displaced, reopened=reopened
            ):  # fmt: skip
                displaced += now.behind
                leader, now = fact, Seen(value=value, holder=holder, since=fact.on).with_fact(fact, rivals)
        life[day] = now
        day += ONE_DAY
    return life


def until_own_word(fact: FactValue, facts: list[FactValue]) -> FactValue:
    """A source that speaks of every day speaks of this state only until its own next, later word: a data set, which
    observes years, until that may have begun."""

    def cut(source):
        later = [one for one in facts if certainly_after(one, fact) or own_later(one, fact)]
        own = [one for one in later if source.original in one.originals & fact.originals]
        if source.kind == "dataset":
            return min((max((one.earliest or one.latest) - ONE_DAY, fact.latest) for one in own), default=dt.date.max)
        return min((one.latest - ONE_DAY for one in own), default=dt.date.max)

    def shortened(source):
        end = spoken_of(fact, source)
        return source if end is None or end <= cut(source) else replace(source, covers_to=cut(source))

    def confirmed(one):
        return replace(one, day=min(one.day, cut(one.witness))) if one.witness.covers_to else one

    return replace(
        fact,
        witnesses=tuple(shortened(source) for source in fact.witnesses),
        confirmations=tuple(confirmed(one) for one in fact.confirmations),
    )


def takes_place(
    fact: FactValue, leader: FactValue, now: Seen, day: dt.date, less: Less, *, was_displaced: bool,
    reopened: bool,
) -> bool:  # fmt: skip
    """True if a fact takes the lead: on its first day, or that on which the lead was stale, by precision; later where
    it was seen later."""
    if is_stale(now.behind, day):
        followed = fact.word == now.value and fact.holder and now.holder
        if followed and any(one.nature == "event" and certainly_after(one, fact) for one in now.behind):
            return False
        if less(fact, leader) and is_stale([fact], day):
            return False
        return (last_said([fact], day) or fact.latest) > (last_said(now.behind, day) or dt.date.min)
    newer_look = is_looked_at(fact) and is_said_on(fact, day) and day > last_word(now.behind)
    if fact.latest < day and not (reopened and is_said_on(fact, day)):
        return newer_look and not was_displaced
    after = is_later(fact, leader)
    own = any(one.originals & fact.originals for one in now.behind)
    if less(fact, leader) and not (after and own):
        return False
    says_more = is_looked_at(fact) and less(leader, fact)
    return after or newer_look or says_more or precision(fact) <= precision(leader)


def certainly_after(one: FactValue, other: FactValue) -> bool:
    return one.earliest is not None and one.earliest > other.latest


def is_later(one: FactValue, other: FactValue) -> bool:
    return certainly_after(one, other) or own_later(one, other)


def own_later(one: FactValue, other: FactValue) -> bool:
    """A source's own later word: it may have begun on a day of the other one's range, and ends after it."""
    first = other.earliest or dt.date(other.latest.year, 1, 1)
    return (
        bool(one.originals & other.originals) and (one.earliest or dt.date.min) >= first and one.latest > other.latest
    )


def precision(fact: FactValue) -> tuple[int, bool]:
    """The shorter range, then the one that names a holder; smaller is more precise."""
    return ((fact.latest - (fact.earliest or dt.date.min)).days, fact.holder == "")


def is_looked_at(fact: FactValue) -> bool:
    """An observation that is not known from data sets alone."""
    return fact.nature == "observation" and any(source.kind != "dataset" for source in fact.witnesses)


def relations(facts: list[FactValue], days: list[dt.date], rivals: Rivals) -> Life:
    """Established, suspended or severed by the latest event; again where it was only remembered."""
    life: Life = {}
    for day in days:
        now = Seen()
        for fact in facts:
            if fact.latest <= day:
                value = RELATIONS[fact.word]
                anew = is_stale(now.behind, fact.latest)
                run = now if now.value == value and not anew else Seen(value=value, since=fact.on)
                now = run.with_fact(fact, rivals)
        life[day] = now
    return life


def implied(post: Life, days: list[dt.date], facts: list[FactValue]) -> Life:
    """Established while a head of mission or chargé is in post and not only remembered; severed from the day of which
    any fact of the post says so, until a head of mission is in post beyond dispute."""
    life: Life = {}
    now = Seen()
    for day in sorted(post):
        state = post[day]
        for fact in facts:
            if fact.word == "severed" and fact.latest == day and now.value != "severed":
                now = Seen(value="severed", since=fact.on).with_fact(fact, {})
        leads = state.value == "severed" or (state.value in MISSION and not state.disputed)
        if now.value == "severed" and state.is_known and not leads:
            behind = (*now.behind, *(fact for fact in state.behind if fact not in now.behind))
            now = replace(now, implied=True, disputed=state.disputed, behind=behind, also=now.also | state.also)
        elif state.value == "severed" or (state.value in MISSION and not state.stale(day)):
            value = "established" if state.value in MISSION else "severed"
            since = now.since if now.value == value else state.since
            now = Seen(
                value=value, since=since, implied=True, disputed=state.disputed, behind=state.behind,
                also=state.also,
            )  # fmt: skip
        elif now.is_known:
            said = now.confirmed_on(day - ONE_DAY)
            now = Seen(last_known=now.value, last_known_on=said, behind=now.behind)
        life[day] = now
    return {day: life[day] for day in days}


def rotates(fact: FactValue, post: Life | None) -> bool:
    """An appointment in the ordinary way: it ends no break, and no three years or more without an ambassador."""
    if fact.word not in ("ambassador", "nominated", "confirmed", "appointed"):
        return False
    before = {day: state for day, state in (post or {}).items() if day < fact.latest and state.is_known}
    if not before:
        return True
    if before[max(before)].value in BREAKS:
        return False
    without = max(before)
    if before[without].value in ("ambassador", "minister", "non_resident"):
        return True
    while without - ONE_DAY in before and before[without - ONE_DAY].value not in (
        "ambassador", "minister", "non_resident",
    ):  # fmt: skip
        without -= ONE_DAY
    return fact.earliest is None or years_later(without, 3) > fact.earliest
