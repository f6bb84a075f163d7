"""A database of the release before is migrated, and every answer from it stays what the code of that release gave.

So many requests are asked that every kind of path is with each of its parameters and headers, and to each of its
statuses. With WHOLE_RECORDING in the environment, as `.ci/run` has it in a step of its own, all are.
"""

import os
import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import psycopg
import pytest

from tests.database import connected_to, conninfo, database_beside
from tests.schema import schema
from tests.upgrade.differences import Recording, differences, read, write
from tests.upgrade.questions import REQUEST
from tests.upgrade.recording import ANSWERS, ask, load, migrate

pytestmark = pytest.mark.slow(seconds=15)


WANTED: dict[str, str] = {}
"""Answers that this release changes, and the reason. Empty once its own answers are recorded."""

MIGRATIONS = Path(__file__).parents[1] / "relations" / "migrations"
SQUASHED = "0001_squashed_0038_project_all_again"
_OF_GROUPS = """
    SELECT auth_group.name, codename FROM auth_group_permissions JOIN auth_group ON auth_group.id = group_id
    JOIN auth_permission ON auth_permission.id = permission_id ORDER BY 1, 2
"""
OF_MIGRATE = (
    "SELECT app_label, model FROM django_content_type ORDER BY 1, 2",
    "SELECT codename, name FROM auth_permission ORDER BY 1, 2",
    _OF_GROUPS,
)
"""The rows that `migrate` itself makes."""


@pytest.fixture(scope="module")
def before() -> Recording:
    return read(ANSWERS)[1]


@pytest.fixture(scope="module")
def upgraded(django_db_blocker, tmp_path_factory) -> Iterator[str]:
    """A database of the release before, whose upgrade was interrupted twice."""
    with django_db_blocker.unblock(), database_beside("upgraded") as url:
        load(url, tmp_path_factory.mktemp("upgraded"))
        with connected_to(url):
            migrate("0020", "0036")
        yield url


def features(request: str, answer: Mapping[str, Any]) -> frozenset[Hashable]:
    method, address, header, editor = REQUEST.fullmatch(request).groups()
    parts = urlsplit(address)
    named = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    place = method, RECORD.sub("/*", parts.path), editor
    return frozenset((*place, each) for each in (*named, (header or "").partition("=")[0], answer["status"]))


def one_of_each(recording: Recording) -> Recording:
    """Chooses few requests that have every feature: for each, the rarest first, the one with the most that are new."""
    every = {name: features(name, answer) for name, answer in sorted(recording.items())}
    having = defaultdict[Hashable, list[str]](list)
    for name, its in every.items():
        for feature in its:
            having[feature].append(name)
    seen, chosen = set[Hashable](), set[str]()
    for feature, names in sorted(having.items(), key=lambda each: (len(each[1]), str(each[0]))):
        if feature not in seen:
            best = max(names, key=lambda name: len(every[name] - seen))
            chosen.add(best)
            seen |= every[best]
    return {name: answer for name, answer in recording.items() if name in chosen}


RECORD = re.compile(r"/(?:[0-9a-f]{8}-[0-9a-f-]+|[A-Z]{2}(?:-[A-Z]{2})?|\d+)(?=/|$)")
"""A part of a path that names one record: a key, a code or a number."""


def test_a_migrated_database_of_the_release_before_answers_as_it_did(before, upgraded, tmp_path):
    about, after = read(ANSWERS)[0], tmp_path / "after.gz"
    asked = before if "WHOLE_RECORDING" in os.environ else one_of_each(before)
    assert len(asked) > 500
    write(tmp_path / "asked.gz", about, asked)
    ask(upgraded, moment=about["moment"], token=about["token"], into=after, like=tmp_path / "asked.gz")
    found = [line for line in differences(asked, read(after)[1]) if line.partition(": ")[0] not in WANTED]
    assert found == [], "\n".join(found)


@pytest.mark.django_db
def test_a_new_database_is_as_the_migrations_leave_one_that_had_them_one_by_one(upgraded):
    """The replaced migrations can go when this fails after a new recording: CONTRIBUTING.md, "Migrations"."""
    every = sorted(path.stem for path in MIGRATIONS.glob("00*.py"))
    assert every[:2] == ["0001_initial", SQUASHED]
    made = {name: migrations(url) for name, url in (("at once", conninfo()), ("one by one", upgraded))}
    assert made["one by one"].index(SQUASHED) > made["one by one"].index("0038_project_all_again")
    assert {name: sorted(names) for name, names in made.items()} == dict.fromkeys(made, every)
    for kind, found in schema(upgraded, all_names=False).items():
        assert found == schema(conninfo(), all_names=False)[kind]
    for query in OF_MIGRATE:
        assert answers(upgraded, query) == answers(conninfo(), query)


def migrations(url: str) -> list[str]:
    """In the order in which they were recorded."""
    return answers(url, "SELECT name FROM django_migrations WHERE app = 'relations' ORDER BY id")


def answers(url: str, query: str) -> list[str]:
    with psycopg.connect(url) as asked:
        return [" ".join(row) for row in asked.execute(query.encode())]


def test_the_recording_covers_what_the_tracker_answers(before):
    """Equal answers of an empty database or to a refused token would show nothing."""
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
