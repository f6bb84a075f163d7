"""The examples in the documentation are asked, and answer what the documentation says."""

import re
from pathlib import Path

import orjson
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

PAGES = ("relations", "time-travel", "timeline", "periods", "changes", "countries")
EXAMPLE = re.compile(r"```sh\n(?P<asked>(?:curl '[^']+'\n)+)```(?:\n\n```json\n(?P<told>.*?)```)?", re.DOTALL)


def page(name: str) -> str:
    return Path(settings.ROOT / f"docs/{name}.md").read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_example_answers_what_the_page_says(client, seed, name):
    examples = list(EXAMPLE.finditer(page(name)))
    assert examples
    for example in examples:
        for url in re.findall(r"curl 'http://127.0.0.1:8000([^']+)'", example["asked"]):
            response = client.get(url)
            # An export has its place until its end.
            content = b"".join(response) if response.streaming else response.content
            assert response.status_code == 200, url
            if example["told"]:
                assert orjson.loads(content) == orjson.loads(example["told"]), url


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
