"""Regimes, the bodies of sanctions to which programmes belong."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from relations import ledger
from relations.errors import Conflict, Contradiction, Invalid
from relations.models import Country, CountryPair, Regime, SanctionProgramme
from relations.queries.countries import current_country_index
from relations.queries.facts import load_facts
from relations.queries.pair_versions import current_versions
from tests.factories import programme, record, regime, sanction
from tests.ledger.invariants import assert_everything_holds

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]


def country(code):
    return Country.objects.get(code=code)


def test_a_regime_is_made_changed_and_deleted():
    values = {"legal_basis": "EO 13405", "url": "https://ofac.example/belarus"}
    made = regime(code="US-BRUS", title="Belarus", status="active", status_on=dt.date(2020, 1, 7), **values)
    changed = ledger.change_regime(made, {"status": "ended", "status_on": dt.date(2021, 1, 7), "target": country("RU")})
    stored = Regime.objects.get()
    assert stored == changed
    assert (stored.code, stored.title, stored.issuer_id, stored.target_id, stored.status, stored.status_on) == (
        "US-BRUS", "Belarus", "US", "RU", "ended", dt.date(2021, 1, 7),
    )  # fmt: skip
    assert {name: getattr(stored, name) for name in values} == values
    ledger.delete_regime(stored)
    assert not Regime.objects.exists()


@pytest.mark.parametrize(
    ("values", "field", "error"),
    [
        ({"code": ""}, "code", Invalid),
        ({"code": "US BRUS"}, "code", Invalid),
        ({"code": "us-brus"}, "code", Invalid),
        ({"title": ""}, "title", Invalid),
        ({"url": "no"}, "url", Invalid),
        ({"status": "asleep", "status_on": dt.date(2020, 1, 7)}, "status", Invalid),
        ({"status": "active"}, "status_on", Contradiction),
        ({"status_on": dt.date(2020, 1, 7)}, "status", Contradiction),
    ],
)
def test_a_regime_with_unfit_fields_is_refused(values, field, error):
    with pytest.raises(error) as refusal:
        regime(**values)
    assert refusal.value.field == field
    assert not Regime.objects.exists()


def test_a_regime_is_aimed_at_another_country():
    with pytest.raises(Contradiction) as refusal:
        regime("US>US")
    assert (refusal.value.field, refusal.value.detail) == ("target", "A regime's target must differ from its issuer.")


def test_a_code_names_one_regime_and_a_title_one_of_an_issuer_on_a_target():
    regime(code="US-BRUS", title="Belarus")
    with pytest.raises(Conflict) as refusal:
        regime("EU>BY", code="US-BRUS")
    assert (refusal.value.field, refusal.value.detail) == ("code", "There is a regime US-BRUS already.")
    with pytest.raises(Conflict) as refusal:
        regime(title="Belarus")
    assert refusal.value.field == "title"
    regime("EU>BY", title="Belarus")


def test_a_programme_belongs_to_a_regime_of_its_own_direction():
    own = regime(code="US-BRUS")
    made = programme(title="BELARUS", regime=own)
    other = programme("EU>BY", title="BLR")
    for wrong in (
        lambda: programme("EU>BY", regime=own),
        lambda: ledger.change_programme(other, {"regime": own}),
        lambda: ledger.change_programme(made, {"target": country("RU")}),
    ):
        with pytest.raises(Contradiction) as refusal:
            wrong()
        assert refusal.value.field == "regime"
    assert refusal.value.detail == "Regime US-BRUS is US→BY, the programme US→RU."
    moved = ledger.change_programme(made, {"target": country("RU"), "regime": None})
    assert SanctionProgramme.objects.get(pk=made.pk).regime is moved.regime is None
    with pytest.raises(IntegrityError, match="a_programme_has_the_direction_of_its_regime"), transaction.atomic():
        SanctionProgramme.objects.filter(pk=other.pk).update(regime=own)
        connection.check_constraints()


def test_a_regime_with_programmes_is_neither_deleted_nor_aimed_otherwise():
    own = regime(code="US-BRUS")
    made = programme(regime=own)
    with pytest.raises(Conflict) as refusal:
        ledger.delete_regime(own)
    assert refusal.value.detail == f"Regime US-BRUS cannot be deleted: programmes [{made.pk}] belong to it."
    with pytest.raises(Conflict) as refusal:
        ledger.change_regime(own, {"issuer": country("EU")})
    assert refusal.value.detail == f"Regime US-BRUS cannot be aimed otherwise: programmes [{made.pk}] belong to it."
    assert ledger.change_regime(own, {"issuer": country("US"), "title": "Belarus"}).title == "Belarus"


def test_a_regime_that_is_gone_is_named():
    own = regime()
    ledger.delete_regime(Regime.objects.get())
    with pytest.raises(Invalid) as refusal:
        programme(regime=own)
    assert (refusal.value.field, refusal.value.detail) == ("regime", f"There is no regime {own.pk} any more.")


def test_a_changed_regime_starts_an_epoch():
    own = regime()
    before = current_country_index().epoch
    ledger.change_regime(own, {"title": "Belarus"})
    connection.check_constraints()
    assert current_country_index().epoch != before


@pytest.mark.parametrize("name", ["regime", "thematic"])
def test_a_programme_that_changes_what_its_facts_count_for_projects_their_pair_again(name):
    value = regime() if name == "regime" else True
    used, unused = programme(), programme("RU>UA")
    record(sanction("imposed", "2006", programme=used))
    before = current_versions("BY-US").pairs
    ledger.change_programme(used, {"title": "BELARUS"})
    assert current_versions("BY-US").pairs == before
    ledger.change_programme(used, {name: value})
    assert current_versions("BY-US").pairs != before
    (fact,) = load_facts(["BY-US"])["BY-US"]
    assert (fact.regime, fact.thematic) == ((value.pk, False) if name == "regime" else (None, True))
    ledger.change_programme(unused, {"thematic": True})
    assert CountryPair.objects.count() == 1
    assert_everything_holds()
