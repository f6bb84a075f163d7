"""The whole files of the sources of facts, where TRACKER_SHARED_DATA names their folder."""

import pytest
from django.test import Client

from relations.models import StatusPeriod
from tests.importers.importing import counts, imported
from tests.importers.shared_data import whole


@pytest.fixture(autouse=True)
def archive(settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"


def test_the_chiefs_of_mission_of_two_sources_are_both_recorded(countries):
    run = imported("pocom", whole("pocom"))
    assert (run.read, run.refused) == (5743, 0)
    assert run.added > 13_000
    assert counts(imported("pocom", whole("pocom"))) == (0, 0, 0)
    assert imported("factbook", whole("factbook", "diplomatic_representation.jsonl")).read == 3880
    body = Client().get("/api/relations/BY-US/?as_of=2007-06-01").json()
    (post,) = [one["post"] for one in body["status"]["ambassadors"] if one["from"] == "US"]
    assert (post["value"], post["holder"], post["disputed"]) == ("ambassador", "Karen B. Stewart", False)
    assert StatusPeriod.objects.filter(kind="ambassador", disputed=True).exists()
