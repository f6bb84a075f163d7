"""`./run backup` and `./run restore` as an operator meets them: under writes, from damaged files, killed halfway."""

import hashlib
import io
import json
import os
import signal
import subprocess
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from psycopg.conninfo import conninfo_to_dict

from tests.database import connected_to, database_beside
from tests.factories import event, record
from tests.importers.importing import BANS
from tests.sites import CLEAN, ROOT, named, processes_of
from tests.upgrade.recording import load
from tests.waiting import until
from tracker.launcher import backup as tracker_backup
from tracker.launcher import embedded, pg_client

pytestmark = [pytest.mark.slow(seconds=30), pytest.mark.django_db(transaction=True)]

ASKED = (
    "/api/relations/BY-US/",
    "/api/changes/?pair=BY-US&format=jsonl",
    "/api/ambassadors/",
    "/api/imports/",
    "/api/countries/BY/",
)
PARTLY = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND wait_event_type = 'Lock'"
BEHIND = """
    SELECT count(*) FROM relations_countrypair AS pair
    WHERE version <> (SELECT count(*) FROM relations_statuschange WHERE pair_id = pair.code)
"""
_CLIENTS = f"""
import contextlib, io, json
from django.core.management import call_command
from django.test import Client

def bearer(token):
    return Client(headers={{"Authorization": f"Bearer {{token}}"}}, SERVER_NAME="localhost")

def answers(token):
    given = {{path: bearer(token).get(path) for path in {ASKED}}}
    assert {{answer.status_code for answer in given.values()}} == {{200}}
    return {{path: [answer.headers.get("ETag"), answer.getvalue().decode()] for path, answer in given.items()}}

def post(token, path, body):
    made = bearer(token).post(path, body, content_type="application/json")
    assert made.status_code == 201, made.content
    return made.json()
"""
FILLED = f"""{_CLIENTS}
from django.contrib.auth.models import User
with contextlib.redirect_stdout(io.StringIO()) as said:
    call_command("token", "ann", "--scopes", "read,edit,webhooks")
    call_command("import", "travel_ban", "{BANS}")
token = said.getvalue().split("once: ")[1].split()[0]
post(token, "/api/webhooks/", {{"url": "https://example.org/hook", "event_types": ["*"], "pairs": ["BY-PL"]}})
browser = Client(SERVER_NAME="localhost")
browser.force_login(User.objects.get(username="editor"))
print(json.dumps({{"token": token, "session": browser.cookies["sessionid"].value, "answers": answers(token)}}))
"""
RESTORED = f"""{_CLIENTS}
import sys
given = json.loads(sys.stdin.read())
browser = Client(SERVER_NAME="localhost")
browser.cookies["sessionid"] = given["session"]
print(json.dumps([answers(given["token"]), browser.get("/admin/").status_code]))
call_command("reseal_webhook_secrets", stdout=sys.stderr)
event = {{"from": "US", "to": "BY", "kind": "visit", "on": "2021-05",
         "citations": [{{"source": {{"title": "A dispatch", "publisher": "Reuters"}}, "quote": "words"}}]}}
print(json.dumps(post(given["token"], "/api/diplomatic-events/", event)["version"]))
"""


@dataclass
class Place:
    """A data folder, and the database of one's own that goes with it, if it is not the embedded one."""

    folder: Path
    url: str = ""

    def run(self, *arguments: str | Path, said: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run([ROOT / "run", *arguments], env=self.environment, cwd=self.folder.parent, input=said,
                              capture_output=True, text=True, check=False)  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        return CLEAN | {"TRACKER_DATA": str(self.folder)} | ({"DATABASE_URL": self.url} if self.url else {})

    def server(self) -> AbstractContextManager[str]:
        return nullcontext(self.url) if self.url else embedded.server(self.folder)

    def tables(self) -> list[str]:
        with self.server() as url, psycopg.connect(url) as asked:
            return [name for (name,) in asked.execute("SELECT relname FROM pg_stat_user_tables")]

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Makes this process work on the folder and the database, as a process of `./run` would."""
        with self.server() as url, connected_to(url), override_settings(TRACKER_DATA=self.folder):
            yield

    def restore(self, file: Path) -> None:
        with self.entered():
            tracker_backup.restore(file)

    def back_up(self, file: Path) -> Path:
        with self.entered():
            tracker_backup.back_up(file)
        return file


@pytest.fixture(scope="module", autouse=True)
def unblocked(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@contextmanager
def of_one_s_own(folder: Path, *, like: str = "template1") -> Iterator[Place]:
    """A data folder with a database on the tests' server, empty but for what another one has."""
    folder.mkdir(parents=True)
    with database_beside(folder.parent.name[-40:], like=like) as url:
        yield Place(folder, url)


@pytest.fixture
def empty(tmp_path) -> Iterator[Place]:
    with of_one_s_own(tmp_path / "data") as place:
        yield place


@pytest.fixture(scope="module")
def first(unblocked, tmp_path_factory) -> Iterator[Place]:
    """With an import, a subscription, facts, a session and secrets; its database is one of one's own."""
    with of_one_s_own(tmp_path_factory.mktemp("first") / "data") as place:
        yield place


@pytest.fixture(scope="module")
def filling(first: Place) -> subprocess.CompletedProcess[str]:
    """The first command of all on it."""
    done = first.run("manage", "shell", "--no-imports", "-c", FILLED)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def filled(filling) -> Any:
    """Its token, session and answers."""
    return json.loads(filling.stdout)


@pytest.fixture(scope="module")
def backup(first: Place, filled: Any) -> Path:
    """A backup while nothing is written, named from where the command is given."""
    made = first.run("backup", "whole.tar")
    assert (made.returncode, made.stderr) == (0, "")
    return first.folder.with_name("whole.tar")


@pytest.fixture(scope="module")
def second(backup, tmp_path_factory) -> Place:
    """Restores the backup, with the embedded database."""
    place = Place(tmp_path_factory.mktemp("second") / "data")
    done = place.run("restore", backup)
    assert (done.returncode, done.stderr) == (0, "")
    return place


# --- there and back -------------------------------------------------------------------------------------------------


def test_a_command_prepares_an_empty_database_of_one_s_own_first_and_says_so_beside_its_output(filling, filled):
    assert filling.stderr.count("First editor: user `editor`") == 1
    assert filled["answers"].keys() == set(ASKED)


def test_a_restored_site_answers_as_the_first_did_and_knows_its_sessions_and_secrets(first, filled, backup, second):
    assert backup.stat().st_mode & 0o777 == 0o600
    for name in ("secret_key", "fixtures.stamp"):
        assert (second.folder / name).read_bytes() == (first.folder / name).read_bytes()
    assert archived(second.folder) == archived(first.folder) != {}
    done = second.run("manage", "shell", "--no-imports", "-c", RESTORED, said=json.dumps(filled))
    assert done.returncode == 0, done.stderr
    same, version = map(json.loads, done.stdout.splitlines())
    assert (same, version) == ([filled["answers"], 200], 1)
    assert done.stderr == "encrypted 1 secrets\n"  # and no password of a new editor


def archived(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("archive/*/*.gz")}


def test_a_backup_while_facts_are_recorded_is_one_moment(first, backup, empty):
    recorded, full = [], threading.Event()

    def write() -> None:
        try:
            while not full.is_set():
                recorded.extend(record(event("visit", "2021-05", note=f"Number {len(recorded)}")))
        finally:
            connection.close()

    with first.entered():
        writer = threading.Thread(target=write)
        writer.start()
        until(lambda: len(recorded) > 3 or not writer.is_alive())
        before, busy = len(recorded), first.folder.with_name("busy.tar")
        try:
            tracker_backup.back_up(busy)
        finally:
            full.set()
            writer.join()
    assert len(recorded) > before
    with tarfile.open(busy) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]
    empty.restore(busy)
    log = "SELECT * FROM relations_statuschange WHERE id <= %s ORDER BY id"
    fewer = "SELECT count(*) < %s FROM relations_diplomaticevent"
    with psycopg.connect(empty.url) as restored, psycopg.connect(first.url) as original:
        head = restored.execute("SELECT max(id) FROM relations_statuschange").fetchone()
        assert head == (manifest["log_head"],)
        assert restored.execute(log, head).fetchall() == original.execute(log, head).fetchall()
        all_facts = original.execute("SELECT count(*) FROM relations_diplomaticevent").fetchone()
        assert restored.execute(fewer, all_facts).fetchone() == (True,)
        assert restored.execute(BEHIND).fetchone() == (0,)


def test_a_backup_of_the_release_before_is_known(tmp_path):
    """A backup of an earlier release; `tests/test_upgrade_keeps_answers.py` tests how its database is migrated."""
    with of_one_s_own(tmp_path / "older" / "data") as older:
        load(older.url, tmp_path)
        with older.entered(), pytest.raises(SystemExit):
            call_command("migrate", check_unapplied=True, verbosity=0)
        file = older.back_up(tmp_path / "older.tar")
    tracker_backup.unpack(file, tmp_path / "members")
    assert "relations.0001_initial" in tracker_backup.checked(file, tmp_path / "members")["migrations"]


@pytest.mark.usefixtures("filled")
def test_a_restored_database_is_migrated(first, tmp_path):
    like = str(conninfo_to_dict(first.url)["dbname"])
    with of_one_s_own(tmp_path / "older" / "data", like=like) as older:
        with psycopg.connect(older.url) as changed:
            changed.execute("DROP TABLE django_session")
            changed.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        file = older.back_up(tmp_path / "older.tar")
    with of_one_s_own(tmp_path / "newer" / "data") as newer:
        newer.restore(file)
        assert "django_session" in newer.tables()
        with newer.entered():
            call_command("migrate", check_unapplied=True, verbosity=0)


@pytest.mark.django_db
def test_the_password_is_not_among_the_arguments(monkeypatch):
    monkeypatch.setitem(pg_client.connection.settings_dict, "PASSWORD", "hush")
    seen: dict[str, Any] = {}

    def ran(arguments: list[str], **more: Any) -> subprocess.CompletedProcess[str]:
        seen.update(arguments=arguments, env=more["env"])
        return subprocess.CompletedProcess(arguments, 0, "", "")

    monkeypatch.setattr(pg_client, "tool", lambda name: name)
    monkeypatch.setattr(subprocess, "run", ran)
    pg_client.run_tool("pg_dump")
    assert "hush" not in " ".join(seen["arguments"])
    assert seen["env"]["PGPASSWORD"] == "hush"


# --- refused --------------------------------------------------------------------------------------------------------


def rewritten(backup: Path, into: Path, change: Callable[[Any], None] | None = None, *more: tarfile.TarInfo) -> Path:
    """The same backup with another manifest or with more members, and with sums that are right."""
    with tarfile.open(backup) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar}
    manifest = json.loads(files["manifest.json"])
    if change:
        change(manifest)
    files["manifest.json"] = json.dumps(manifest).encode()
    del files["SHA256SUMS"]
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    with tarfile.open(into, "w") as tar:
        for member in more:
            tar.addfile(member, io.BytesIO(b"x" * member.size))
        for name, content in (*files.items(), ("SHA256SUMS", sums.encode())):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return into


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, target, 1 if kind == tarfile.REGTYPE else 0
    return made


def cut(backup: Path, into: Path, *, before: bytes) -> Path:
    whole = backup.read_bytes()
    into.write_bytes(whole[: whole.index(before)])
    return into


def flipped(backup: Path, into: Path, word: bytes) -> Path:
    """One bit of the file is another, a little after the word."""
    content = bytearray(backup.read_bytes())
    content[content.index(word) + 520] ^= 1
    into.write_bytes(content)
    return into


def text(into: Path) -> Path:
    into.write_text("A letter.\n" * 2000)
    return into


ALTERED: dict[str, tuple[Callable[[Path, Path], Path], str]] = {
    "no file": (lambda _, into: into, "There is no file"),
    "a letter": (lambda _, into: text(into), "is not a backup of the tracker, or is cut short"),
    "half of a file": (lambda backup, into: cut(backup, into, before=b"PGDMP"), "cut short"),
    "all but its last file": (lambda backup, into: cut(backup, into, before=b"SHA256SUMS"), "cut short"),
    "nothing": (lambda backup, into: cut(backup, into, before=b"database.dump"), "cut short"),
    "a bit of the dump": (lambda backup, into: flipped(backup, into, b"database.dump"), "database.dump is not what"),
    "a bit of the key": (
        lambda backup, into: flipped(backup, into, b"secret_key\0\0\0\0\0"), "secret_key is not what was written"),
    "a path that leads out": (
        lambda backup, into: rewritten(backup, into, None, member("../../out")), "it contains '../../out'"),
    "an absolute path": (
        lambda backup, into: rewritten(backup, into, None, member("/tmp/out")), "it contains '/tmp/out'"),
    "a link": (
        lambda backup, into: rewritten(backup, into, None, member("secret_key", tarfile.SYMTYPE, "/etc/passwd")),
        "it contains 'secret_key'"),
    "a file twice": (
        lambda backup, into: rewritten(backup, into, None, member("manifest.json")), "it contains one file twice"),
    "a file that no sum names": (
        lambda backup, into: rewritten(backup, into, None, member(f"archive/ab/ab{'0' * 62}.gz")), "was altered"),
    "a newer format": (
        lambda backup, into: rewritten(backup, into, lambda manifest: manifest.update(format=2)),
        "was made by a newer tracker (format 2). Update this one first."),
    "a newer migration": (
        lambda backup, into: rewritten(backup, into, lambda manifest: manifest["migrations"].append("relations.9_new")),
        "was made by a newer tracker (migration relations.9_new). Update this one first."),
    "a newer PostgreSQL": (
        lambda backup, into: rewritten(backup, into, lambda manifest: manifest.update(postgresql="99.1")),
        "which cannot be restored into PostgreSQL 18"),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("altered", ALTERED)
def test_what_is_no_whole_backup_is_refused_in_a_line(backup, tmp_path, monkeypatch, altered):
    alter, words = ALTERED[altered]
    file, place = alter(backup, tmp_path / "altered.tar"), tmp_path / "place"
    place.mkdir()
    # The test's own database has tables; whether one is empty is asked elsewhere.
    monkeypatch.setattr(tracker_backup, "_NOT_EMPTY", "SELECT 1 WHERE false")
    with pytest.raises(tracker_backup.Unusable) as refused:
        tracker_backup.unpack(file, place)
        tracker_backup.check_database(file, tracker_backup.checked(file, place))
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_a_refused_backup_leaves_database_and_folder_as_they_were(backup, empty, tmp_path):
    alter, words = ALTERED["a bit of the key"]
    refused = empty.run("restore", alter(backup, tmp_path / "altered.tar"))
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert words in refused.stderr
    assert empty.tables() == []
    assert not list(empty.folder.iterdir())


def refusal(write: Callable[[Path], Any], file: Path) -> str:
    """The one line in which it refuses."""
    with pytest.raises(tracker_backup.Unusable) as refused:
        write(file)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_neither_a_database_nor_files_are_overwritten(first, backup, empty, tmp_path):
    key, whole = (first.folder / "secret_key").read_bytes(), backup.read_bytes()
    assert refusal(first.restore, backup).startswith("The database is not empty")
    assert (first.folder / "secret_key").read_bytes() == key
    (empty.folder / "secret_key").write_text("another")
    assert f"{empty.folder}/secret_key is not the one of {backup}." in refusal(empty.restore, backup)
    (empty.folder / "secret_key").unlink()
    other = empty.folder / "archive" / "ab" / f"ab{'0' * 62}.gz"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"a publication")
    assert f"{other} is not the one of {backup}." in refusal(empty.restore, backup)
    assert empty.tables() == []
    assert refusal(first.back_up, backup) == f"{backup} exists already. Name another file."
    assert backup.read_bytes() == whole
    assert refusal(empty.back_up, tmp_path / "a.tar") == "There is nothing to back up: the database is empty."
    assert not (tmp_path / "a.tar").exists()


# --- killed halfway -------------------------------------------------------------------------------------------------


def kill_while_it_waits(place: Place, tool: str, statement: str, *arguments: str | Path) -> None:
    """Kills the command, all of it, while another session's statement stops it."""
    with place.server() as url, psycopg.connect(url) as watching:
        watching.autocommit = True
        with psycopg.connect(url) as other:
            other.execute(statement)
            command = subprocess.Popen([ROOT / "run", *arguments], env=place.environment)
            until(lambda: watching.execute(PARTLY, [tool]).fetchone() == (1,))
            os.kill(named(place.folder, "tracker.launcher.backup"), signal.SIGKILL)
            assert command.wait() == 128 + signal.SIGKILL
            other.rollback()
        gone = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
        until(lambda: watching.execute(gone, [tool]).fetchone() == (0,))
    assert not {name for name in processes_of(place.folder) if name != os.getpid()}


def test_a_backup_that_is_killed_leaves_no_file_of_that_name(second, backup, tmp_path):
    file = tmp_path / "killed.tar"
    kill_while_it_waits(second, "pg_dump", "LOCK TABLE relations_country", "backup", file)
    assert not file.exists()
    with tarfile.open(second.back_up(file)) as again, tarfile.open(backup) as whole:
        assert again.getnames() == whole.getnames()


def test_a_restore_that_is_killed_leaves_the_database_empty_and_is_repeated(backup, empty):
    # The name of an index, which is made when all rows are there.
    kill_while_it_waits(empty, "pg_restore", "CREATE TABLE changes_by_record ()", "restore", backup)
    assert empty.tables() == []
    empty.restore(backup)
    assert "relations_statuschange" in empty.tables()
