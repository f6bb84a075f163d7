"""Confirmations recorded while others record, correct or change what they are about."""

import datetime as dt
from typing import Any

import pytest

from relations import ledger
from relations.errors import InUse, SomeRefused
from relations.ledger import lock_ahead
from relations.models import AmbassadorStatus, Confirmation, Source
from tests.factories import confirm, confirmation, post, record, source
from tests.ledger.invariants import assert_everything_holds
from tests.ledger.threads import at_once, first_then

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db(transaction=True)]


def test_eight_threads_that_confirm_the_same_write_it_once():
    facts = record(post("vacant", "2010"), post("vacant", "2010", "RU>UA"))
    shown = source(text="")
    drafts = [confirmation(fact, "2020-01-07", shown) for fact in facts]
    written = at_once(*(lambda turn=turn: confirm(*drafts[:: 1 if turn % 2 else -1]) for turn in range(8)))
    assert sorted(written) == [0] * 7 + [2]
    assert Confirmation.objects.count() == 2
    assert_everything_holds()


def test_threads_that_send_the_same_new_sources_in_any_order_make_each_once():
    (fact,) = record(post("vacant", "2010"))
    fields: list[dict[str, Any]] = [
        {"title": "A letter"}, {"title": "Another letter", "published_on": dt.date(2020, 1, 7)},
    ]  # fmt: skip
    drafts = [confirmation(fact, "2020-01-07", one) for one in fields]
    written = at_once(*(lambda turn=turn: confirm(*drafts[:: 1 if turn % 2 else -1]) for turn in range(6)))
    assert sorted(written) == [0] * 5 + [2]
    assert Source.objects.filter(title__endswith="letter").count() == 2
    assert_everything_holds()


def test_what_is_retracted_in_the_meantime_is_not_confirmed():
    (fact,) = record(post("vacant", "2010"))

    def first():
        ledger.retract(AmbassadorStatus, fact.key, why="wrong", author=ledger.NOBODY)

    def later():
        with pytest.raises(SomeRefused) as refusal:
            confirm(confirmation(fact, "2020-01-07", {"title": "A letter"}))
        return [refused.code for refused in refusal.value.rows[0]]

    assert first_then(first, later) == ["already_retracted"]
    assert not Confirmation.objects.exists()
    assert_everything_holds()


def test_a_confirmation_belongs_to_the_version_that_is_current_at_its_commit():
    (fact,) = record(post("vacant", "2010"))
    draft = confirmation(fact, "2020-01-07")

    def first():
        ledger.correct(AmbassadorStatus, fact.key, values={"status": "charge"}, author=ledger.NOBODY)

    assert first_then(first, lambda: confirm(draft)) == 1
    assert Confirmation.objects.get().ambassador_status.version == 2
    assert_everything_holds()


def test_a_source_that_is_about_to_confirm_is_not_deleted():
    (fact,) = record(post("vacant", "2010"))
    shown = source(text="")

    def later():
        with pytest.raises(InUse):
            ledger.delete_source(shown)

    first_then(lambda: confirm(confirmation(fact, "2020-01-07", shown)), later)
    assert Confirmation.objects.get().source == shown


def test_a_change_of_a_source_waits_for_what_it_is_about_to_confirm_and_projects_it_again():
    (fact,) = record(post("vacant", "2010"))
    shown = source(text="")
    draft = confirmation(fact, "2020-01-07", shown)
    first_then(lambda: confirm(draft), lambda: ledger.change_source(shown, {"kind": "register"}))
    assert_everything_holds()


def test_one_transaction_records_and_confirms_after_it_has_locked_everything():
    (fact,) = record(post("vacant", "2010"))
    shown = source(text="")

    def both():
        lock_ahead(sources=[shown], pairs={"BY-US", "RU-UA"})
        (other,) = record(post("vacant", "2010", "RU>UA"))
        return confirm(confirmation(fact, "2020-01-07", shown), confirmation(other, "2020-01-07", shown))

    assert first_then(both, lambda: confirm(confirmation(fact, "2020-01-08", shown))) == 1
    assert Confirmation.objects.count() == 3
    assert_everything_holds()
