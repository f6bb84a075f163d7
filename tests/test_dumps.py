"""A dump by PostgreSQL's own tools has the whole tracker: rows, rules and answers."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as live
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from relations import ledger
from relations.models.triggers import UNSAFE_FUNCTIONS
from tests.answers import answers
from tests.api.subscribing import Caller
from tests.database import conninfo, database_beside
from tests.factories import ban, ban_list, citation, editor, event, post, programme, record, sanction, source
from tests.importers.importing import BANS, imported
from tests.schema import schema
from tracker.launcher import embedded

pytestmark = pytest.mark.slow(seconds=10)

BIN = embedded.installed() / "bin"
FORMATS = {"plain": ["-Fp"], "custom": ["-Fc"], "directory": ["-Fd", "-j2"]}
PATHS = (
    "/api/relations/BY-US/",
    "/api/relations/BY-US/?as_of=2020-02-02",
    "/api/relations/BY-US/timeline/",
    "/api/relations/?country=US",
    "/api/changes/?pair=BY-US&format=jsonl",
    "/api/ambassadors/",
    "/api/sanction-events/",
    "/api/travel-ban-entries/?page_size=100",
    "/api/diplomatic-events/",
    "/api/sources/",
    "/api/countries/BY/",
    "/feeds/changes.atom",
)
ASK = """
import json, sys
import django
django.setup()
from tests.answers import answers
from tests.factories import event, record
print(json.dumps([answers(sys.argv[1:]), [fact.pk for fact in record(event("visit", "2021-05-01"))]]))
"""
KEY = "of both"


@pytest.fixture
def history(world, tmp_path, settings) -> None:
    """Facts of every kind: loaded, recorded, corrected, retracted, imported; with users, tokens and subscriptions."""
    settings.TRACKER_DATA, settings.SECRET_KEY = tmp_path / "data", KEY
    call_command("loaddata", "seed_article", verbosity=0)
    ann, cited = editor("ann"), source()
    first, second = record(
        post("vacant", "2010", citations=[citation(cited)]),
        sanction("imposed", "[..2006-06]", programme=programme()), author=ann,
    )  # fmt: skip
    wrong, *_ = record(event("visit", "2011-03"), ban("listed", "200X", list=ban_list()), author=ann)
    ledger.correct(type(first), first.key, values={"on": "2011~"}, author=ann)
    ledger.retract(type(wrong), wrong.key, why="It was another year.", author=ann)
    ledger.retract(type(second), second.key, why="It was another programme.", author=ann)
    imported("travel_ban", BANS)
    subscription = {"url": "https://example.org/hook", "event_types": ["*"]}
    Caller("bob").ask("POST", "/api/webhooks/", subscription, status=201)


def tool(name: str, *arguments: str | Path) -> None:
    done = subprocess.run([BIN / name, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def python(script: str, *arguments: str, database: str) -> Any:
    """Output of a new process, without caches, from that database."""
    settings = {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "tracker.settings", "SECRET_KEY": KEY}
    environment = os.environ | settings
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=live.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rows(database: str) -> dict[str, list[str]]:
    """Every row of every table."""
    with psycopg.connect(database) as asked:
        tables = asked.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {
            table: sorted(row for (row,) in asked.execute(sql.SQL("SELECT to_jsonb(t)::text FROM {} AS t").format(
                sql.Identifier(table))))
            for (table,) in tables
        }  # fmt: skip


def numbers(database: str) -> list[Any]:
    """The last one of every sequence."""
    with psycopg.connect(database) as asked:
        return asked.execute("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1").fetchall()


@pytest.mark.django_db
def test_every_function_of_ours_says_where_it_looks():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname ~ '^(pgtrigger|edtf)_' AND proconfig IS NOT NULL")
        assert cursor.fetchone()[0] > 30
        cursor.execute(UNSAFE_FUNCTIONS)
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_a_temporary_table_is_not_taken_for_the_tracker_s(seed):
    """The trigger of citations asks for the text of a source; a session's own table would come first in its path."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE relations_source (LIKE public.relations_source)")
        with pytest.raises(Exception, match="does not occur in the archived text"):
            cursor.execute('INSERT INTO relations_citation (key, source_id, quote, start, "end", stance, '
                           "sanction_event_id) SELECT gen_random_uuid(), source_id, repeat('x', length(quote)), start, "
                           '"end", stance, sanction_event_id FROM relations_citation WHERE start IS NOT NULL '
                           "AND sanction_event_id IS NOT NULL LIMIT 1")  # fmt: skip


def test_a_dump_of_any_form_restores_whole(history, tmp_path):
    before = rows(conninfo())
    assert all(before[f"relations_{name}"] for name in (
        "ambassadorstatus", "sanctionevent", "travelbanentry", "diplomaticevent", "citation", "source", "statuschange",
        "statusperiod", "importrun", "sourcelink", "apitoken", "subscription", "referenceepoch",
    ))  # fmt: skip
    answered = answers(PATHS)
    assert {status for status, _, _ in answered.values()} == {200}
    assert sum(tag is not None for _, tag, _ in answered.values()) >= 5
    for form, options in FORMATS.items():
        dump = tmp_path / form
        tool("pg_dump", *options, "-f", dump, "-d", conninfo())
        with database_beside("restored") as restored:
            if form == "plain":
                tool("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", dump, "-d", restored)
            else:
                tool("pg_restore", "--exit-on-error", "-d", restored, dump)
            assert rows(restored) == before, form
            assert schema(restored) == schema(conninfo()), form
            assert numbers(restored) == numbers(conninfo()), form
            assert_it_refuses(restored)
            if form == "custom":  # what has the same rows, rules and numbers answers alike
                assert_it_answers_and_records(restored, before, answered)


def assert_it_refuses(restored: str) -> None:
    with psycopg.connect(restored) as asked:
        for guarded in ("relations_diplomaticevent", "relations_statuschange"):
            with pytest.raises(psycopg.errors.RestrictViolation), asked.transaction():
                asked.execute(sql.SQL("UPDATE {} SET pair_id = 'AF-BY'").format(sql.Identifier(guarded)))


def assert_it_answers_and_records(restored: str, before: dict[str, list[str]], answered: Any) -> None:
    facts, log = (
        [json.loads(row) for row in before[f"relations_{name}"]] for name in ("diplomaticevent", "statuschange")
    )
    found, (recorded,) = python(ASK, *PATHS, database=restored)
    assert found == answered
    assert recorded > max(fact["id"] for fact in facts)
    with psycopg.connect(restored) as asked:
        lines = asked.execute("SELECT id, version FROM relations_statuschange WHERE pair_id = 'BY-US' ORDER BY id DESC")
        head, version = lines.fetchall()[0]
    assert head > max(line["id"] for line in log)
    assert version > max(line["version"] for line in log if line["pair_id"] == "BY-US")
