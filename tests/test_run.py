"""`./run` as a person meets it: started, asked, killed in parts, stopped, started again."""

import contextlib
import os
import re
import runpy
import signal
import subprocess
import urllib.request
from unittest.mock import Mock, patch

import psycopg
import pytest

from tests.database import database_beside
from tests.sites import CLEAN, ROOT, Site, lowest, named, processes_of
from tests.waiting import until
from tracker.launcher import embedded, prepare, roles, serve

pytestmark = pytest.mark.slow(seconds=35)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site") / "data")
    try:
        site.start()
        yield site
    finally:
        for pid in processes_of(site.folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        site.wait()


def test_the_first_start_serves_and_prints_the_addresses_and_one_password(site):
    assert site.status_of("/readyz") == 200
    assert site.status_of("/admin/login/") == 200
    with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/admin/login/") as page:
        (style,) = re.findall(r'href="(/static/web/site\.\w+\.css)"', page.read().decode())
    assert site.status_of(style) == 200
    assert f"Open http://127.0.0.1:{site.port}/" in site.said()
    assert len(re.findall(r"user `editor`, password `\S{16}`", site.said())) == 1


def test_the_secret_key_is_made_for_this_folder_readable_by_its_owner_and_not_printed(site):
    key = site.folder / "secret_key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_text()) > 50
    assert key.read_text() not in site.said()


def editors(site):
    with embedded.server(site.folder) as url, psycopg.connect(url) as connection:
        return [name for (name,) in connection.execute("SELECT username FROM auth_user ORDER BY id")]


COMMANDS = """
import sys
print([name for name in ("rich", "relations.admin", "django.contrib.auth.admin") if name in sys.modules])
from django.core import checks
checks.run_checks(tags=["admin"])
print([name for name in ("relations.admin", "django.contrib.auth.admin") if name not in sys.modules])
from django.core.management import CommandError, call_command
from django.db import connection
call_command("createsuperuser", interactive=False, username="second", email="second@example.org")
call_command("import", "cow", "lists/cow.csv")
call_command("migrate", check_unapplied=True)
try:
    call_command("flush", interactive=False)
except CommandError as refused:
    print(refused.__cause__)
connection.ensure_connection()
print(connection.connection.info.user)
"""


@pytest.fixture(scope="module")
def said_beside(site, tmp_path_factory):
    """Output of commands while the server runs, given from another folder."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "lists").mkdir()
    (folder / "lists/cow.csv").write_text("ccode1,ccode2,year,DR_at_1,DR_at_2\n2,640,1832,0,1\n")
    command = [str(ROOT / "run"), "manage", "shell", "--no-imports", "-c", COMMANDS]
    done = subprocess.run(command, cwd=folder, env=site.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_command_beside_the_server_uses_the_same_database(site, said_beside):
    assert editors(site) == ["editor", "second"]


def test_a_command_given_from_another_folder_reads_files_of_that_folder(said_beside):
    assert "read 1, added 1" in said_beside


def test_a_command_loads_neither_a_package_that_only_tests_brought_nor_the_admin_until_it_is_checked(said_beside):
    assert said_beside.splitlines()[:2] == ["[]", "[]"]


def test_the_site_and_its_commands_connect_as_a_role_that_owns_nothing(site, said_beside):
    roles = "SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name = 'tracker'"
    until(lambda: lowest(site.folder, "procrastinate --skip-checks worker"))
    with embedded.server(site.folder) as url, psycopg.connect(url) as connection:
        until(lambda: connection.execute(roles).fetchall() == [("tracker_app",)])
    refused, role = said_beside.splitlines()[-2:]
    assert refused.startswith("permission denied for table ")  # of many, in no order: the first that is looked at
    assert role == "tracker_app"


def test_the_owner_s_password_stays_with_what_migrates():
    given = {
        "DATABASE_URL": "postgresql://app@db/tracker", "DATABASE_PASSWORD": "app's", "DATABASE_APP_ROLE": "app",
        "DATABASE_OWNER_URL": "postgresql://owner:owners@db/tracker", "PORT": "8001",
    }  # fmt: skip
    assert roles.as_app(given) == {
        "DATABASE_URL": "postgresql://app@db/tracker", "DATABASE_PASSWORD": "app's", "PORT": "8001",
    }  # fmt: skip
    owner = roles.as_owner(given)
    assert owner["DATABASE_URL"] == given["DATABASE_OWNER_URL"]
    assert owner.keys() == given.keys() - {"DATABASE_PASSWORD"}


LISTENING = (
    ({}, "http://127.0.0.1:8000"),
    ({"PORT": "8123"}, "http://127.0.0.1:8123"),
    ({"HOST": "::", "PORT": "8123"}, "http://[::1]:8123"),
    ({"HOST": "0.0.0.0", "PORT": "81"}, "http://127.0.0.1:81"),
    ({"HOST": "192.0.2.7"}, "http://192.0.2.7:8000"),
    ({"PORT": "8123", "PUBLIC_URL": "https://tracker.example.org/"}, "https://tracker.example.org"),
)


def test_links_in_messages_lead_to_where_it_listens_and_static_files_lie_in_the_data_folder(tmp_path, capfd):
    """Settings from the environment that `./run` gives to each of its processes."""
    clean = {name: CLEAN[name] for name in CLEAN if name != "STATIC_ROOT"} | {"TRACKER_DATA": str(tmp_path)}
    for said, begin in LISTENING:
        with patch.dict(os.environ, clean | said, clear=True):
            os.environ |= runpy.run_path(str(ROOT / "tracker/launcher/serve.py"))["local_settings"]() | os.environ
            settings = runpy.run_path(str(ROOT / "tracker/settings.py"))
            assert (settings["PUBLIC_URL"], settings["STATIC_ROOT"]) == (begin, tmp_path / "static")
    assert capfd.readouterr() == ("", "")


def test_static_files_are_packed_once_for_data_folders_that_share_them(tmp_path, settings, monkeypatch):
    packed = []
    monkeypatch.setattr(
        prepare, "call_command", lambda *_, **__: packed.append(settings.STATIC_ROOT.mkdir(exist_ok=True))
    )
    settings.STATIC_ROOT = tmp_path / "static"
    for folder in ("one", "other"):
        settings.TRACKER_DATA = tmp_path / folder
        prepare.collect_static_files()
    assert len(packed) == 1
    monkeypatch.setattr(prepare, "digest_of", lambda _: "of other files")
    prepare.collect_static_files()
    assert len(packed) == 2


def test_a_taken_port_is_named_before_anything_starts(site, tmp_path):
    environment = site.environment | {"TRACKER_DATA": str(tmp_path)}
    refused = subprocess.run([ROOT / "run"], env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert f"Cannot listen on 127.0.0.1 port {site.port}: Address already in use" in refused.stderr
    assert not list(tmp_path.iterdir())


def test_a_number_that_is_none_is_named_before_anything_starts(tmp_path, monkeypatch):
    environment = CLEAN | {"TRACKER_DATA": str(tmp_path), "PORT": "abc"}
    refused = subprocess.run([ROOT / "run"], env=environment, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "PORT must be a whole number from 1 to 65535, not 'abc'.\n"
    for name, text in (("PORT", "99999"), ("PORT", "0"), ("WEB_WORKERS", "-1"), ("WEB_THREADS", "٣")):
        with monkeypatch.context() as patch, pytest.raises(SystemExit, match=f"^{name} must be a whole number from 1"):
            patch.setenv(name, text)
            runpy.run_path(str(ROOT / "tracker" / "launcher" / "serve.py"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("answers", [True, False])
def test_the_web_starts_first_and_the_others_when_it_answers_or_has_had_its_time(monkeypatch, answers):
    moment, started, running = [100.0], [], Mock(poll=lambda: None)
    monkeypatch.setattr(serve.time, "monotonic", lambda: moment[0])
    monkeypatch.setattr(serve.subprocess, "Popen", lambda command, **_: started.append(command) or running)
    children = serve.Children({})
    children.start_due()
    moment[0] += serve.HEAD_START - 0.1
    children.start_due()
    assert started == [serve.CHILDREN["web"]]
    if answers:
        children.are_all_due()
    else:
        moment[0] += 0.1
    for _ in range(2):
        children.start_due()
    assert started == [*serve.CHILDREN.values()]


def test_the_others_are_due_as_soon_as_the_web_answers(monkeypatch):
    children = Mock()
    monkeypatch.setattr(serve, "EMBEDDED", False)
    monkeypatch.setattr(serve, "database", lambda: contextlib.nullcontext({}))
    for name in ("check_port", "prepare"):
        monkeypatch.setattr(serve, name, Mock())
    monkeypatch.setattr(serve, "Children", lambda _: children)
    monkeypatch.setattr(serve, "ready", Mock(side_effect=[False, True]))
    monkeypatch.setattr(serve.time, "sleep", Mock(side_effect=[None, serve.Stopped]))
    with pytest.raises(serve.Stopped):
        serve.serve()
    assert [name for name, *_ in children.method_calls] == ["start_due", "start_due", "are_all_due", "end"]


WORKERS = {
    "refresh": "refresh --loop",
    "deliver": "manage.py deliver",
    "jobs": "procrastinate --skip-checks worker",
}


def are_started(site, *, other_than=frozenset()):
    """True once every worker has a process that is none of these; it may still load Django."""
    return all(lowest(site.folder, line) not in (None, *other_than) for line in WORKERS.values())


def test_a_killed_web_server_is_started_again(site):
    os.kill(named(site.folder, "granian"), signal.SIGKILL)
    until(lambda: "web ended with status -9" in site.said())
    until(lambda: site.status_of("/readyz") == 200)


def test_killed_workers_are_started_again(site):
    killed = {named(site.folder, line) for line in WORKERS.values()}
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    until(lambda: all(f"{name} ended with status -9; restarting it." in site.said() for name in WORKERS))
    until(lambda: are_started(site, other_than=killed))


def test_a_killed_database_comes_back_with_what_was_committed(site):
    os.kill(named(site.folder, "bin/postgres"), signal.SIGKILL)
    until(lambda: "The database has ended" in site.said())
    until(lambda: site.status_of("/readyz") == 200)
    assert editors(site) == ["editor", "second"]


def test_a_killed_supervisor_leaves_nobody_serving(site):
    until(lambda: site.said().count("Ctrl-C stops everything") == 2)
    until(lambda: are_started(site))
    os.kill(named(site.folder, "tracker.launcher.serve"), signal.SIGKILL)
    until(lambda: not processes_of(site.folder))
    assert site.running.wait() == -signal.SIGKILL


def test_a_command_works_while_the_server_is_down_on_a_data_folder_of_the_release_before(site):
    """Such a folder admits its account as the owner alone, has no other role, and its mark of preparation is empty."""
    with embedded.server(site.folder) as url, psycopg.connect(url) as connection:
        connection.execute("DROP OWNED BY tracker_app")
        connection.execute("DROP ROLE tracker_app")
    ident = site.folder / "postgres" / "pg_ident.conf"
    ident.write_text("".join(line for line in ident.read_text().splitlines(True) if "tracker_app" not in line))
    (site.folder / "prepared").write_text("")
    command = [str(ROOT / "run"), "manage", "token", "editor"]
    made = subprocess.run(command, env=site.environment, check=True, capture_output=True, text=True)
    assert made.stdout.startswith("Token of editor")
    assert "password" not in made.stderr
    assert editors(site) == ["editor", "second"]
    until(lambda: not processes_of(site.folder))


def test_a_command_prepares_no_database_of_one_s_own_in_which_something_is(tmp_path):
    """`tests/test_backups.py` gives one to an empty database."""
    with database_beside("theirs") as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE something_else ()")
        environment = CLEAN | {"TRACKER_DATA": str(tmp_path / "ours"), "DATABASE_URL": url}
        command = [str(ROOT / "run"), "manage", "version"]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        tables = connection.execute("SELECT relname FROM pg_stat_user_tables").fetchall()
    assert tables == [("something_else",)]
    assert re.fullmatch(r"[0-9.]+\n", done.stdout)
    assert done.stderr == ""


def test_a_database_that_does_not_answer_is_told_in_a_line(site):
    environment = site.environment | {"DATABASE_URL": "postgresql://tracker@127.0.0.1:1/tracker"}
    command = [str(ROOT / "run"), "manage", "token", "ann"]
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("The database cannot be used: ")
    assert "Traceback" not in refused.stderr


def test_the_next_start_keeps_the_data_and_prints_no_password(site):
    site.start()
    assert "password" not in site.said()
    assert site.status_of("/readyz") == 200


def test_interrupting_ends_every_process(site):
    until(lambda: are_started(site))
    assert len(processes_of(site.folder)) > 5
    assert site.stop(signal.SIGINT) == 0
    # What was killed last is out of the list of processes a moment later.
    until(lambda: not processes_of(site.folder))
