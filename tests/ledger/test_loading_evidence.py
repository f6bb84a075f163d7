"""Confirmations and regimes from fixtures, saved past the ledger by `loaddata`."""

import json
import uuid

import pytest
from django.core import serializers
from django.core.management import call_command
from django.test import TestCase

from relations import ledger
from relations.models import Confirmation, Regime, StatusChange
from relations.queries.facts import load_facts
from relations.queries.pair_versions import current_versions
from tests.factories import confirm, confirmation, post, record, regime
from tests.ledger.invariants import assert_everything_holds

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]


@pytest.fixture
def load(tmp_path):
    """Saves a row as a fixture with changed fields, and loads that file."""

    def loads(row, **changes):
        natural = {"use_natural_foreign_keys": True, "use_natural_primary_keys": True}
        (written,) = json.loads(serializers.serialize("json", [row], **natural))
        moments = {name: getattr(row, name).isoformat() for name in ("recorded_at",) if name in written["fields"]}
        written["fields"] |= moments | changes  # the serializer cuts microseconds off
        file = tmp_path / "fixture.json"
        file.write_text(json.dumps([written]))
        with TestCase.captureOnCommitCallbacks(execute=True):
            call_command("loaddata", str(file), verbosity=0)

    return loads


def test_a_confirmation_of_a_fixture_has_its_pair_projected_again_and_a_second_load_changes_nothing(load):
    facts = record(post("vacant", "2010"), post("vacant", "2010", "RU>UA"))
    confirm(confirmation(facts[0], "2020-01-07"))
    stored, other, entries = Confirmation.objects.get(), current_versions("RU-UA"), StatusChange.objects.count()
    before = current_versions("BY-US").pairs
    load(stored)
    assert current_versions("BY-US").pairs == before
    key = str(uuid.uuid4())
    load(stored, key=key, day="2020-02-08")
    assert current_versions("BY-US").pairs != before
    again = current_versions("BY-US").pairs
    load(stored, key=key, day="2020-02-08")
    assert current_versions("BY-US").pairs == again
    (fact,) = load_facts(["BY-US"])["BY-US"]
    assert [one.day.isoformat() for one in fact.confirmations] == ["2020-01-07", "2020-02-08"]
    assert current_versions("RU-UA").pairs == other.pairs
    assert StatusChange.objects.count() == entries
    assert_everything_holds()


def test_a_regime_of_a_fixture_does_not_undo_what_an_editor_changed(load):
    own = regime(title="Belarus")
    ledger.change_regime(own, {"title": "Belarus, of 2006"})
    load(own)
    assert Regime.objects.get().title == "Belarus, of 2006"
