"""`./run backup` and `./run restore` as an operator meets them: under writes, from damaged files, killed halfway."""

import hashlib
import http.cookiejar
import io
import json
import os
import re
import signal
import subprocess
import tarfile
import threading
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.importers.importing import BANS
from tests.sites import CLEAN, ROOT, Site, named, processes_of
from tests.upgrade.recording import load
from tests.waiting import until
from tracker.launcher import backup as tracker_backup
from tracker.launcher import embedded, pg_client

pytestmark = pytest.mark.slow(seconds=75)

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
EVENT = {"from": "US", "to": "BY", "kind": "visit", "on": "2021-05",
         "citations": [{"source": {"title": "A dispatch", "publisher": "Reuters"}, "quote": "words"}]}  # fmt: skip


def run(folder: Path, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = CLEAN | {"TRACKER_DATA": str(folder)} | more
    return subprocess.run([ROOT / "run", *arguments], env=environment, capture_output=True, text=True, check=False)


def refusal(folder: Path, *arguments: str | Path, **more: str) -> str:
    """The one line in which it refuses."""
    refused = run(folder, *arguments, **more)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1), refused
    return refused.stderr.strip()


class Operator:
    """Somebody with a browser and a token in front of a site."""

    def __init__(self, site: Site, *, token: str = "") -> None:
        self.at = f"http://127.0.0.1:{site.port}"
        self.cookies = http.cookiejar.CookieJar()
        cookies = urllib.request.HTTPCookieProcessor(self.cookies)
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str) -> tuple[str | None, str]:
        """The ETag and the body, which names the host: of one name wherever it listens."""
        asked = urllib.request.Request(self.at + path, headers=self.headers | {"Host": "localhost"})
        with self.opener.open(asked, timeout=60) as answer:
            return answer.headers.get("ETag"), answer.read().decode()

    def post(self, path: str, body: Any) -> Any:
        sent = self.headers | {"Content-Type": "application/json"}
        asked = urllib.request.Request(self.at + path, json.dumps(body).encode(), headers=sent)
        with self.opener.open(asked, timeout=60) as answer:
            return json.load(answer)

    def log_in(self, password: str) -> None:
        with self.opener.open(f"{self.at}/admin/login/", timeout=60):
            pass
        crossing = next(cookie.value for cookie in self.cookies if cookie.name == "csrftoken")
        form = {"username": "editor", "password": password, "csrfmiddlewaretoken": crossing}
        asked = urllib.request.Request(f"{self.at}/admin/login/?next=/admin/", urllib.parse.urlencode(form).encode())
        with self.opener.open(asked, timeout=60) as answer:
            assert answer.url == f"{self.at}/admin/"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("backups")


@pytest.fixture(scope="module")
def site(place) -> Iterator[Site]:
    yield from started(place / "data")


def started(folder: Path) -> Iterator[Site]:
    site = Site(folder)
    site.environment["WRITE_LIMIT"] = "99999/minute"
    try:
        site.start()
        yield site
    finally:
        if site.running and site.running.poll() is None:
            site.stop()


@pytest.fixture(scope="module")
def token(site):
    return site.manage("token", "ann", "--scopes", "read,edit,webhooks").split()[-1]


@pytest.fixture(scope="module")
def backup(site, token, place):
    """A backup of a site with an import, a subscription and facts, while nothing is written."""
    site.manage("import", "travel_ban", str(BANS))
    hook = {"url": "https://example.org/hook", "event_types": ["*"], "pairs": ["BY-PL"]}
    Operator(site, token=token).post("/api/webhooks/", hook)
    made = run(site.folder, "backup", place / "whole.tar")
    assert (made.returncode, made.stderr) == (0, "")
    return place / "whole.tar"


@pytest.fixture
def empty(tmp_path) -> Iterator[Path]:
    """A data folder with an empty database, and its server running."""
    with embedded.server(tmp_path / "empty"):
        yield tmp_path / "empty"


@pytest.fixture(scope="module")
def refusing(place) -> Iterator[Path]:
    """The same for those that must leave it as it is."""
    with embedded.server(place / "refusing"):
        yield place / "refusing"


def tables(folder: Path) -> list[str]:
    with embedded.server(folder) as url, psycopg.connect(url) as asked:
        return [name for (name,) in asked.execute("SELECT relname FROM pg_stat_user_tables")]


# --- there and back -------------------------------------------------------------------------------------------------


def test_a_restored_site_answers_as_the_first_did_and_knows_its_sessions_and_secrets(site, token, backup, tmp_path):
    ann, browser = Operator(site, token=token), Operator(site)
    browser.log_in(re.findall(r"password `(\S+)`", site.said())[0])
    made = run(site.folder, "backup", tmp_path / "now.tar")
    assert (made.returncode, made.stderr) == (0, "")
    assert (tmp_path / "now.tar").stat().st_mode & 0o777 == 0o600
    before = {path: ann.get(path) for path in ASKED}
    done = run(tmp_path / "data", "restore", tmp_path / "now.tar")
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("secret_key", "fixtures.stamp"):
        assert (tmp_path / "data" / name).read_bytes() == (site.folder / name).read_bytes()
    assert archived(tmp_path / "data") == archived(site.folder) != {}
    for restored in started(tmp_path / "data"):
        assert "password" not in restored.said()
        assert {path: Operator(restored, token=token).get(path) for path in ASKED} == before
        there = Operator(restored)
        there.opener = browser.opener
        with there.opener.open(f"{there.at}/admin/", timeout=60) as answer:
            assert answer.url == f"{there.at}/admin/"
        restored.manage("reseal_webhook_secrets")
        assert Operator(restored, token=token).post("/api/diplomatic-events/", EVENT)["version"] == 1


def archived(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("archive/*/*.gz")}


def test_a_backup_while_facts_are_recorded_is_one_moment(site, token, tmp_path):
    ann, recorded, full = Operator(site, token=token), [], threading.Event()

    def record() -> None:
        while not full.is_set():
            recorded.append(ann.post("/api/diplomatic-events/", EVENT | {"note": f"Number {len(recorded)}"}))

    writer = threading.Thread(target=record)
    writer.start()
    until(lambda: len(recorded) > 3 or not writer.is_alive())
    first = len(recorded)
    made = run(site.folder, "backup", tmp_path / "busy.tar")
    full.set()
    writer.join()
    assert (made.returncode, len(recorded) > first) == (0, True)
    with tarfile.open(tmp_path / "busy.tar") as tar:
        manifest = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]
    assert run(tmp_path / "data", "restore", tmp_path / "busy.tar").returncode == 0
    log = "SELECT * FROM relations_statuschange WHERE id <= %s ORDER BY id"
    fewer = "SELECT count(*) < %s FROM relations_diplomaticevent"
    with embedded.server(tmp_path / "data") as url, psycopg.connect(url) as restored:
        with embedded.server(site.folder) as theirs, psycopg.connect(theirs) as original:
            head = restored.execute("SELECT max(id) FROM relations_statuschange").fetchone()
            assert head == (manifest["log_head"],)
            assert restored.execute(log, head).fetchall() == original.execute(log, head).fetchall()
            all_facts = original.execute("SELECT count(*) FROM relations_diplomaticevent").fetchone()
            assert restored.execute(fewer, all_facts).fetchone() == (True,)
        assert restored.execute(BEHIND).fetchone() == (0,)


def test_both_work_on_a_database_of_one_s_own_and_from_where_they_are_called(backup, place, tmp_path):
    with embedded.server(tmp_path / "theirs", throw_away=True) as url:
        restored = run(tmp_path / "data", "restore", backup, DATABASE_URL=url)
        assert (restored.returncode, restored.stderr) == (0, "")
        environment = CLEAN | {"TRACKER_DATA": str(tmp_path / "data"), "DATABASE_URL": url}
        subprocess.run([ROOT / "run", "backup", "again.tar"], env=environment, cwd=tmp_path, check=True)
    with tarfile.open(tmp_path / "again.tar") as one, tarfile.open(backup) as other:
        assert one.getnames() == other.getnames()
    assert not list(tmp_path.glob(".tracker-backup-*"))


def test_a_backup_of_an_older_release_is_migrated(site, tmp_path):
    older = tmp_path / "older"
    with embedded.server(tmp_path / "theirs", throw_away=True) as url:
        load(url, tmp_path)
        assert "[ ]" in run(older, "manage", "showmigrations", DATABASE_URL=url).stdout
        assert run(older, "backup", tmp_path / "older.tar", DATABASE_URL=url).returncode == 0
    assert run(tmp_path / "data", "restore", tmp_path / "older.tar").returncode == 0
    assert "[ ]" not in run(tmp_path / "data", "manage", "showmigrations").stdout


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
    "a letter": (lambda _, into: text(into), "is no backup of the tracker, or is cut short"),
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


def test_a_refused_backup_leaves_database_and_folder_as_they_were(backup, refusing, tmp_path):
    alter, words = ALTERED["a bit of the key"]
    assert words in refusal(refusing, "restore", alter(backup, tmp_path / "altered.tar"))
    assert tables(refusing) == []
    assert not (refusing / "archive").exists()
    assert not (refusing / "secret_key").exists()
    assert not list(refusing.glob(".tracker-backup-*"))


def test_neither_a_database_nor_files_are_overwritten(site, backup, empty, tmp_path):
    key = (site.folder / "secret_key").read_bytes()
    assert refusal(site.folder, "restore", backup).startswith("The database is not empty")
    assert (site.folder / "secret_key").read_bytes() == key
    (empty / "secret_key").write_text("another")
    assert f"{empty}/secret_key is not the one of {backup}." in refusal(empty, "restore", backup)
    (empty / "secret_key").unlink()
    other = empty / "archive" / "ab" / f"ab{'0' * 62}.gz"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"a publication")
    assert f"{other} is not the one of {backup}." in refusal(empty, "restore", backup)
    assert tables(empty) == []
    assert refusal(site.folder, "backup", backup) == f"{backup} exists already. Name another file."
    assert refusal(empty, "backup", tmp_path / "a.tar") == "There is nothing to back up: the database is empty."
    assert not (tmp_path / "a.tar").exists()


# --- killed halfway -------------------------------------------------------------------------------------------------


def kill_while_it_waits(folder: Path, tool: str, statement: str, *arguments: str | Path) -> None:
    """Kills the command, all of it, while another session's statement stops it."""
    with embedded.server(folder) as url, psycopg.connect(url) as watching:
        watching.autocommit = True
        with psycopg.connect(url) as other:
            other.execute(statement)
            command = subprocess.Popen([ROOT / "run", *arguments], env=CLEAN | {"TRACKER_DATA": str(folder)})
            until(lambda: watching.execute(PARTLY, [tool]).fetchone() == (1,))
            os.kill(named(folder, "tracker.launcher.backup"), signal.SIGKILL)
            assert command.wait() == 128 + signal.SIGKILL
            other.rollback()
        gone = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
        until(lambda: watching.execute(gone, [tool]).fetchone() == (0,))


def test_a_backup_that_is_killed_leaves_no_file_of_that_name(site, backup, tmp_path):
    file = tmp_path / "killed.tar"
    kill_while_it_waits(site.folder, "pg_dump", "LOCK TABLE relations_country", "backup", file)
    assert not file.exists()
    assert run(site.folder, "backup", file).returncode == 0


def test_a_restore_that_is_killed_leaves_the_database_empty_and_is_repeated(backup, tmp_path):
    folder = tmp_path / "data"
    # The name of an index, which is made when all rows are there.
    kill_while_it_waits(folder, "pg_restore", "CREATE TABLE changes_by_record ()", "restore", backup)
    assert tables(folder) == []
    assert not {name for name in processes_of(folder) if name != os.getpid()}
    assert run(folder, "restore", backup).returncode == 0
    assert "relations_statuschange" in tables(folder)
