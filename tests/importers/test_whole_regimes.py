"""The registry of sanction regimes as it is, where TRACKER_SHARED_DATA names the folder that holds it."""

import pytest

from relations.models import Regime, SanctionProgramme,StatusPeriod
from tests.importers.importing import counts, imported
from tests.importers.shared_data import whole


@pytest.fixture(autouse=True)
def archive(settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"


def test_two_editions_of_the_registry(countries):
    import datetime as dt
    run = imported("ofac", whole("ofac", "2021-04"), dated=dt.date(2021,4,1))
    run = imported("regimes", whole("regimes", "2026-02-23"))
    run2 = imported("regimes", whole("regimes", "2026-07-30"))
    print(run2, run2.complaints)
    for p in StatusPeriod.objects.filter(pair__in=("SY-US","BY-US")).order_by("pair","track","days"): print(p.pair_id, p.track,p.value,p.days,p.basis,p.confirmed_to,p.stale, p.measures)
    for p in SanctionProgramme.objects.filter(issuer="US").order_by("target"): print(p.target_id,p.code or p.title,p.regime and p.regime.code)
    assert 0
