"""Tokens, rate limits and idempotency records."""

import datetime as dt
import random
import threading

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import transaction

from relations import ledger
from relations.errors import KeyReused, TooManyRequests
from relations.ledger.tokens import digest
from relations.models import ApiToken, IdempotencyRecord, RateLimitCounter
from tests.ledger.threads import arrive, at_once, waiting
from tests.waiting import until

NOON = dt.datetime(2020, 2, 2, 12, tzinfo=dt.UTC)


def at(moment):
    return time_machine.travel(moment, tick=False)


def issued(**values):
    user, _ = get_user_model().objects.get_or_create(username="integrator")
    return ledger.issue_token(user, **{"name": "feed", "scopes": ["read", "edit", "read"], **values})


@pytest.mark.django_db
class TestTokens:
    def test_a_token_is_shown_once_and_kept_as_a_digest(self):
        token, shown = issued()
        assert shown.startswith("trk_")
        assert len(shown) == 47
        assert token.digest == digest(shown)
        assert shown.removeprefix("trk_") not in str(ApiToken.objects.values().get())
        assert token.scopes == ["edit", "read"]

    def test_a_token_does_not_follow_from_its_fields_the_clock_or_a_seed(self):
        shown = set()
        for _ in range(2):
            random.seed(1)
            with at(NOON):
                shown.add(issued()[1])
        assert len(shown) == 2

    def test_a_revoked_token_is_gone_and_no_other_one(self):
        token, _ = issued()
        other, _ = issued()
        ledger.revoke_token(token)
        assert list(ApiToken.objects.all()) == [other]

    def test_use_is_noted_once_a_minute(self, django_assert_num_queries):
        token, _ = issued()
        with at(NOON):
            ledger.note_use(token)
        token.refresh_from_db()
        assert token.last_used_at == NOON
        with at(NOON + dt.timedelta(seconds=59)), django_assert_num_queries(0):
            ledger.note_use(token)
        with at(NOON + dt.timedelta(seconds=60)):
            ledger.note_use(token)
        token.refresh_from_db()
        assert token.last_used_at == NOON + dt.timedelta(seconds=60)


@pytest.mark.django_db
class TestRateLimits:
    def count(self, bucket="reads:1", most=2):
        ledger.hit_rate_limit(bucket, most=most, seconds=60, what="requests")

    def test_more_than_the_limit_is_refused_until_the_window_ends(self):
        with at(NOON + dt.timedelta(seconds=10)):
            self.count()
            self.count()
            with pytest.raises(TooManyRequests) as refusal:
                self.count()
        assert refusal.value.detail == "Too many requests: try again in 50 seconds."
        assert refusal.value.particulars["seconds"] == 50
        with at(NOON + dt.timedelta(seconds=60)):
            self.count()

    def test_buckets_count_each_for_itself(self):
        with at(NOON):
            for bucket in ("reads:1", "reads:2", "writes:1"):
                self.count(bucket, most=1)
        assert sorted(RateLimitCounter.objects.values_list("bucket", "count")) == [
            ("reads:1", 1), ("reads:2", 1), ("writes:1", 1),
        ]  # fmt: skip

    def test_old_counters_are_purged(self):
        with at(NOON):
            self.count()
        with at(NOON + dt.timedelta(hours=25)):
            self.count()
            ledger.purge_idempotency_records()
        assert RateLimitCounter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("world")
def test_every_request_is_counted_however_many_come_at_once():
    refused = at_once(*(lambda: many(10) for _ in range(4)))
    assert sum(refused) == 15
    assert sum(RateLimitCounter.objects.values_list("count", flat=True)) == 40


def many(number):
    refused = 0
    for _ in range(number):
        try:
            ledger.hit_rate_limit("reads:1", most=25, seconds=10**9, what="requests")
        except TooManyRequests:
            refused += 1
    return refused


def answer(token, body=b"{}", key="key 1", path="/api/ambassadors/"):
    return ledger.reserve_idempotency_key(token, path=path, key=key, body=body)


@pytest.mark.django_db
class TestIdempotency:
    def test_the_first_answer_is_given_again(self):
        token, _ = issued()
        first, new = answer(token)
        assert new
        ledger.store_response(first, status=201, body=b'{"key": 1}', headers={"Location": "/api/ambassadors/1/"})
        again, new = answer(token)
        assert not new
        assert (again.status, bytes(again.body), again.headers) == (
            201, b'{"key": 1}', {"Location": "/api/ambassadors/1/"},
        )  # fmt: skip

    def test_a_key_with_another_body_is_refused(self):
        token, _ = issued()
        answer(token)
        with pytest.raises(KeyReused):
            answer(token, body=b"{ }")

    def test_keys_are_those_of_one_token_and_one_path(self):
        token, other = issued()[0], issued()[0]
        assert all(
            new
            for _, new in (
                answer(token), answer(other), answer(token, path="/api/sources/"), answer(token, key="key 2"),
            )
        )  # fmt: skip

    def test_after_a_day_a_key_may_be_used_again(self):
        token, _ = issued()
        with at(NOON):
            first, _ = answer(token)
            ledger.store_response(first, status=201, body=b"{}", headers={})
        with at(NOON + dt.timedelta(hours=24)):
            assert not answer(token)[1]
        with at(NOON + dt.timedelta(hours=24, seconds=1)):
            assert answer(token, body=b"other")[1]

    def test_old_records_are_purged(self):
        token, _ = issued()
        with at(NOON):
            answer(token)
        with at(NOON + dt.timedelta(hours=23)):
            answer(token, key="key 2")
        with at(NOON + dt.timedelta(hours=25)):
            assert ledger.purge_idempotency_records() == 1
        assert [record.key for record in IdempotencyRecord.objects.all()] == ["key 2"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("world")
def test_a_second_request_with_the_same_key_waits_and_gets_the_answer_of_the_first():
    token, _ = issued()
    reserved, go_on = threading.Event(), threading.Event()

    def first():
        with transaction.atomic():
            mine, new = answer(token)
            assert new
            reserved.set()
            arrive(go_on)
            ledger.store_response(mine, status=201, body=b"first", headers={})

    def second():
        arrive(reserved)
        with transaction.atomic():
            other, new = answer(token)
            return new, bytes(other.body)

    def lets_go():
        arrive(reserved)
        until(waiting("transactionid"))
        go_on.set()

    assert at_once(first, second, lets_go)[1] == (False, b"first")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("world")
def test_a_request_that_is_rolled_back_leaves_its_key_free():
    token, _ = issued()

    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        answer(token)
        raise Stop
    assert answer(token)[1]
