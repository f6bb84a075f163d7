"""The status on a day, once more: slowly and naively, from the words of the design and not from the code.

Nothing here is clever. Days are walked one by one; on each, the acts that become certain are folded in their order,
then the deadlines that are over. `tests/status/test_oracle.py` holds the product to it.
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
    """What a track says on one day, without the evidence."""

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
"""Of the made-up holders, who may be whom."""


def one_person(one: str, other: str) -> bool:
    return one == other or {one, other} in ONE_PERSON


type Lived = dict[dt.date, Seen]


def statuses(facts: list[FactValue], days: list[dt.date]) -> dict[dt.date, dict[str, Seen]]:
    """What every track says on each of some consecutive days; tracks that say nothing are left out."""
    acts = sorted(facts, key=order)
    lived: dict[str, Lived] = {}
    doubts: dict[str, list[FactValue]] = {}
    for name, own in tracks(acts).items():
        lived[name] = FOLDS[name.partition(":")[0]](own, days)
        doubts[name] = [act for act in own if not (name.startswith("next") and act.word == "ambassador")]
    for direction in {name.split(":")[1] for name in lived if name.startswith("sanctions")}:
        parts = [name for name in lived if name.startswith(f"sanctions:{direction}:")]
        lived[f"sanctions:{direction}"] = together([lived[name] for name in sorted(parts)], days, STRONGEST_SANCTIONS)
        doubts[f"sanctions:{direction}"] = sorted((act for name in parts for act in doubts[name]), key=order)
    return {
        day: {
            name: seen
            for name, life in lived.items()
            for seen in [with_doubts(life[day], doubts[name], day)]
            if seen != Seen()
        }
        for day in days
    }


def order(act: FactValue) -> tuple[dt.date, dt.date, dt.datetime, str]:
    """By latest, then earliest (open first), then the first record, then the key."""
    return (act.latest, act.earliest or dt.date(1, 1, 1), act.first_recorded_at, act.key)


def with_doubts(seen: Seen, acts: list[FactValue], day: dt.date) -> Seen:
    """Uncertain are the facts that may have happened: earliest <= day < latest."""
    maybe = tuple(act.key for act in acts if (act.earliest is None or act.earliest <= day) and day < act.latest)
    return Seen(**{**seen.__dict__, "uncertain": maybe})


def tracks(acts: list[FactValue]) -> dict[str, list[FactValue]]:
    found: dict[str, list[FactValue]] = {}
    for act in acts:
        direction = f"{act.sender}>{act.receiver}"
        names = ["trend"]
        if act.kind == "ambassadors":
            names.append(f"ambassador:{direction}" if act.word in POST else f"next:{direction}")
            if act.word == "ambassador":
                names.append(f"next:{direction}")
        if act.kind == "sanction-events":
            names.append(f"sanctions:{direction}:{act.programme or '-'}")
        if act.kind == "travel-ban-entries":
            names.append(f"travel_ban:{direction}:{act.list}")
        if act.kind == "diplomatic-events" and act.word in RELATIONS:
            names.append("diplomatic_relations")
        for name in names:
            found.setdefault(name, []).append(act)
    return found


def certain(acts: list[FactValue], day: dt.date) -> list[FactValue]:
    return [act for act in acts if act.latest <= day]


def by_latest_word(word: Callable[[FactValue], tuple[str, str]]) -> Callable[[list[FactValue], list[dt.date]], Lived]:
    """The latest word and holder; since the first fact of the unbroken run of both, whose spelling it keeps."""

    def fold(acts: list[FactValue], days: list[dt.date]) -> Lived:
        lived: Lived = {}
        for day in days:
            seen = Seen()
            for act in certain(acts, day):
                value, holder = word(act)
                if seen.value != value or not one_person(seen.holder, holder):
                    seen = Seen(value=value, holder=holder, since=act.on)
            lived[day] = seen
        return lived

    return fold


@dataclass
class Programme:
    """A programme between two acts; `under` is what it gives way to when its deadline is over."""

    value: str = "unknown"
    measures: set[str] = field(default_factory=set)
    held_back: set[str] = field(default_factory=set)
    others: bool = False
    """Whether something stands of which nobody told the measures."""
    expires_on: dt.date | None = None
    since: str | None = None
    under: "Programme | None" = None


def programme(acts: list[FactValue], days: list[dt.date]) -> Lived:
    """Day by day: this morning's deadlines (not where an extension comes that day), the day's acts, the deadlines."""
    lived: Lived = {}
    now = Programme()
    day = min([*(act.latest for act in acts), days[0]])
    while day <= days[-1]:
        today = [act for act in acts if act.latest == day]
        if not any(act.word == "extended" for act in today):
            now = after_deadlines(now, day)
        for act in today:
            now = after_act(now, act)
        now = after_deadlines(now, day)
        lived[day] = Seen(
            value=now.value, measures=tuple(sorted(now.measures)), expires_on=now.expires_on, since=now.since
        )
        day += ONE_DAY
    return lived


def after_deadlines(now: Programme, day: dt.date) -> Programme:
    """`expires_on` is the last day on which what the act did holds."""
    while now.expires_on is not None and now.expires_on < day:
        if now.under is None:
            return Programme(value="none", since=day.isoformat())
        since = now.under.since if now.under.value in (now.value, "unknown") else day.isoformat()
        now = Programme(**{**now.under.__dict__, "since": since})
    return now


def after_act(now: Programme, act: FactValue) -> Programme:
    """The table of actions."""
    named = set(act.measures)
    new = Programme(**now.__dict__)
    if act.word == "threatened":
        if now.value not in ("unknown", "none", "threatened"):
            return now
        new = Programme(value="threatened", under=now)
    elif act.word in ("imposed", "reimposed", "tightened"):
        back = now.held_back if act.word == "reimposed" and not named else named
        new.value, new.under = "in_force", None
        new.measures, new.held_back = now.measures | back, now.held_back - back
        new.others = now.others or not back
    elif act.word == "extended":
        if now.value in ("unknown", "none") and now.expires_on is None:
            return now  # nothing runs, towards no deadline
        new.expires_on = act.expires_on
        return new
    elif act.word == "eased":
        new.value, new.under = "eased", now
        new.others = now.others or not now.measures
    elif act.word == "suspended":
        new.under = now
        new.value = "eased" if act.scope in ("most", "some") else "suspended"
        new.measures = set() if act.scope == "all" or not (named or act.scope) else now.measures - named
        new.held_back = (now.held_back | now.measures | named) - new.measures
        new.others = new.value == "eased" and (now.others or not new.measures)
    elif act.word == "lifted":
        new = lifted(now, act)
    elif act.word == "expired":
        new = Programme(value="none")
    new.expires_on = act.expires_on
    new.since = now.since if new.value == now.value else act.on
    return new


def lifted(now: Programme, act: FactValue) -> Programme:
    named = set(act.measures)
    new = Programme(value="none", under=now)
    if act.scope == "all" or not (named or act.scope):
        return new
    left, held_back = now.measures - named, now.held_back - named
    if act.scope in ("most", "some"):
        others = now.others or not left
        return Programme(
            value="eased", measures=left, held_back=held_back if named else set(), others=others, under=now
        )
    if left or (now.others and now.value in ("in_force", "eased")):
        return Programme(value="eased", measures=left, held_back=held_back, others=now.others, under=now)
    if held_back and now.value == "suspended":
        return Programme(value="suspended", held_back=held_back, under=now)
    return new


def travel_ban(acts: list[FactValue], days: list[dt.date]) -> Lived:
    """The latest action for each subject; of a list of persons, the strongest."""
    people = sorted({act.person for act in acts})
    lives = [{day: one_ban([act for act in acts if act.person == person], day) for day in days} for person in people]
    return lives[0] if len(lives) == 1 else together(lives, days, STRONGEST_BAN)


def one_ban(acts: list[FactValue], day: dt.date) -> Seen:
    seen = Seen()
    for act in certain(acts, day):
        if act.word == "considered" and seen.value == "listed":
            continue
        if act.word == "amended":
            if seen.value != "unknown":
                seen = Seen(value=seen.value, since=seen.since, scope=act.scope, visa_classes=act.visa_classes)
            continue
        since = seen.since if seen.value == act.word else act.on
        seen = Seen(value=act.word, since=since, scope=act.scope, visa_classes=act.visa_classes)
    return seen


def together(lives: list[Lived], days: list[dt.date], strongest: list[str]) -> Lived:
    """The strongest value; since the day on which one of the lives brought it about."""
    lived: Lived = {}
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
        lived[day] = before if value != "unknown" else Seen()
    return lived


def trend(acts: list[FactValue], days: list[dt.date]) -> Lived:
    """The sign of the sum over (day - 2 years, day]; since the day on which the value began."""
    lived: Lived = {}
    value, since = "unknown", None
    for day in days:
        back = two_years_before(day)
        recent = [act for act in certain(acts, day) if back is None or act.latest > back]
        total = sum((SCORES[act.kind][act.word] for act in recent), Decimal(0))
        new = "improving" if total > 1 else "deteriorating" if total < -1 else "stable"
        new = new if recent else "unknown"
        if new != value:
            value, since = new, day
        lived[day] = Seen(value=value, since=since.isoformat() if since and value != "unknown" else None)
    return lived


def two_years_before(day: dt.date) -> dt.date | None:
    """29 February becomes the 28th; nothing before year 1."""
    if day.year <= 2:
        return None
    if (day.month, day.day) == (2, 29):
        return dt.date(day.year - 2, 2, 28)
    return day.replace(year=day.year - 2)


FOLDS: dict[str, Callable[[list[FactValue], list[dt.date]], Lived]] = {
    "ambassador": by_latest_word(lambda act: (act.word, act.holder)),
    "next": by_latest_word(lambda act: ("none", "") if act.word == "ambassador" else (act.word, act.holder)),
    "sanctions": programme,
    "travel_ban": travel_ban,
    "diplomatic_relations": by_latest_word(lambda act: (RELATIONS[act.word], "")),
    "trend": trend,
}
