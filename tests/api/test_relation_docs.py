"""Pages about relations name every key and every parameter."""

from pathlib import Path

import pytest
from django.conf import settings

from relations.api.changes import ChangeFilters
from relations.api.relations.filters import RelationFilters
from relations.api.relations.period_filters import PeriodFilters
from relations.api.relations.timeline import TimelineFilters
from relations.representation.changes import ChangeResponse
from relations.representation.json_types import keys
from relations.representation.periods import PeriodResponse
from relations.representation.relations import RelationResponse
from relations.representation.timelines import TimelineEntryResponse


def page(name: str) -> str:
    return Path(settings.ROOT / f"docs/{name}.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("relations", {*keys(RelationResponse)[2:3], *keys(RelationResponse)[4:], *RelationFilters.names()}),
        ("timeline", {*keys(TimelineEntryResponse), *TimelineFilters.names()}),
        ("periods", {*keys(PeriodResponse), *PeriodFilters.names()}),
        ("changes", {*keys(ChangeResponse)[:-1], *ChangeFilters.names()}),
    ],
)
def test_every_key_and_every_parameter_is_described(name, words):
    assert [word for word in sorted(words) if f"`{word}`" not in page(name)] == []
