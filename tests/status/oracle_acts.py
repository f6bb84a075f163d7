"""For the oracle: acts that add up, of sanctions and on travel-ban lists."""

import datetime as dt
from dataclasses import dataclass, field, replace

from relations.status.facts import FactValue
from tests.status.oracle_evidence import ONE_DAY, RANK, Life, Seen
from tests.status.oracle_together import STRONGEST_BAN, STRONGEST_SANCTIONS, from_data_sets, together

RUNNING = ("threatened", "in_force", "eased", "suspended")
RELIEF = ("eased", "suspended", "none")

type Rivals = dict[str, set[str]]


def sanctions_programme(facts: list[FactValue], days: list[dt.date], rivals: Rivals) -> Life:
    """Acts and what was observed in one sequence; if that is stale, what was observed alone; data sets last."""
    sets = [fact for fact in facts if fact.witnesses and all(one.kind == "dataset" for one in fact.witnesses)]
    others = [fact for fact in facts if fact not in sets]
    observed = [fact for fact in others if fact.nature == "observation"]
    sequence, alone = one_sequence(others, days, rivals), one_sequence(observed, days, rivals)
    if not sets and len(observed) in (0, len(others)):
        return sequence
    lives = [sequence, alone, without_ends(one_sequence(sets, days, rivals))]

    def counting(states: list[Seen], day: dt.date) -> list[Seen]:
        known = [state for state in states if state.is_known]
        fresh = [state for state in known if not state.stale(day)]
        official = [state for state in fresh if not from_data_sets(state, day)]
        if len(official) > 1 and official[0].value == "none":
            end, seen = official[0], official[1]
            weaker = RANK[end.basis(day)] > RANK[seen.basis(day)]
            if weaker and seen.is_confirmed_after(end, day):
                return [seen]
        stale = [state for state in known if not from_data_sets(state, day)]
        return (official or fresh or stale or known)[:1]

    return together(lives, days, STRONGEST_SANCTIONS, counting)


def without_ends(life: Life) -> Life:
    """A data set that codes an end does not know that nothing is in force: it is unknown, with what was known last."""
    result: Life = {}
    before, known_on = Seen(), None
    for day in sorted(life):
        state = life[day]
        if state.value == "none":
            state = replace(Seen(behind=state.behind), last_known=before.value if before.is_known else "",
                            last_known_on=known_on)  # fmt: skip
        else:
            before, known_on = state, state.confirmed_on(day)
        result[day] = state
    return result


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
    evidence: Seen = field(default_factory=Seen)


def one_sequence(facts: list[FactValue], days: list[dt.date], rivals: Rivals) -> Life:
    """Day by day: this morning's deadlines (not where an extension comes that day), the day's facts, the deadlines."""
    life: Life = {}
    now = Programme()
    day = min([*(fact.latest for fact in facts), days[0]])
    while day <= days[-1]:
        today = [fact for fact in facts if fact.latest == day]
        if not any(fact.word == "extended" for fact in today):
            now = after_deadlines(now, day)
        for fact in today:
            now = after_fact(now, fact, rivals)
        now = after_deadlines(now, day)
        life[day] = replace(
            now.evidence, value=now.value, measures=tuple(sorted(now.measures)), expires_on=now.expires_on,
            since=now.since,
        )  # fmt: skip
        day += ONE_DAY
    return life


def after_deadlines(now: Programme, day: dt.date) -> Programme:
    """`expires_on` is the last day on which the fact has its effect; the state before it rests on both."""
    while now.expires_on is not None and now.expires_on < day:
        if now.under is None:
            return Programme(value="none", since=day.isoformat(), evidence=now.evidence)
        if now.under.value == "unknown":
            return now.under
        since = now.under.since if now.under.value == now.value else day.isoformat()
        one, other = now.under.evidence, now.evidence
        both = Seen(
            behind=tuple(dict.fromkeys([*one.behind, *other.behind])), also=one.also | other.also,
            disputed=one.disputed or other.disputed,
        )  # fmt: skip
        now = replace(now.under, since=since, evidence=both)
    return now


def after_fact(now: Programme, fact: FactValue, rivals: Rivals) -> Programme:
    """The table of actions. Evidence goes on with what is in force, and begins again after an end."""
    new = table(now, fact)
    if new is now:
        return now
    if fact.word != "extended" and new.value != now.value and (new.value == "none" or now.value not in RUNNING):
        evidence = Seen()
    else:
        evidence = now.evidence
    if fact.word != "extended":
        new.since = now.since if new.value == now.value else fact.on
    new.evidence = evidence.with_fact(fact, rivals)
    return new


def table(now: Programme, fact: FactValue) -> Programme:
    """Next state of the programme, or itself where nothing changes."""
    named = set(fact.measures)
    new = replace(now)
    if fact.word in ("extended", "observed"):
        return extended(now, fact) if fact.word == "extended" else observed(now, fact)
    if fact.word == "threatened" and now.value not in ("unknown", "none", "threatened"):
        return now
    if fact.word == "threatened":
        new = Programme(value="threatened", under=now)
    elif fact.word in ("imposed", "reimposed", "tightened"):
        back = now.held_back if fact.word == "reimposed" and not named else named
        new.value, new.under = "in_force", None
        new.measures, new.held_back = now.measures | back, now.held_back - back
        new.others = now.others or not back
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
    return new


def observed(now: Programme, fact: FactValue) -> Programme:
    """An observed state where nothing was known, or after an end, is in force; no act is undone by an observation."""
    if now.value in ("threatened", "eased", "suspended"):
        return now
    named = set(fact.measures)
    return replace(
        now, value="in_force", measures=now.measures | named, held_back=now.held_back - named, under=None,
        others=now.others or not named, expires_on=now.expires_on if now.value == "in_force" else None,
    )  # fmt: skip


def extended(now: Programme, fact: FactValue) -> Programme:
    """Replaces the deadline of the relief where that has one, else of the measures, unless it says which."""
    under = now.under if now.value in RELIEF else None
    if fact.extends == "relief" and now.value not in RELIEF:
        return now
    if under and (fact.extends == "measures" or (not fact.extends and now.expires_on is None)):
        renewed = extended(under, fact)
        return now if renewed is under else replace(now, under=renewed)
    if now.value in ("unknown", "none") and now.expires_on is None:
        return now  # nothing runs, towards no deadline
    return replace(now, expires_on=fact.expires_on)


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


def travel_ban(facts: list[FactValue], days: list[dt.date], rivals: Rivals) -> Life:
    """The latest action for each subject; of a list of persons, the strongest."""
    people = sorted({fact.person for fact in facts})
    lives = [
        {day: one_ban([fact for fact in facts if fact.person == person], day, rivals) for day in days}
        for person in people
    ]
    return lives[0] if len(lives) == 1 else together(lives, days, STRONGEST_BAN)


def one_ban(facts: list[FactValue], day: dt.date, rivals: Rivals) -> Seen:
    seen = Seen()
    for fact in facts:
        if fact.latest > day or (fact.word == "considered" and seen.value == "listed"):
            continue
        if fact.word == "amended" and seen.value == "unknown":
            continue
        if fact.word not in ("amended", seen.value):
            seen = Seen(value=fact.word, since=fact.on)
        seen = replace(seen, scope=fact.scope, visa_classes=fact.visa_classes).with_fact(fact, rivals)
    return seen
