"""A database of the release before is migrated, and every answer from it stays what the code of that release gave."""

import pytest

from tests.upgrade.differences import Recording, differences, read
from tests.upgrade.recording import ANSWERS, ask, restored

pytestmark = pytest.mark.slow(seconds=25)


WANTED: dict[str, str] = {}
"""Answers that this release changes, and the reason. Empty once its own answers are recorded."""


@pytest.fixture(scope="module")
def before() -> Recording:
    return read(ANSWERS)[1]


def test_a_migrated_database_of_the_release_before_answers_as_it_did(before, tmp_path):
    about, after = read(ANSWERS)[0], tmp_path / "after.xz"
    with restored() as url:
        ask(url, moment=about["moment"], token=about["token"], into=after, like=ANSWERS)
    found = [line for line in differences(before, read(after)[1]) if line.partition(": ")[0] not in WANTED]
    assert found == [], "\n".join(found)


def test_the_recording_covers_what_the_tracker_answers(before):
    """Where the database was empty or the token refused, equal answers would show nothing."""
    assert len(before) > 500
    assert {answer["status"] for answer in before.values()} >= {200, 304, 308, 400, 401, 404, 405, 406}
    empty = '{"results":[],'
    for name in (
        "relations", "countries", "ambassadors", "sanction-events", "travel-ban-entries", "diplomatic-events",
        "sanction-programmes", "travel-ban-lists", "sources", "designations", "changes",
    ):  # fmt: skip
        assert before[f"GET /api/{name}/"]["status"] == 200
        assert not before[f"GET /api/{name}/"]["body"].startswith(empty), name
    for name in ("imports/", "webhooks/", "webhooks/1/deliveries/", "webhooks/1/replay/"):
        assert before[f"GET /api/{name} (editor)"]["status"] == 200
        assert not before[f"GET /api/{name} (editor)"]["body"].startswith(empty), name


@pytest.mark.parametrize(
    ("part", "value"),
    [("status", 500), ("body", '{"colour":"red"}'), ("headers", {"Content-Type": "text/plain"})],
)
def test_a_changed_answer_is_a_difference(before, part, value):
    request = "GET /api/relations/BY-US/"
    found = list(differences(before, before | {request: before[request] | {part: value}}))
    assert found
    assert all(line.startswith(f"{request}: ") for line in found)


def test_a_missing_answer_is_a_difference(before):
    request = "GET /api/relations/BY-US/"
    after = {name: answer for name, answer in before.items() if name != request}
    assert list(differences(before, after)) == [f"{request}: asked of the first only"]
