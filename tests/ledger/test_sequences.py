"""Any sequence of commands, with days passing between them, leaves consistent periods, log and history."""

import contextlib
import datetime as dt

import pytest
import time_machine
from django.core import serializers
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from relations import ledger
from relations.codes import (
    WITHOUT_HOLDER,
    BanAction,
    BanScope,
    EventKind,
    NextStatus,
    PostStatus,
    SanctionAction,
    Scope,
)
from relations.errors import NothingToCorrect
from relations.ledger.evidence import attach, cited, lock_sources
from relations.queries.facts import load_facts
from relations.status import periods, status
from tests.factories import ban, ban_list, citation, event, post, programme, record, sanction, source
from tests.ledger.invariants import assert_everything_holds, known_by_hand, pairs, seen_by_hand
from tests.status.oracle import seen

START = dt.date(2020, 1, 1)
pytestmark = [pytest.mark.slow(seconds=6), pytest.mark.usefixtures("countries"), pytest.mark.django_db]


def dates(data):
    day = START + dt.timedelta(days=data.draw(st.integers(-300, 300)))
    form = data.draw(st.sampled_from(["{0}", "{0}", "{0}", "{1}", "{2}~", "[..{0}]"]))
    return form.format(day.isoformat(), day.isoformat()[:7], day.isoformat()[:4])


class History:
    """A database to which things happen; what was known is noted after each of them."""

    def __init__(self, data):
        self.data = data
        self.today = START
        self.facts = []
        self.known = []
        self.loaded = set()
        self.sources = [source(), source()]
        self.programmes = [None, programme()]
        self.lists = [ban_list(), ban_list(subject="person")]

    def choose(self, values):
        return self.data.draw(st.sampled_from(list(values)))

    def written(self):
        on, direction = dates(self.data), self.choose(["US>BY", "US>BY", "BY>US", "RU>BY"])
        citations = [citation(self.choose(self.sources))]
        match self.choose(["post", "sanction", "ban", "event"]):
            case "post":
                word = self.choose(["ambassador", "announced", *PostStatus, *NextStatus])
                return post(
                    word,
                    on,
                    direction,
                    citations=citations,
                    holder="" if word in WITHOUT_HOLDER else self.choose(["", "A", "B"]),
                )
            case "sanction":
                return self.sanctioned(on, direction, citations)
            case "ban":
                chosen = self.choose(self.lists)
                person = self.choose("AB") if chosen.subject == "person" else ""
                return ban(
                    self.choose(BanAction), on, "US>BY", citations=citations, list=chosen, person=person,
                    scope=self.choose(["", *BanScope]),
                )  # fmt: skip
            case _:
                relations = [kind for kind in EventKind if kind.startswith("relations")]
                return event(self.choose([*relations, *EventKind]), on, direction, citations=citations)

    def sanctioned(self, on, direction, citations):
        word = self.choose(SanctionAction)
        ends = START + dt.timedelta(days=self.data.draw(st.integers(0, 900)))
        return sanction(
            word, on, direction, citations=citations,
            programme=self.choose(self.programmes) if direction == "US>BY" else None,
            measures=self.choose([[], ["arms"], ["arms", "trade"]]),
            scope=self.choose(["", *Scope]) if word in ("eased", "suspended", "lifted") else "",
            expires_on=(
                ends if word not in ("expired", "observed") and on <= ends.isoformat() and "[" not in on else None
            ),
        )  # fmt: skip

    def step(self):
        commands = {"record": self.record, "correct": self.correct, "retract": self.retract, "wait": self.wait}
        commands |= {"refresh": self.refresh, "load": self.load, "reprint": self.reprint}
        command = self.choose(["record", "record", *commands])
        with time_machine.travel(dt.datetime.combine(self.today, dt.time(12), dt.UTC), tick=False):
            commands[command]()
        self.note()

    def record(self):
        self.facts += record(*(self.written() for _ in range(self.data.draw(st.integers(1, 3)))))

    def correct(self):
        if self.facts:
            number = self.data.draw(st.integers(0, len(self.facts) - 1))
            fact = self.facts[number]
            values = {"on": dates(self.data)} if not getattr(fact, "expires_on", None) else {"note": "seen again"}
            with contextlib.suppress(NothingToCorrect):
                self.facts[number] = ledger.correct(type(fact), fact.key, values=values, author=ledger.NOBODY)

    def retract(self):
        if self.facts:
            fact = self.facts.pop(self.data.draw(st.integers(0, len(self.facts) - 1)))
            ledger.retract(type(fact), fact.key, why="wrong", author=ledger.NOBODY)

    def wait(self):
        self.today += dt.timedelta(days=self.data.draw(st.integers(1, 150)))

    def refresh(self):
        ledger.refresh()

    def load(self):
        """Loads a fixture's fact past the ledger; without a commit here, its projection stays pending."""
        draft = self.written()
        known = dt.datetime(2019, 5, 5, tzinfo=dt.UTC) + dt.timedelta(seconds=len(self.known))
        fact = draft.model(**draft.values, recorded_at=known, first_recorded_at=known)
        serializers.base.DeserializedObject(fact).save()
        attach([fact], [cited(draft.citations, lock_sources(draft.citations))])
        self.facts.append(fact)
        self.loaded.add(str(fact.key))

    def reprint(self):
        one, other = self.sources
        ledger.change_source(one, {"syndication_of": self.choose([None, other])})

    def note(self):
        """Notes by a plain read what is known at this moment."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (moment,) = cursor.fetchone()
        projected = [pair.code for pair in pairs() if pair.next_change_on != dt.date.min]
        self.known.append((moment, {code: versions(load_facts([code]).get(code, [])) for code in projected}))


def versions(facts):
    return {fact.key: fact.version for fact in facts}


@settings(
    max_examples=settings.default.max_examples // 5,
    phases=[Phase.generate],  # making a failure smaller would take many minutes of database
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_any_sequence_of_commands_leaves_what_agrees_with_itself(data):
    with transaction.atomic():
        history = History(data)
        for _ in range(data.draw(st.integers(3, 12))):
            history.step()
        with time_machine.travel(dt.datetime.combine(history.today, dt.time(12), dt.UTC), tick=False):
            ledger.refresh()
            assert_everything_holds()
            assert_the_past_is_as_it_was(history)
            assert_as_of_and_known_at_agree_with_a_look_by_hand(history)
        transaction.set_rollback(True)


def assert_the_past_is_as_it_was(history):
    """`known_at` reads now what was read then. A fact that was loaded had been known before it was loaded."""
    for moment, known in history.known:
        for code, then in known.items():
            now = versions(load_facts([code], known_at=moment).get(code, []))
            # Loaded ones left aside, whatever became of them since.
            assert {key: now[key] for key in now.keys() - history.loaded} == {
                key: then[key] for key in then.keys() - history.loaded
            }


def assert_as_of_and_known_at_agree_with_a_look_by_hand(history):
    middle, _ = history.known[len(history.known) // 2]
    last, _ = history.known[-1]
    for pair in pairs():
        for moment, day in ((middle, history.today), (last, START)):
            known = load_facts([pair.code], known_at=moment).get(pair.code, [])
            assert versions(known) == versions(known_by_hand(pair.code, moment))
            found = periods(known)
            computed = {str(track): seen(period, day) for track, period in status(found, day).items()}
            assert computed == seen_by_hand(pair.code, day=day, known_at=moment)
