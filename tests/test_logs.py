"""Lines of the log that a client can cause: short ones, and few of them."""

import logging

import pytest

from tracker import logs
from tracker.logs import LONGEST, AtMost, Shortened


def record(message: str, *args: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("django.security.csrf", logging.WARNING, __file__, 1, message, args, None)
    made.__dict__.update(more)
    return made


def test_a_long_message_is_cut_and_says_how_long_it_was():
    long = record("Forbidden: %s", "x" * 10_000)
    assert Shortened().filter(long)
    assert long.getMessage() == f"Forbidden: {'x' * (LONGEST - 11)}… (10011 characters)"


def test_a_short_message_stays_as_it_is():
    short = record("Forbidden: %s", "/admin/")
    assert Shortened().filter(short)
    assert (short.msg, short.args) == ("Forbidden: %s", ("/admin/",))


def test_beyond_its_number_nothing_is_logged_until_the_next_period_which_says_how_many(monkeypatch):
    moment = [0.0]
    monkeypatch.setattr(logs.time, "monotonic", lambda: moment[0])
    few = AtMost(most=2, seconds=60)
    assert [few.filter(record("again")) for _ in range(5)] == [True, True, False, False, False]
    moment[0] = 60.0
    following = record("again")
    assert few.filter(following)
    assert following.getMessage() == "again (3 like it were left out before)"


def test_only_answers_with_the_status_are_counted():
    few = AtMost(most=1, seconds=60, status=503)
    said = [few.filter(record("no", status_code=status)) for status in (503, 500, 503, 500)]
    assert said == [True, True, False, True]


@pytest.mark.django_db
def test_a_flood_of_forged_forms_leaves_a_few_short_lines(client, caplog):
    client.handler.enforce_csrf_checks = True
    logger = logging.getLogger("django.security.csrf")
    assert {type(each) for each in logger.filters} == {AtMost}
    for _ in range(30):
        assert client.post(f"/admin/login/?{'x' * 20_000}").status_code == 403
    # Ten a minute, and the minute may end meanwhile.
    assert len([each for each in caplog.records if each.name == "django.security.csrf"]) <= 20
