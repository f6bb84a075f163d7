"""Acts of the ledger as Hypothesis draws them: recorded, corrected and retracted in any order."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from relations import ledger
from relations.errors import Refused
from relations.models import AmbassadorStatus, DiplomaticEvent, Fact, SanctionEvent
from tests.factories import draft, record

DAYS = st.integers(0, 40).map(lambda number: dt.date(2019, 12, 20) + dt.timedelta(days=number))
SPANS = st.tuples(DAYS, DAYS).map(sorted).map(lambda span: f"[{span[0]}..{span[1]}]")
WHEN = st.one_of(
    DAYS.map(str), SPANS, DAYS.map(lambda day: f"[..{day}]"), st.sampled_from(["2020", "2019-12", "2020-01~"])
)
DIRECTIONS = st.sampled_from([("US", "BY"), ("BY", "US"), ("EU", "BY"), ("BY", "EU"), ("BY", "DE"), ("DE", "BY")])
ACTS = st.one_of(
    st.tuples(st.just(AmbassadorStatus), st.fixed_dictionaries({
        "status": st.sampled_from(["ambassador", "vacant", "recalled", "announced", "refused"]),
        "holder": st.sampled_from(["", "Julie Fisher"]),
    })),
    st.tuples(st.just(SanctionEvent), st.fixed_dictionaries({
        "action": st.sampled_from(["threatened", "imposed", "suspended", "lifted", "extended", "reimposed"]),
        "measures": st.sampled_from([[], ["trade"], ["arms", "travel"]]),
        "expires_on": st.one_of(st.none(), st.just(dt.date(2020, 1, 25))),
    })),
    st.tuples(st.just(DiplomaticEvent), st.fixed_dictionaries({
        "kind": st.sampled_from(["visit", "criticism", "relations_severed", "relations_restored"]),
    })),
)  # fmt: skip
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), DIRECTIONS, WHEN, ACTS),
        st.tuples(st.just("correct"), st.integers(0, 9), WHEN),
        st.tuples(st.just("retract"), st.integers(0, 9)),
    ),
    max_size=8,
)


def carry_out(deed: Any, facts: list[Fact]) -> None:
    """One deed; what the ledger refuses (a deadline before its act, a correction that changes nothing) is let go."""
    try:
        match deed:
            case ("record", (sender, receiver), on, (model, said)):
                facts.extend(record(draft(model, on, f"{sender}>{receiver}", **said)))
            case ("correct", index, on) if index < len(facts):
                fact = facts[index]
                facts[index] = ledger.correct(type(fact), fact.key, values={"on": on}, author=ledger.NOBODY)
            case ("retract", index) if index < len(facts):
                ledger.retract(type(facts[index]), facts[index].key, why="Wrong.", author=ledger.NOBODY)
    except Refused:
        pass
