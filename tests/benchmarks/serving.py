"""A throw-away database, servers on it, and a load on them."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.waiting import until
from tracker.launcher import embedded
from tracker.launcher.serve import SERVER

CONNECTIONS, SECONDS = 8, 5


class Load(NamedTuple):
    """Capacity of a server: answers a second, and the median and 99th percentile of their times in milliseconds."""

    rate: float
    p50: float
    p99: float
    answers: int
    failures: int


@contextmanager
def database() -> Iterator[None]:
    """A migrated database with the world and the seed article, named by DATABASE_URL while it lasts."""
    with (
        tempfile.TemporaryDirectory(prefix="tracker-bench-", ignore_cleanup_errors=True) as folder,
        embedded.server(Path(folder) / "data", throw_away=True) as url,
    ):
        os.environ["DATABASE_URL"] = url
        manage("migrate", "--verbosity=0")
        manage("loaddata", "--verbosity=0", "countries", "memberships", "seed_article")
        yield


def manage(*arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextmanager
def serving(
    application: str, *, interface: str = "wsgi", workers: int = 2, threads: int = 160, arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Iterator[str]:  # fmt: skip
    """The application under granian, as `./run` starts the tracker's; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    blocking = ["--blocking-threads", str(threads)] if interface == "wsgi" else []
    command = [
        sys.executable, "-m", "granian", application, *SERVER, "--interface", interface, "--host", "127.0.0.1",
        "--port", str(port), "--workers", str(workers), *blocking, "--workers-kill-timeout", "2", *arguments,
    ]  # fmt: skip
    own = {"DATABASE_POOL_SIZE": "16", "WEB_THREADS": str(threads)} | dict(environment or {})
    with subprocess.Popen(command, env=os.environ | own) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            until(lambda: answers(f"{address}/readyz"), seconds=120)
            yield address
        finally:
            server.terminate()


def answers(url: str) -> bool:
    """Asks for any response, be it a refusal."""
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def load(url: str, *, headers: Sequence[str] = (), script: str = "", seconds: int = SECONDS) -> Load:
    """wrk on the URL; `script` is Lua that makes each request. Warmed up for a second first."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed (Debian: apt-get install wrk): nothing is measured without it.")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as lua:
        lua.write(script)
        lua.flush()
        given = [part for header in headers for part in ("-H", header)] + (["-s", lua.name] if script else [])
        _wrk(url, given, 1)
        return _read(_wrk(url, given, seconds))


def any_day(parameter: str) -> str:
    """wrk's script that adds a day of long ago: other URLs with the same rows, of which none was asked before."""
    return f"""
request = function()
    local day = string.format("%04d-%02d-%02d", math.random(1, 1900), math.random(1, 12), math.random(1, 28))
    local url = wrk.path .. (string.find(wrk.path, "?", 1, true) and "&" or "?")
    return wrk.format("GET", url .. "{parameter}=" .. day)
end
"""


def _wrk(url: str, given: Sequence[str], seconds: int) -> str:
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", *given, url]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _read(output: str) -> Load:
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    return Load(
        rate=float(_find(r"Requests/sec:\s+([\d.]+)", output)[0]),
        p50=_milliseconds(*_find(r"50%\s+([\d.]+)(us|ms|s)", output)),
        p99=_milliseconds(*_find(r"99%\s+([\d.]+)(us|ms|s)", output)),
        answers=int(_find(r"(\d+) requests in", output)[0]),
        failures=int(failed[1]) if failed else 0,
    )


def _find(pattern: str, output: str) -> tuple[str, ...]:
    match = re.search(pattern, output)
    if match is None:
        raise ValueError(f"wrk said nothing of {pattern!r}:\n{output}")
    return match.groups()


def _milliseconds(number: str, unit: str) -> float:
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(columns, *rows, strict=True)]
    print(f"\n{title}\n")
    for row in (columns, ["-" * width for width in widths], *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
