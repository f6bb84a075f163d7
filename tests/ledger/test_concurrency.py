"""Commands at the same time, each on a connection of its own, with real commits."""

import random
import threading

import pytest
from django.db import transaction

from relations import ledger
from relations.errors import Refused, StaleVersion
from relations.models import AmbassadorStatus, CountryPair, Source, StatusChange, StatusPeriod
from tests.factories import citation, post, record, source
from tests.ledger.invariants import assert_everything_holds, versions
from tests.ledger.threads import arrive, at_once, first_then, waiting
from tests.waiting import until

pytestmark = [
    pytest.mark.slow(seconds=10), pytest.mark.usefixtures("world"), pytest.mark.django_db(transaction=True),
]  # fmt: skip


def test_eight_threads_on_one_pair_leave_versions_without_gaps_or_repeats():
    cited = source()
    words = ["ambassador", "vacant", "charge", "recalled"]

    def command(number):
        def run():
            for step in range(2):
                record(post(words[(number + step) % 4], f"20{10 + number}-0{1 + step}-01", citations=[citation(cited)]))

        return run

    at_once(*(command(number) for number in range(8)))
    facts = set(AmbassadorStatus.objects.values_list("key", flat=True))
    # A command has an entry for each track that it changes: how many, depends on the order.
    assert (len(facts), set(StatusChange.objects.values_list("cause_key", flat=True))) == (16, facts)
    assert_everything_holds()


def test_eight_threads_that_make_the_same_new_pairs_in_any_order_all_succeed():
    cited = source()
    directions = ["US>BY", "RU>BY", "US>UA", "DE>FR"]

    def command(number):
        def run():
            chosen = random.Random(number).sample(directions, 3)
            for step, direction in enumerate(chosen):
                other = chosen[step - 1]
                record(
                    post("vacant", f"2010-01-{number + 1:02}", direction, citations=[citation(cited)]),
                    post("charge", f"2011-01-{number + 1:02}", other, citations=[citation(cited)]),
                )

        return run

    at_once(*(command(number) for number in range(8)))
    assert AmbassadorStatus.objects.count() == 8 * 3 * 2
    assert_everything_holds()


@pytest.mark.parametrize("order", [1, -1], ids=["reprint first", "original first"])
def test_a_reprint_of_what_becomes_a_reprint_meanwhile_names_the_original(order):
    one, other, third = source(), source(), source()
    changes = [
        lambda: ledger.change_source(one, {"syndication_of": other}),
        lambda: ledger.change_source(other, {"syndication_of": third}),
    ]
    first_then(*changes[::order])
    assert {row.original for row in Source.objects.all()} == {third.pk}


def test_of_two_sources_that_are_made_reprints_of_each_other_at_once_one_is_refused():
    one, other = source(), source()
    with pytest.raises(Refused, match="reprint of itself"):
        first_then(
            lambda: ledger.change_source(one, {"syndication_of": other}),
            lambda: ledger.change_source(other, {"syndication_of": one}),
        )


def test_commands_on_crossing_pairs_with_crossing_new_sources_do_not_deadlock():
    one, other = {"title": "One", "url": "https://one.example/"}, {"title": "Other", "url": "https://other.example/"}

    def command(number):
        def run():
            urls, directions = ([one, other], ["US>BY", "RU>BY"])
            if number % 2:
                urls, directions = urls[::-1], directions[::-1]
            for step in range(2):
                record(*(
                    post("vacant", f"20{10 + number}-{1 + step:02}", direction, citations=[citation(url)])
                    for url, direction in zip(urls, directions, strict=True)
                ))  # fmt: skip

        return run

    at_once(*(command(number) for number in range(6)))
    assert Source.objects.count() == 2
    assert AmbassadorStatus.objects.count() == 6 * 2 * 2
    assert_everything_holds()


def test_corrections_at_once_stop_all_but_one():
    (fact,) = record(post("vacant", "2010"))

    def command(number):
        def run():
            values = {"on": f"201{number}-06"}
            try:
                ledger.correct(AmbassadorStatus, fact.key, values=values, version=1, author=ledger.NOBODY)
            except StaleVersion:
                return "stale"
            return "corrected"

        return run

    assert sorted(at_once(*(command(number) for number in range(4)))) == ["corrected", "stale", "stale", "stale"]
    assert [one.version for one in versions(fact)] == [1, 2]
    assert_everything_holds()


def test_a_correction_and_a_retraction_at_once_leave_one_history():
    facts = [record(post("vacant", f"20{10 + number}"))[0] for number in range(4)]

    def corrected(fact):
        return lambda: attempt(lambda: ledger.correct(type(fact), fact.key, values={"note": "x"}, author=ledger.NOBODY))

    def retracted(fact):
        return lambda: attempt(lambda: ledger.retract(type(fact), fact.key, why="wrong", author=ledger.NOBODY))

    def attempt(command):
        try:
            command()
        except Refused as refused:
            return refused.code
        return "done"

    outcomes = at_once(*(make(fact) for fact in facts for make in (corrected, retracted)))
    assert outcomes[1::2] == ["done"] * 4
    histories = {(outcome, len(versions(fact))) for fact, outcome in zip(facts, outcomes[::2], strict=True)}
    assert histories <= {("done", 2), ("already_retracted", 1)}
    assert not AmbassadorStatus.objects.current().exists()
    assert_everything_holds()


def entries_after(seen):
    """Entries that a reader of the feed asks for next."""
    return StatusChange.objects.after(seen[-1] if seen else 0).values_list("id", flat=True)


def test_readers_of_the_feed_miss_nothing_while_eight_threads_write():
    cited = source()
    done = threading.Event()
    directions = ["US>BY", "RU>UA", "DE>FR", "EU>BY", "US>UA", "RU>BY", "DE>BY", "FR>BY"]

    def writer(number):
        def run():
            for step in range(2):
                record(post("vacant", f"20{10 + step}", directions[number], citations=[citation(cited)]))

        return run

    def reader():
        seen, last_look = [], False
        while not last_look:
            last_look = done.is_set()
            seen += entries_after(seen)
        return seen

    def writers():
        try:
            at_once(*(writer(number) for number in range(8)))
        finally:
            done.set()

    _, *readers = at_once(writers, reader, reader)
    every = list(StatusChange.objects.order_by("id").values_list("id", flat=True))
    assert readers == [every, every]
    assert_everything_holds()


def test_a_command_that_is_rolled_back_leaves_nothing():
    cited = source()

    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        record(post("vacant", "2010", citations=[citation(cited)]))
        raise Stop
    assert (AmbassadorStatus.objects.count(), StatusChange.objects.count(), StatusPeriod.objects.count()) == (0, 0, 0)
    assert CountryPair.objects.count() == 0
    record(post("vacant", "2010", citations=[citation(cited)]))
    assert_everything_holds()


def test_a_change_of_a_source_and_commands_that_cite_it_do_not_deadlock():
    original, cited = source(), source()
    record(post("vacant", "2001", citations=[citation(cited)]), post("charge", "2001", citations=[citation(original)]))

    def command(number):
        def run():
            for step in range(3):
                record(post("vacant", f"20{10 + number}-0{1 + step}", citations=[citation(cited), citation(original)]))

        return run

    def change():
        for step in range(6):
            ledger.change_source(cited, {"syndication_of": original if step % 2 == 0 else None})

    at_once(command(1), command(2), command(3), change)
    assert_everything_holds()


def refused_while_it_is_cited(write):
    """Changes refused between the read of a source and the commit of its citation: the source, and the refusal."""
    cited = source()
    looked, go_on = threading.Event(), threading.Event()

    def cites():
        with transaction.atomic():
            record(post("vacant", "2010", citations=[citation(cited)]))
            looked.set()
            arrive(go_on)

    def writes():
        arrive(looked)
        with pytest.raises(Refused) as refused:
            write(cited)
        return refused.value

    def lets_go():
        arrive(looked)
        until(waiting("transactionid"))
        go_on.set()

    _, refusal, _ = at_once(cites, writes, lets_go)
    return cited, refusal


def test_a_text_does_not_change_between_the_look_at_it_and_the_commit_of_its_citation():
    cited, refusal = refused_while_it_is_cited(lambda cited: ledger.change_source(cited, {"text": "Other words"}))
    assert refusal.detail == f"The archived text of source {cited.pk} is cited and cannot be changed."


def test_one_source_is_made_of_a_url_by_however_many_at_once():
    values = {"title": "Reuters", "url": "https://news.example/minsk", "text": "plan to return ambassadors"}
    at_once(*(
        (lambda number=number: record(post("vacant", f"201{number}", citations=[citation(values)])))
        for number in range(8)
    ))  # fmt: skip
    cited = Source.objects.get()
    assert cited.citations.count() == 8
    assert_everything_holds()


def test_a_source_is_not_deleted_while_a_command_cites_it():
    _, refusal = refused_while_it_is_cited(ledger.delete_source)
    assert refusal.code == "in_use"


def test_a_transaction_that_locks_all_its_pairs_first_does_not_deadlock():
    """The first command locks the log until the commit; a transaction that waits for it has pairs locked."""
    cited, first = source(), threading.Event()

    def several():
        with transaction.atomic():
            ledger.lock_ahead(sources=[cited], pairs={"BY-US", "RU-UA"})
            record(post("vacant", "2010", "RU>UA", citations=[citation(cited)]))
            first.set()
            until(waiting())
            record(post("vacant", "2010", "US>BY", citations=[citation(cited)]))

    def one():
        arrive(first)
        record(post("charge", "2020", "US>BY", citations=[citation(cited)]))

    at_once(several, one)
    assert AmbassadorStatus.objects.count() == 3
    assert_everything_holds()


def test_a_source_that_is_locked_ahead_does_not_change_before_the_commit():
    cited = source()
    changed = first_then(
        lambda: ledger.lock_ahead(sources=[cited], pairs=set()),
        lambda: ledger.change_source(cited, {"title": "Changed"}),
    )
    assert changed.title == "Changed"
