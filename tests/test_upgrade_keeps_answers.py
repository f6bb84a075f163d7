"""A database of the release before is migrated, and every answer from it stays what the code of that release gave."""

import csv
import io
import re

import pytest

from relations.codes import ListCode
from relations.representation.official_lists import OfficialListRef, official_list_ref
from tests.upgrade.differences import Recording, differences, read
from tests.upgrade.recording import ANSWERS, ask, restored

pytestmark = pytest.mark.slow(seconds=25)


def cells_of_list(code: str) -> str:
    """What the columns of a list have in CSV."""
    written = io.StringIO()
    csv.writer(written).writerow([*official_list_ref(code).values(), ""])
    return written.getvalue().rstrip("\r\n")


WANTED = {
    "GET /api/designations/?q=bank&page_size=5": "scores weigh the words of a name",
    "GET /feeds/relations/BY.atom": "says that a pair has two countries, instead of: there is no country ''",
    "GET /api/diplomatic-events/?page_size=3 Accept=application/json;q=0.1, text/csv": "weights in Accept are not read",
    "GET /api/relations/BY-US/ Accept=application/json;q=0.1, text/csv": "the same",
}
"""Answers that this release changes, and the reason. Empty once its own answers are recorded."""
REWORDED = {
    "It holds from": "In effect from",
    "a relation stands between two countries": "a relation has two different countries",
    "hold the whole list": "are the whole list",
}
"""Sentences that this release rewords, wherever an answer has them; all else of these answers is compared."""
_DIGEST_OF_ADDED_KEYS = re.compile(
    r"(GET|HEAD) /api/(designations/[0-9a-f-]{36}/(history/|\?known_at=\S*)?|imports/\d+/)"
    r"( If-None-Match=|( \(editor\))?: header ETag)"
)
_COLUMNS = ",".join(f"official_list.{key}" for key in OfficialListRef.__annotations__)
ADDED = re.compile(
    r',(""?)issuer_listed_on\1:(null|\1[^"]*\1)|,"coverage":\{[^}]*\},"complete":(true|false)'
    r'|"official_list":\{[^}]*\},| official_list,|,(""?)download\4:\4[^"]*\4|'
    + "|".join(re.escape(cells) for cells in (f"{_COLUMNS},", *map(cells_of_list, ListCode)))
)
"""Keys that this release adds, in JSON and in cells of CSV: they are left out before the comparison."""


@pytest.fixture(scope="module")
def before() -> Recording:
    recorded = read(ANSWERS)[1]
    for answer in recorded.values():
        for old, new in REWORDED.items():
            answer["body"] = answer["body"].replace(old, new)
    return recorded


def _is_wanted(line: str) -> bool:
    """The digest of an answer covers the keys that are added, so that no copy of before is taken for current."""
    return line.partition(": ")[0] in WANTED or bool(_DIGEST_OF_ADDED_KEYS.match(line))


def test_a_migrated_database_of_the_release_before_answers_as_it_did(before, tmp_path):
    about, after = read(ANSWERS)[0], tmp_path / "after.xz"
    with restored() as url:
        ask(url, moment=about["moment"], token=about["token"], into=after, like=ANSWERS)
    answers = read(after)[1]
    for answer in answers.values():
        answer["body"] = ADDED.sub("", answer["body"])
    found = [line for line in differences(before, answers) if not _is_wanted(line)]
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
