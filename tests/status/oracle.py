"""The status on a day, once more: slowly and naively, from the words of the design and not from the code.

Nothing here is clever. Days are walked one by one; on each, the facts that become certain are folded in their order,
then the deadlines that are over. `tests/status/test_oracle.py` compares the product with it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from relations.codes import AMBASSADOR_SCORES, BAN_SCORES, EVENT_SCORES, SANCTION_SCORES
from relations.status import Period
from relations.status.facts import FactValue

ONE_DAY = dt.timedelta(days=1)
POST = {
    "ambassador", "minister", "charge", "interests_section", "protecting_power", "non_resident", "vacant", "closed",
    "severed", "recalled", "withdrawn", "asked_to_leave", "expelled",
}  # fmt: skip
RELATIONS = {
    "relations_established": "established",
    "relations_restored": "established",
    "relations_suspended": "suspended",
    "relations_severed": "severed",
}
STRONGEST_SANCTIONS = ["in_force", "eased", "suspended", "threatened", "none", "unknown"]
STRONGEST_BAN = ["listed", "suspended", "considered", "not_included", "removed", "unknown"]
SCORES = {
    "ambassadors": AMBASSADOR_SCORES,
    "sanction-events": SANCTION_SCORES,
    "travel-ban-entries": BAN_SCORES,
    "diplomatic-events": EVENT_SCORES,
}


@dataclass
class Seen:
    """State of a track on one day, without the evidence."""

    value: str = "unknown"
    holder: str = ""
    measures: tuple[str, ...] = ()
    scope: str = ""
    visa_classes: tuple[str, ...] = ()
    expires_on: dt.date | None = None
    since: str | None = None
    uncertain: tuple[str, ...] = ()


def seen(period: Period) -> Seen:
    """A period of the product, to compare with."""
    state = period.state
    return Seen(
        value=state.value, holder=state.holder, measures=state.measures, scope=state.scope,
        visa_classes=state.visa_classes, expires_on=state.expires_on, since=state.since, uncertain=period.uncertain,
    )  # fmt: skip


ONE_PERSON = [{"Julie D. Fisher", "J. FISHER"}, {"Julie D. Fisher", "Fisher, Julie"}, {"J. FISHER", "Fisher, Julie"},
              {"J. FISHER", "James Fisher"}]  # fmt: skip
"""The made-up holders that can be one person."""


def one_person(one: str, other: str) -> bool:
    return one == other or {one, other} in ONE_PERSON


type Life = dict[dt.date, Seen]


def statuses(facts: list[FactValue], days: list[dt.date]) -> dict[dt.date, dict[str, Seen]]:
    """The state of every track on each of some consecutive days; tracks without a value or a fact are left out."""
    facts = sorted(facts, key=order)
    lives: dict[str, Life] = {}
    doubts: dict[str, list[FactValue]] = {}
    for name, own in tracks(facts).items():
        lives[name] = FOLDS[name.partition(":")[0]](own, days)
        doubts[name] = [fact for fact in own if not (name.startswith("next") and fact.word == "ambassador")]
    for direction in {name.split(":")[1] for name in lives if name.startswith("sanctions")}:
        parts = [name for name in lives if name.startswith(f"sanctions:{direction}:")]
        lives[f"sanctions:{direction}"] = together([lives[name] for name in sorted(parts)], days, STRONGEST_SANCTIONS)
        doubts[f"sanctions:{direction}"] = sorted((fact for name in parts for fact in doubts[name]), key=order)
    return {
        day: {
            name: seen
            for name, life in lives.items()
            for seen in [with_doubts(life[day], doubts[name], day)]
            if seen != Seen()
        }
        for day in days
    }


def order(fact: FactValue) -> tuple[dt.date, dt.date, dt.datetime, str]:
    """By latest, then earliest (open first), then the first record, then the key."""
    return (fact.latest, fact.earliest or dt.date(1, 1, 1), fact.first_recorded_at, fact.key)


def with_doubts(seen: Seen, facts: list[FactValue], day: dt.date) -> Seen:
    """Uncertain are the facts that may have happened: earliest <= day < latest."""
    maybe = tuple(fact.key for fact in facts if (fact.earliest is None or fact.earliest <= day) and day < fact.latest)
    return Seen(**{**seen.__dict__, "uncertain": maybe})


def tracks(facts: list[FactValue]) -> dict[str, list[FactValue]]:
    found: dict[str, list[FactValue]] = {}
    for fact in facts:
        direction = f"{fact.sender}>{fact.receiver}"
        names = ["trend"]
        if fact.kind == "ambassadors":
            names.append(f"ambassador:{direction}" if fact.word in POST else f"next:{direction}")
            if fact.word == "ambassador":
                names.append(f"next:{direction}")
        if fact.kind == "sanction-events":
            names.append(f"sanctions:{direction}:{fact.programme or '-'}")
        if fact.kind == "travel-ban-entries":
            names.append(f"travel_ban:{direction}:{fact.list}")
        if fact.kind == "diplomatic-events" and fact.word in RELATIONS:
            names.append("diplomatic_relations")
        for name in names:
            found.setdefault(name, []).append(fact)
    return found


def certain(facts: list[FactValue], day: dt.date) -> list[FactValue]:
    return [fact for fact in facts if fact.latest <= day]


def by_latest_word(word: Callable[[FactValue], tuple[str, str]]) -> Callable[[list[FactValue], list[dt.date]], Life]:
    """The latest word and holder; since the first fact of the unbroken run of both, with the spelling of that fact."""

    def fold(facts: list[FactValue], days: list[dt.date]) -> Life:
        life: Life = {}
        for day in days:
            seen = Seen()
            for fact in certain(facts, day):
                value, holder = word(fact)
                if seen.value != value or not one_person(seen.holder, holder):
                    seen = Seen(value=value, holder=holder, since=fact.on)
            life[day] = seen
        return life

    return fold


@dataclass
class Programme:
    """A programme between two facts; `under` is what it gives way to when its deadline is over."""

    value: str = "unknown"
    measures: set[str] = field(default_factory=set)
    held_back: set[str] = field(default_factory=set)
    others: bool = False
    """Something is in force of which nobody named the measures."""
    expires_on: dt.date | None = None
    since: str | None = None
    under: "Programme | None" = None


def programme(facts: list[FactValue], days: list[dt.date]) -> Life:
    """Day by day: this morning's deadlines (not where an extension comes that day), the day's facts, the deadlines."""
    life: Life = {}
    now = Programme()
    day = min([*(fact.latest for fact in facts), days[0]])
    while day <= days[-1]:
        today = [fact for fact in facts if fact.latest == day]
        if not any(fact.word == "extended" for fact in today):
            now = after_deadlines(now, day)
        for fact in today:
            now = after_fact(now, fact)
        now = after_deadlines(now, day)
        life[day] = Seen(
            value=now.value, measures=tuple(sorted(now.measures)), expires_on=now.expires_on, since=now.since
        )
        day += ONE_DAY
    return life


def after_deadlines(now: Programme, day: dt.date) -> Programme:
    """`expires_on` is the last day on which the fact has its effect."""
    while now.expires_on is not None and now.expires_on < day:
        if now.under is None:
            return Programme(value="none", since=day.isoformat())
        since = now.under.since if now.under.value in (now.value, "unknown") else day.isoformat()
        now = Programme(**{**now.under.__dict__, "since": since})
    return now


def after_fact(now: Programme, fact: FactValue) -> Programme:
    """The table of actions."""
    named = set(fact.measures)
    new = Programme(**now.__dict__)
    if fact.word == "threatened":
        if now.value not in ("unknown", "none", "threatened"):
            return now
        new = Programme(value="threatened", under=now)
    elif fact.word in ("imposed", "reimposed", "tightened"):
        back = now.held_back if fact.word == "reimposed" and not named else named
        new.value, new.under = "in_force", None
        new.measures, new.held_back = now.measures | back, now.held_back - back
        new.others = now.others or not back
    elif fact.word == "extended":
        if now.value in ("unknown", "none") and now.expires_on is None:
            return now  # nothing runs, towards no deadline
        new.expires_on = fact.expires_on
        return new
    elif fact.word == "eased":
        new.value, new.under = "eased", now
        new.others = now.others or not now.measures
    elif fact.word == "suspended":
        new.under = now
        new.value = "eased" if fact.scope in ("most", "some") else "suspended"
        new.measures = set() if fact.scope == "all" or not (named or fact.scope) else now.measures - named
        new.held_back = (now.held_back | now.measures | named) - new.measures
        new.others = new.value == "eased" and (now.others or not new.measures)
    elif fact.word == "lifted":
        new = lifted(now, fact)
    elif fact.word == "expired":
        new = Programme(value="none")
    new.expires_on = fact.expires_on
    new.since = now.since if new.value == now.value else fact.on
    return new


def lifted(now: Programme, fact: FactValue) -> Programme:
    named = set(fact.measures)
    new = Programme(value="none", under=now)
    if fact.scope == "all" or not (named or fact.scope):
        return new
    left, held_back = now.measures - named, now.held_back - named
    if fact.scope in ("most", "some"):
        others = now.others or not left
        return Programme(
            value="eased", measures=left, held_back=held_back if named else set(), others=others, under=now
        )
    if left or (now.others and now.value in ("in_force", "eased")):
        return Programme(value="eased", measures=left, held_back=held_back, others=now.others, under=now)
    if held_back and now.value == "suspended":
        return Programme(value="suspended", held_back=held_back, under=now)
    return new


def travel_ban(facts: list[FactValue], days: list[dt.date]) -> Life:
    """The latest action for each subject; of a list of persons, the strongest."""
    people = sorted({fact.person for fact in facts})
    lives = [
        {day: one_ban([fact for fact in facts if fact.person == person], day) for day in days} for person in people
    ]
    return lives[0] if len(lives) == 1 else together(lives, days, STRONGEST_BAN)


def one_ban(facts: list[FactValue], day: dt.date) -> Seen:
    seen = Seen()
    for fact in certain(facts, day):
        if fact.word == "considered" and seen.value == "listed":
            continue
        if fact.word == "amended":
            if seen.value != "unknown":
                seen = Seen(value=seen.value, since=seen.since, scope=fact.scope, visa_classes=fact.visa_classes)
            continue
        since = seen.since if seen.value == fact.word else fact.on
        seen = Seen(value=fact.word, since=since, scope=fact.scope, visa_classes=fact.visa_classes)
    return seen


def together(lives: list[Life], days: list[dt.date], strongest: list[str]) -> Life:
    """The strongest value; since the day on which one of the lives brought it about."""
    life: Life = {}
    before = Seen()
    was = [Seen() for _ in lives]
    for day in days:
        parts = [life[day] for life in lives]
        value = min((part.value for part in parts), key=strongest.index)
        top = [part for part in parts if part.value == value]
        turned = [part for part, old in zip(parts, was, strict=True) if part.value != old.value]
        reached = [part for part in turned if part.value == value]
        since = before.since if value == before.value else (reached or turned)[0].since
        ends = [part.expires_on for part in top]
        before = Seen(
            value=value,
            measures=tuple(sorted({measure for part in parts for measure in part.measures})),
            scope=next((scope for scope in ("full", "partial") if any(part.scope == scope for part in top)), ""),
            visa_classes=tuple(sorted({visa for part in top for visa in part.visa_classes})),
            expires_on=None if None in ends else max(end for end in ends if end),
            since=None if value == "unknown" else since,
        )
        was = parts
        life[day] = before if value != "unknown" else Seen()
    return life


def trend(facts: list[FactValue], days: list[dt.date]) -> Life:
    """The sign of the sum over (day - 2 years, day]; since the day on which the value began."""
    life: Life = {}
    value, since = "unknown", None
    for day in days:
        back = two_years_before(day)
        recent = [fact for fact in certain(facts, day) if back is None or fact.latest > back]
        total = sum((SCORES[fact.kind][fact.word] for fact in recent), Decimal(0))
        new = "improving" if total > 1 else "deteriorating" if total < -1 else "stable"
        new = new if recent else "unknown"
        if new != value:
            value, since = new, day
        life[day] = Seen(value=value, since=since.isoformat() if since and value != "unknown" else None)
    return life


def two_years_before(day: dt.date) -> dt.date | None:
    """29 February becomes the 28th; nothing before year 1."""
    if day.year <= 2:
        return None
    if (day.month, day.day) == (2, 29):
        return dt.date(day.year - 2, 2, 28)
    return day.replace(year=day.year - 2)


FOLDS: dict[str, Callable[[list[FactValue], list[dt.date]], Life]] = {
    "ambassador": by_latest_word(lambda fact: (fact.word, fact.holder)),
    "next": by_latest_word(lambda fact: ("none", "") if fact.word == "ambassador" else (fact.word, fact.holder)),
    "sanctions": programme,
    "travel_ban": travel_ban,
    "diplomatic_relations": by_latest_word(lambda fact: (RELATIONS[fact.word], "")),
    "trend": trend,
}
