"""Regimes changed or deleted while somebody puts a programme under them or records a fact."""

import pytest

from relations import ledger
from relations.errors import Refused
from relations.models import Country, Regime, SanctionProgramme
from tests.factories import citation, programme, record, regime, sanction, source
from tests.ledger.invariants import assert_everything_holds
from tests.ledger.threads import first_then

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db(transaction=True)]


def outcome(command):
    try:
        command()
    except Refused as refused:
        return refused.detail
    return "done"


def test_a_regime_that_a_programme_is_about_to_name_is_neither_deleted_nor_redirected():
    own = regime(code="US-BRUS")
    made = programme(title="BELARUS", regime=None)
    after = first_then(
        lambda: ledger.change_programme(made, {"regime": own}), lambda: outcome(lambda: ledger.delete_regime(own))
    )
    assert after == f"Regime US-BRUS cannot be deleted: programmes [{made.pk}] belong to it."
    ledger.change_programme(made, {"regime": None})
    redirected = {"target": Country.objects.get(code="RU")}
    after = first_then(
        lambda: ledger.change_programme(made, {"regime": own}),
        lambda: outcome(lambda: ledger.change_regime(own, redirected)),
    )
    assert after == f"Regime US-BRUS cannot be aimed otherwise: programmes [{made.pk}] belong to it."


def test_a_programme_of_a_regime_that_is_being_deleted_waits_and_is_refused():
    own = regime(code="US-BRUS")
    after = first_then(lambda: ledger.delete_regime(own), lambda: outcome(lambda: programme(regime=own)))
    assert after == f"There is no regime {own.pk} any more."
    assert not Regime.objects.exists()
    assert not SanctionProgramme.objects.exists()


def test_a_fact_on_a_programme_that_comes_under_a_regime_at_that_moment_is_projected_with_it():
    own, made, cited = regime(), programme(), source()

    def uses():
        return record(sanction("imposed", "2006", programme=made, citations=[citation(cited)]))

    first_then(uses, lambda: ledger.change_programme(made, {"regime": own}))
    assert_everything_holds()
    first_then(lambda: ledger.change_programme(made, {"regime": None}), uses)
    assert_everything_holds()
