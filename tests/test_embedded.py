"""The embedded PostgreSQL: shared by who needs it, stopped by the last, and safe to kill."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.waiting import until
from tracker.launcher import embedded

pytestmark = pytest.mark.slow(seconds=15)


def postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().split()[0])


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder whose path is too long for a socket."""
    return tmp_path_factory.mktemp("x" * 90) / "data"


def test_the_last_user_out_stops_the_server(folder):
    with embedded.server(folder) as first:
        with embedded.server(folder) as second:
            assert first == second
        pid = postmaster(folder)
        with psycopg.connect(first) as connection:
            connection.execute("CREATE TABLE numbers AS SELECT 1 AS n")
        assert is_alive(pid)
    assert not is_alive(pid)
    assert not embedded.is_running(folder)


def test_what_was_committed_survives_the_killing_of_the_server(folder):
    with embedded.server(folder) as url:
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO numbers VALUES (2)")
        os.kill(postmaster(folder), signal.SIGKILL)
        until(lambda: not embedded.is_running(folder))
    with embedded.server(folder) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT n FROM numbers ORDER BY n").fetchall() == [(1,), (2,)]


def test_a_user_that_is_killed_leaves_no_server_behind(folder):
    code = "import sys, pathlib; from tracker.launcher import embedded; e = embedded.server(pathlib.Path(sys.argv[1]));"
    code += "e.__enter__(); print('up', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    ) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"up\n"
        pid = postmaster(folder)
        user.kill()
    until(lambda: not is_alive(pid))


def test_a_keeper_that_is_killed_takes_the_server_along(folder):
    with embedded.server(folder):
        pid = postmaster(folder)
        keeper = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(keeper, signal.SIGKILL)
        until(lambda: not is_alive(pid))
    assert not embedded.is_running(folder)
    left_behind = (folder / "sockets").readlink()
    with embedded.server(folder):
        assert not left_behind.exists()


def test_a_throw_away_server_takes_its_folder_along(folder):
    """The last test with this folder."""
    with embedded.server(folder, throw_away=True) as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
    assert not folder.exists()


def test_a_server_that_cannot_start_says_why(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("9\n")
    if os.geteuid() == 0:
        account = embedded.server_account()
        assert account is not None
        os.chown(tmp_path / "postgres", account.pw_uid, account.pw_gid)
    (tmp_path / "postgres").chmod(0o700)
    with pytest.raises(embedded.CannotStart, match="postgres"), embedded.server(tmp_path):
        pass


def test_a_folder_in_which_no_cluster_can_be_made_is_named_without_a_traceback(tmp_path):
    (tmp_path / "postgres.new").write_text("in the way")
    with pytest.raises(embedded.CannotStart, match=r"File exists: '.*/postgres\.new'") as refusal:
        embedded.server(tmp_path).__enter__()
    assert "Traceback" not in str(refusal.value)
