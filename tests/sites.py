"""Sites that `./run` starts, each on a data folder of its own, and their processes."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from tests.waiting import PATIENCE, until

ROOT = Path(__file__).parents[1]

# What a stranger's shell has, not the settings of the test run; and static files that are packed once for all sites.
CLEAN = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "UV_CACHE_DIR") if name in os.environ}
CLEAN |= {"STATIC_ROOT": os.environ["TRACKER_TESTS"] + "/static"} if "TRACKER_TESTS" in os.environ else {}


def free_port() -> int:
    """One below those that the kernel lends to outgoing connections: it has to stay free until the server is up."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def is_listening(port: int) -> bool:
    with socket.socket() as found:
        return found.connect_ex(("127.0.0.1", port)) == 0


def processes_of(folder: Path) -> set[int]:
    """Every process that works on the data folder: by its environment, or PostgreSQL's by its working folder."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
            place = str((process / "cwd").readlink())
        except OSError:
            continue
        if os.fsencode(folder) in environment or place.startswith(str(folder)):
            found.add(int(process.name))
    return found


def lowest(folder: Path, words: str) -> int | None:
    """The lowest process id whose command line has the words."""
    for pid in sorted(processes_of(folder)):
        with contextlib.suppress(OSError):
            if words in Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode():
                return pid
    return None


def named(folder: Path, words: str) -> int:
    found = lowest(folder, words)
    assert found is not None, f"no process with {words}"
    return found


class Site:
    """One `./run` on a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = CLEAN | {"TRACKER_DATA": str(folder), "PORT": str(self.port), "WEB_WORKERS": "1"}
        self.log = folder.with_name("log")
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("wb") as log:
            self.running = subprocess.Popen([ROOT / "run"], env=self.environment, stdout=log, stderr=log)
        until(lambda: self.has_said("Ctrl-C stops everything"))

    def has_said(self, words: str) -> bool:
        assert self.running is not None
        assert self.running.poll() is None, self.said()
        return words in self.said()

    def said(self) -> str:
        return self.log.read_text()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.running is not None
        self.running.send_signal(how)
        return self.running.wait(timeout=PATIENCE)

    def wait(self) -> None:
        if self.running is not None:
            self.running.wait(timeout=PATIENCE)

    def status_of(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

    def manage(self, *arguments: str) -> str:
        command = [str(ROOT / "run"), "manage", *arguments]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout
