"""Several commands of one transaction, projected once at their end."""

import pytest
from django.db import transaction

from relations import ledger
from relations.ledger import NOBODY, one_projection
from relations.models import AmbassadorStatus, StatusChange
from tests.factories import post, record
from tests.ledger.invariants import assert_everything_holds, lines_of

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]


def test_a_track_that_several_commands_change_has_one_entry_and_every_fact_has_one_or_shares_it():
    with transaction.atomic(), one_projection():
        record(post("ambassador", "2019-01-01", holder="Ann Lee"))
        record(post("ambassador", "2020-01-01", holder="Bo Day"), post("appointed", "2021-01-01", holder="Cy Fox"))
        assert not StatusChange.objects.filter(pair="BY-US").exists()
    tracks = [track for _, track, *_ in lines_of()]
    assert tracks.count("ambassador:US>BY") == tracks.count("next:US>BY") == tracks.count("facts") == 1
    (new,) = [new for _, track, _, new, _ in lines_of() if track == "ambassador:US>BY"]
    assert new["holder"] == "Bo Day"
    assert_everything_holds()


def test_each_entry_has_the_reason_of_the_command_that_caused_it():
    record(post("ambassador", "2019-01-01", holder="Ann Lee"))
    fact = AmbassadorStatus.objects.get(holder="Ann Lee")
    with transaction.atomic(), one_projection():
        record(post("appointed", "2021-01-01", holder="Cy Fox"))
        ledger.retract(AmbassadorStatus, fact.key, author=NOBODY, why="She was never there.")
    reasons = {track: reason for _, track, _, _, reason in lines_of()[1:]}
    assert (reasons["next:US>BY"], reasons["ambassador:US>BY"]) == ("recorded", "retracted")
    assert_everything_holds()


def test_the_next_command_has_later_moments_although_nothing_is_projected_yet():
    with transaction.atomic(), one_projection():
        (first,) = record(post("ambassador", "2019-01-01", holder="Ann Lee"))
        with one_projection():
            ledger.correct(AmbassadorStatus, first.key, values={"note": "Seen."}, author=NOBODY)
    old, new = AmbassadorStatus.objects.filter(key=first.key).order_by("version")
    assert old.recorded_at < new.recorded_at == old.superseded_at
    assert_everything_holds()


def test_an_error_projects_nothing():
    with pytest.raises(RuntimeError), transaction.atomic(), one_projection():
        record(post("ambassador", "2019-01-01", holder="Ann Lee"))
        raise RuntimeError
    assert not AmbassadorStatus.objects.filter(holder="Ann Lee").exists()
    record(post("ambassador", "2019-01-01", holder="Ann Lee"))
    assert next(track for _, track, *_ in lines_of()) == "ambassador:US>BY"
    assert_everything_holds()
