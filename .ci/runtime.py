"""Tests the product on its runtime lock: a fresh copy, `./run`, one fact over HTTP, and its webhook.

    python .ci/runtime.py

The test suite has more packages, which would hide a missing one. Standard library only.
"""

import contextlib
import json
import os
import queue
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("manage.py", "run", "requirements.lock", "requirements-uv.lock", "tracker", "relations", "fixtures", "seeds")
# Seconds for installing and starting without a cache on a loaded machine, and for a message afterwards.
TO_START, TO_HEAR = 240.0, 60.0
EVERY_MODULE = """
import importlib, pkgutil, relations, tracker
for room in (relations, tracker):
    for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        importlib.import_module(module.name)
print("imported")
"""
FACT = {
    "from": "US", "to": "BY", "status": "ambassador", "holder": "Julie Fisher", "on": "2020-12-23",
    "citations": [{"source": {"kind": "article", "publisher": "RFE/RL", "title": "Confirmed"}, "quote": "Confirmed."}],
}  # fmt: skip


class Failed(Exception):
    """A check failed."""


class Started:
    """A process and its output, line by line."""

    def __init__(self, copy: Path, environment: dict[str, str], *arguments: str) -> None:
        self.running = subprocess.Popen(
            [copy / "run", *arguments], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.output: list[str] = []
        self.incoming: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self.running.stdout or ():
            self.incoming.put(line.rstrip())
        self.incoming.put(None)

    def line_with(self, words: str, *, within: float) -> str:
        until = time.monotonic() + within
        while True:
            try:
                line = self.incoming.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise Failed("\n".join([f"{words!r} did not appear in the output:", *self.output]))
            self.output.append(line)
            if words in line:
                return line

    def stop(self) -> int:
        """The exit status after SIGTERM (background processes of a shell ignore SIGINT) or, if it is late, SIGKILL."""
        self.running.terminate()
        try:
            return self.running.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.running.kill()
            return self.running.wait()


@contextlib.contextmanager
def started(copy: Path, environment: dict[str, str], *arguments: str) -> Iterator[Started]:
    process = Started(copy, environment, *arguments)
    try:
        yield process
    finally:
        process.stop()


def fresh_copy(place: Path) -> Path:
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / part, place / part)
    if (ROOT / ".tools").is_dir():
        # The installer itself is not under test.
        (place / ".tools").symlink_to((ROOT / ".tools").resolve())
    return place


def free_ports(count: int) -> list[int]:
    """Free ports below those of outgoing connections, so that they stay free."""
    ports: list[int] = []
    for port in random.sample(range(20_000, 32_000), 1000):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            ports.append(port)
        if len(ports) == count:
            return ports
    raise Failed("no port is free")


def environment_of(place: Path, port: int, receiver: int) -> dict[str, str]:
    """A minimal environment in which webhooks to this machine are allowed."""
    names = ("PATH", "HOME", "LANG", "UV_CACHE_DIR", "PIP_CACHE_DIR", "PIP_CONFIG_FILE", "PIP_INDEX_URL",
             "UV_INDEX_URL", "UV_DEFAULT_INDEX", "SSL_CERT_FILE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
             "PYTHON")  # fmt: skip
    return {name: os.environ[name] for name in names if name in os.environ} | {
        "TRACKER_DATA": str(place / "data"), "PORT": str(port), "WEB_WORKERS": "1", "WEBHOOK_ALLOW_HTTP": "1",
        "WEBHOOK_ALLOWED_PORTS": str(receiver), "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
    }  # fmt: skip


def fetch_json(port: int, path: str, *, token: str = "", body: Any = None) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {}),
    )  # fmt: skip
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=30) as response:
        return json.loads(response.read())


def output(copy: Path, environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [copy / "run", "manage", *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=TO_START, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Failed(f"manage {' '.join(arguments)}: {done.stderr}")
    return done.stdout.strip()


def prove(place: Path) -> None:
    copy, (port, listening) = fresh_copy(place), free_ports(2)
    environment = environment_of(place, port, listening)
    with started(copy, environment) as site:
        site.line_with("Ctrl-C stops everything", within=TO_START)
        if not (copy / ".venv" / "stamp").read_text().startswith("requirements.lock "):
            raise Failed("the copy runs on another lock than the runtime's")
        output(copy, environment, "shell", "--verbosity", "0", "-c", EVERY_MODULE)
        fetch_json(port, "/readyz")
        posture = fetch_json(port, "/api/relations/BY-US/?as_of=2020-02-02")["status"]["sanctions"][0]["value"]
        if posture != "eased":
            raise Failed(f"the seed article's sanctions are {posture}")
        token = output(copy, environment, "token", "desk", "--scopes", "edit,webhooks").split()[-1]
        wanted = {"url": f"http://127.0.0.1:{listening}/", "pairs": ["BY-US"], "event_types": ["ambassador.*"]}
        secret = fetch_json(port, "/api/webhooks/", token=token, body=wanted)
        receiver = ("manage", "webhook_receiver", "--port", str(listening), "--secret", secret["secret"])
        with started(copy, environment, *receiver) as hearing:
            hearing.line_with("Listening on", within=TO_HEAR)
            fetch_json(port, f"/api/webhooks/{secret['id']}/ping/", token=token, body={})
            hearing.line_with("webhook.ping", within=TO_HEAR)
            fetch_json(port, "/api/ambassadors/", token=token, body=FACT)
            print(hearing.line_with("ambassador.changed: Head of mission US>BY, pair BY-US", within=TO_HEAR))
        if (status := site.stop()) != 0:
            raise Failed(f"./run ended with status {status}")


def run(prove: Callable[[Path], None]) -> int:
    """The exit status of a proof in a temporary folder."""
    place = Path(tempfile.mkdtemp(prefix="tracker-ci-"))
    if os.geteuid() == 0:
        place.chmod(0o755)  # the database runs as another account
    try:
        prove(place)
    except (Failed, OSError, ValueError, subprocess.SubprocessError) as reason:
        print(reason, file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(run(prove))
