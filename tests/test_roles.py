"""The application's role records, imports and serves; what guards history is out of its reach."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as live
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from psycopg import sql
from psycopg.conninfo import make_conninfo

from relations.models.grants import grant_to_app_role
from tests.database import connected_to, database_beside
from tests.importers.importing import BANS
from tests.sites import CLEAN
from tracker.launcher import roles

pytestmark = pytest.mark.slow(seconds=20)

APP = roles.APP_ROLE
STATIC = {name: CLEAN[name] for name in ("STATIC_ROOT",) if name in CLEAN}  # packed once for all


@pytest.fixture(scope="module")
def migrated(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[str, str, Path]]:
    """A copy of the test's database with a role: URLs of the owner and of the role, and a data folder."""
    if "TRACKER_TESTS" not in os.environ:
        pytest.skip("A server that is not thrown away keeps its roles as they are.")
    like = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connection.close()  # nobody may use a template
        with database_beside("roles", like=like) as owner:
            migrate(owner, DATABASE_APP_ROLE=APP)
            yield owner, make_conninfo(owner, user=APP), tmp_path_factory.mktemp("roles")


def migrate(url: str, **settings: str) -> None:
    with connected_to(url), override_settings(**settings):
        call_command("migrate", verbosity=0)


def python(url: str, folder: Path, *arguments: str, **more: str) -> str:
    environment = os.environ | {
        "DATABASE_URL": url, "TRACKER_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "TRACKER_ENV": "test", "ALLOWED_HOSTS": "*", **STATIC, **more,
    }  # fmt: skip
    done = subprocess.run([sys.executable, *arguments], cwd=live.ROOT, env=environment, capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


FORBIDDEN = (
    "DROP TRIGGER {trigger} ON relations_sanctionevent",
    "ALTER TABLE relations_sanctionevent DISABLE TRIGGER {trigger}",
    "ALTER TABLE relations_sanctionevent DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "TRUNCATE relations_statuschange",
    "TRUNCATE relations_sanctionevent CASCADE",
    "CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "ALTER FUNCTION {trigger}() RESET search_path",
    "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE sql RETURN true",
    "CREATE FUNCTION sabotage() RETURNS boolean LANGUAGE sql RETURN true",
    "CREATE TRIGGER mine BEFORE INSERT ON relations_statuschange FOR EACH ROW EXECUTE FUNCTION {trigger}()",
    "DROP TABLE relations_sanctionevent CASCADE",
    "ALTER TABLE relations_sanctionevent DROP CONSTRAINT sanctionevent_ends_after_it_begins",
    "CREATE TABLE anything ()",
    "DELETE FROM relations_statuschange",
    "UPDATE relations_statuschange SET reason = 'recorded'",
    "DELETE FROM relations_sanctionevent",
    "DELETE FROM relations_citation",
    "DELETE FROM django_migrations",
    "CREATE ROLE another",
    "CREATE DATABASE another",
    "SET ROLE tracker",
    "COPY (SELECT 1) TO PROGRAM 'true'",
)


def test_what_guards_history_is_out_of_reach(migrated):
    _, app, _ = migrated
    with psycopg.connect(app, autocommit=True) as connection:
        (trigger,) = connection.execute(
            "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_a_fact_is_never_edited%'"
            " AND tgrelid = 'relations_sanctionevent'::regclass"
        ).fetchone()
        for statement in FORBIDDEN:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.format(trigger=trigger))
                pytest.fail(f"it may {statement}")


def test_the_role_is_nobody(migrated):
    _, app, _ = migrated
    with psycopg.connect(app) as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles"
            " WHERE rolname = current_user"
        )
        assert rights.fetchone() == (False,) * 5
        owned = connection.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert owned.fetchone() == (0,)


ACTS = """
import json, sys
import django
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from procrastinate.contrib.django import app
from relations import ledger
from relations.models import Delivery, ImportRun, Source
from tests import factories
from tests.api.subscribing import Caller
from pathlib import Path

author = factories.editor("ann")
first, second = factories.record(
    factories.post("vacant", "2010"), factories.sanction("imposed", "2011"), author=author
)
ledger.correct(type(first), first.key, values={"on": "2011"}, author=author)
ledger.retract(type(second), second.key, why="It was another.", author=author)
ledger.refresh()
call_command("loaddata", "seed_article", verbosity=0)
call_command("import", "travel_ban", sys.argv[1])
ledger.change_source(Source.objects.get(title="Story 1"), {"title": "Another"})
ledger.delete_source(factories.source())
User.objects.create_user("bob", password="correct horse", is_staff=True, is_superuser=True)
browser = Client(headers={"host": "localhost"})
login = browser.post("/admin/login/?next=/admin/", {"username": "bob", "password": "correct horse"})
pages = [browser.get(f"/admin/{page}").status_code for page in ("", "relations/sanctionevent/", "auth/user/")]
out = browser.post("/admin/logout/").status_code
call_command("clearsessions")
hooks = Caller("carol")
made = hooks.ask("POST", "/api/webhooks/", {"url": "https://example.org/hook", "event_types": ["*"]}, status=201)
waiting = Delivery.objects.count()
hooks.answer("DELETE", f"/api/webhooks/{made['id']}/")
with open(sys.argv[1], "rb") as opened:
    kept = ledger.store_file(opened, name=Path(sys.argv[1]).name)
run = ledger.enqueue_import("travel_ban", author=ledger.NOBODY, files=[kept])
with app.replace_connector(app.connector.get_worker_connector()) as working:
    working.run_worker(wait=False, install_signal_handlers=False, listen_notify=True, concurrency=1)
run.refresh_from_db()
connection.check_constraints()
with connection.cursor() as cursor:
    cursor.execute("SELECT current_user")
    (role,) = cursor.fetchone()
notices = [Client(headers={"host": "localhost"}).get(f"/api/{page}").status_code for page in
           ("relations/BY-US/", "changes/", "designations/?q=lukashenko", "imports/")]
print(json.dumps([role, login.status_code, pages, out, waiting, run.state, notices]))
"""


COMMANDS = """
call_command("token", "dora", scopes="edit")
call_command("loaddata", "countries", "memberships", "seed_article")
call_command("check", databases=["default"], tags=["database"], fail_level="WARNING")
"""


@pytest.fixture(scope="module")
def said(migrated) -> list[str]:
    """Lines of one process that does all of it as the role: to start one takes longer."""
    _, app, folder = migrated
    return python(app, folder, "-c", ACTS + COMMANDS, str(BANS)).splitlines()


def test_it_records_corrects_retracts_imports_logs_in_subscribes_and_works_on_jobs(said):
    (done,) = [line for line in said if line.startswith("[")]
    assert json.loads(done) == [APP, 302, [200, 200, 200], 200, 1, "succeeded", [200, 200, 200, 200]]


def test_commands_that_ship_facts_work_as_the_role(said):
    assert [line for line in said if line.startswith("Token of dora")]


def test_statistics_are_gathered_after_an_import(migrated):
    """ANALYZE by whoever may not only warns."""
    _, app, _ = migrated
    notices: list[str] = []
    with psycopg.connect(app, autocommit=True) as connection:
        connection.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))
        connection.execute("ANALYZE relations_party")
    assert notices == []


def test_a_role_of_another_name_gets_its_password_and_its_rights_again_after_each_migration(migrated):
    owner, _, _ = migrated
    role, stored = 'O\'Brien "x"', []
    for password in ("first", "second", ""):
        migrate(owner, DATABASE_APP_ROLE=role, DATABASE_APP_PASSWORD=password)
        with psycopg.connect(owner) as asked:
            stored += asked.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [role]).fetchall()
            may = asked.execute("SELECT has_table_privilege(%s, 'relations_country', 'INSERT')", [role]).fetchone()
            assert may == (True,)
            asked.execute(sql.SQL("REVOKE ALL ON relations_country FROM {}").format(sql.Identifier(role)))
    (first,), (second,), (none,) = stored
    assert [each.startswith("SCRAM-SHA-256$") for each in (first, second)] == [True, True]
    assert first != second
    assert none == second


# --- warnings -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_owner_is_no_role_for_the_application(settings):
    settings.DATABASE_APP_ROLE = connection.settings_dict["USER"]
    with pytest.raises(ImproperlyConfigured, match="the role that migrates"):
        grant_to_app_role(using="default")


@pytest.mark.django_db
@pytest.mark.parametrize(("production", "role", "warnings"), [(True, "", 1), (True, APP, 0), (False, "", 0)])
def test_production_is_warned_of_a_role_that_may_switch_the_guards_off(settings, production, role, warnings):
    """The process with a setting of the application's role is the one that migrates."""
    settings.PRODUCTION, settings.DATABASE_APP_ROLE = production, role
    found = [warning for warning in run_checks(databases=["default"]) if warning.id == "tracker.W001"]
    assert len(found) == warnings
