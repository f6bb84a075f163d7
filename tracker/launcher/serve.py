"""Serves, or runs one management command: `./run` after the installation.

A supervisor of a few processes, for a laptop or a single machine; docker-compose.yml has the same processes for an
orchestrator.
"""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from tracker.launcher import embedded, roles
from tracker.launcher.orphans import die_with_parent

ROOT = Path(__file__).resolve().parent.parent.parent


def whole(name: str, default: str, *, most: int) -> int:
    """A number in the environment. Exits with the reason where it is none."""
    text = os.environ.get(name) or default
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= most and len(text) < 9):
        sys.exit(f"{name} must be a whole number from 1 to {most}, not {text[:40]!r}.")
    return int(text)


HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = whole("PORT", "8000", most=65535)
DATA = Path(os.environ.get("TRACKER_DATA") or ROOT / ".data").resolve()
EMBEDDED = not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))
if EMBEDDED and os.environ.get("DATABASE_OWNER_URL"):
    sys.exit("DATABASE_OWNER_URL goes with DATABASE_URL, which is not set.")

# A worker accepts thousands of connections; those that send nothing end after ten seconds. HTTP/1 alone, since
# negotiating HTTP/2 has no timeout.
SERVER = (
    "--interface", "wsgi", "--http", "1", "--no-ws", "--http1-header-read-timeout", "10000",
    "--backlog", "4096", "--backpressure", "8192", "--respawn-failed-workers", "--workers-kill-timeout", "5",
    "--log-level", "error",
)  # fmt: skip
MANAGE = (sys.executable, "manage.py")
PREPARE = (sys.executable, "-m", "tracker.launcher.prepare")
BACKUP = (sys.executable, "-m", "tracker.launcher.backup")
OWNERS_COMMANDS = {"migrate", "pgtrigger"}  # of manage.py; other ones use the application's role
# name: command. Each has its own process group and is restarted when it ends.
CHILDREN = {
    "web": (
        sys.executable, "-m", "granian", "tracker.wsgi:application", *SERVER,
        "--host", HOST, "--port", str(PORT), "--workers", str(whole("WEB_WORKERS", "2", most=256)),
        "--blocking-threads", str(whole("WEB_THREADS", "160", most=512)), "--respawn-interval", "0.5",
    ),
    "refresh": (*MANAGE, "refresh", "--loop"),
    "deliver": (*MANAGE, "deliver"),
    # Checks would load the whole API and every page.
    "jobs": (*MANAGE, "procrastinate", "--skip-checks", "worker", "--concurrency", "1"),
}  # fmt: skip
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # address to listen on: address to connect to
GRACE = 8.0  # seconds between SIGTERM and SIGKILL
HEAD_START = 10.0  # seconds until the others start though the web does not answer
QUICK_DEATH, PAUSE = 5.0, 2.0  # seconds: a child that lived shorter is restarted after a pause


class Stopped(Exception):
    """SIGTERM, SIGINT or SIGHUP came."""


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["manage"]:
        return manage(arguments[1:])
    if arguments[:1] in (["backup"], ["restore"]) and len(arguments) == 2:
        with database(with_key=False) as environment:
            return run_to_its_end((*BACKUP, *arguments), roles.as_owner(environment))
    if arguments:
        print("Usage: ./run, or ./run manage COMMAND [ARGUMENT…], or ./run backup FILE, or ./run restore FILE",
              file=sys.stderr)  # fmt: skip
        return 2
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        serve()
    except Stopped:
        print("Stopped.")
        return 0
    return 1


def stop(number: int, frame: FrameType | None) -> None:
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # the shutdown must not be interrupted
    raise Stopped


# --- one command ----------------------------------------------------------------------------------------------------


def manage(arguments: list[str]) -> int:
    """Runs `manage.py ARGUMENT…`, with the embedded database started if necessary, and returns its exit status.

    It runs in the caller's folder, from which relative paths among its arguments begin.
    """
    with database() as environment:
        if not is_prepared():
            # The first start. Its messages must not mix with the command's output. An external database is prepared
            # only if it is empty.
            first = PREPARE if EMBEDDED else (*PREPARE, "--if-empty")
            subprocess.run(first, cwd=ROOT, env=roles.as_owner(environment), stdout=sys.stderr, check=True)
        mine = roles.as_owner(environment) if OWNERS_COMMANDS & set(arguments[:1]) else roles.as_app(environment)
        command = (sys.executable, str(ROOT / "manage.py"), *arguments)
        return run_to_its_end(command, mine, folder=Path(os.environ.get("CALLED_FROM", ROOT)))


def is_prepared() -> bool:
    """True where the database is prepared for the current role."""
    mark = DATA / "prepared"
    return mark.exists() and (not EMBEDDED or mark.read_text() == roles.APP_ROLE)


def run_to_its_end(arguments: tuple[str, ...], environment: dict[str, str], *, folder: Path = ROOT) -> int:
    """The exit status, as in a shell."""
    command = subprocess.Popen(arguments, cwd=folder, env=environment, preexec_fn=die_with_parent)  # noqa: PLW1509  # one thread
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to the command, too
    signal.signal(signal.SIGTERM, lambda number, _: command.send_signal(number))
    status = command.wait()
    return status if status >= 0 else 128 - status


# --- serving --------------------------------------------------------------------------------------------------------


def serve() -> None:
    """Ends by `Stopped`, or by SystemExit with the reason where it cannot start."""
    check_port()
    while True:
        with database() as environment, contextlib.ExitStack() as cleanup:
            prepare(roles.as_owner(environment))
            children = Children(roles.as_app(environment))
            cleanup.callback(children.end)
            is_announced = False
            while not EMBEDDED or embedded.is_running(DATA):
                children.start_due()
                if not is_announced and (is_announced := ready()):
                    # One address: every page leads to the documentation, the API and the admin.
                    print(f"\n  Open {address()}/\n\nCtrl-C stops everything; the data stay.", flush=True)
                    children.are_all_due()
                time.sleep(0.2)
        print("The database has ended; restarting.", file=sys.stderr)


def prepare(environment: dict[str, str]) -> None:
    prepared = subprocess.run(
        PREPARE, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False,
        start_new_session=True, preexec_fn=die_with_parent,
    )  # fmt: skip
    if prepared.returncode != 0:
        sys.exit(f"Failed: {' '.join(PREPARE)}")


def check_port() -> None:
    """Exits if the port is taken, before each of granian's workers reports it."""
    family = socket.AF_INET6 if ":" in HOST else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError as error:
            sys.exit(f"Cannot listen on {HOST} port {PORT}: {error.strerror}. PORT=8001 ./run takes another.")


def address() -> str:
    return f"http://{bracketed(EVERY_ADDRESS.get(HOST, HOST))}:{PORT}"


def ready() -> bool:
    """True once requests are answered."""
    # By hand: http.client would be a quarter of what every command loads before Django.
    try:
        with socket.create_connection((EVERY_ADDRESS.get(HOST, HOST), PORT), timeout=2) as web:
            web.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
            return web.recv(12).endswith(b" 200")
    except OSError:
        return False


class Children:
    """The processes of CHILDREN, each with the process group that it and its workers form."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        # At once they would delay the first page: each loads Django.
        self.due = {"web": 0.0} | {name: time.monotonic() + HEAD_START for name in CHILDREN if name != "web"}
        self.started: dict[str, float] = {}

    def are_all_due(self) -> None:
        self.due = dict.fromkeys(CHILDREN, 0.0)

    def start_due(self) -> None:
        """Starts processes that are not running, and those that ended."""
        now = time.monotonic()
        for name, command in CHILDREN.items():
            child = self.running.get(name)
            if child and child.poll() is not None:
                self.kill_group(child)  # its workers, if it was killed
                del self.running[name]
                self.due[name] = now + (0.0 if now - self.started[name] > QUICK_DEATH else PAUSE)
                print(f"{name} ended with status {child.returncode}; restarting it.", file=sys.stderr)
            elif child is None and self.due[name] <= now:
                self.started[name] = now
                pool = {"DATABASE_POOL_SIZE": "16"} if name == "web" else {}  # only the web has many threads
                self.running[name] = subprocess.Popen(
                    command, cwd=ROOT, env=pool | self.environment, stdin=subprocess.DEVNULL,
                    start_new_session=True, preexec_fn=die_with_parent,  # noqa: PLW1509  # this process has one thread
                )  # fmt: skip

    def end(self) -> None:
        """Terminates all, waits GRACE seconds for all together, then kills the rest."""
        for child in self.running.values():
            child.terminate()
        deadline = time.monotonic() + GRACE
        for child in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.0, deadline - time.monotonic()))
            self.kill_group(child)
            child.wait()

    @staticmethod
    def kill_group(child: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


# --- the environment ------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def database(*, with_key: bool = True) -> Iterator[dict[str, str]]:
    """The environment of all processes, with a running database. `restore` needs no key, as it brings one."""
    DATA.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        environment = (
            local_settings() | secret_key(is_stored=with_key) | os.environ
            | {"TRACKER_SUPERVISOR": str(os.getpid()), "TRACKER_DATA": str(DATA)}
        )  # fmt: skip
        if EMBEDDED:
            environment["DATABASE_OWNER_URL"] = stack.enter_context(embedded.server(DATA))
            environment["DATABASE_APP_ROLE"] = roles.APP_ROLE
            environment["DATABASE_URL"] = roles.app_url(environment["DATABASE_OWNER_URL"])
        yield environment


def local_settings() -> dict[str, str]:
    """Defaults for a single machine, which the caller's variables override."""
    return {
        "TRACKER_ENV": "local",
        "STATIC_ROOT": str(DATA / "static"),
        "ALLOWED_HOSTS": ",".join(own_names()),
        "PUBLIC_URL": address(),
    }


def secret_key(*, is_stored: bool) -> dict[str, str]:
    if {"SECRET_KEY", "SECRET_KEY_FILE"} & set(os.environ):
        return {}
    key, path = secrets.token_urlsafe(64), DATA / "secret_key"
    if not is_stored:
        return {"SECRET_KEY": key}
    with contextlib.suppress(FileExistsError):
        path.touch(0o600, exist_ok=False)
        path.write_text(key)
    return {"SECRET_KEY_FILE": str(path)}


def own_names() -> list[str]:
    """Names of this machine for ALLOWED_HOSTS; others are refused, as DNS rebinding reaches loopback addresses."""
    names = ["localhost", "127.0.0.1", "[::1]"]
    if HOST in EVERY_ADDRESS:
        with contextlib.suppress(OSError):
            names += [socket.gethostname(), *socket.gethostbyname_ex(socket.gethostname())[2]]
        return names
    return [*names, bracketed(HOST)]


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (embedded.CannotStart, subprocess.CalledProcessError, OSError) as reason:
        sys.exit(str(reason))
