"""Runs the steps of `Dockerfile` and the services of `docker-compose.yml` without a Docker engine.

    python .ci/containers.py

The image's steps run in a clean folder. There each service's command runs as by compose, on an embedded PostgreSQL,
until all are healthy and then until all have ended. The folder, which is read-only in a container, must not change.
Needs Debian's docker-compose, which reads the compose file.
"""

import contextlib
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runtime import ROOT, Failed, free_ports, run

sys.path.insert(0, str(ROOT))
from tests.waiting import until
from tracker.launcher import embedded

CONNECTED = "SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name = 'tracker'"
TO_BE_HEALTHY, TO_END = 180.0, 60.0  # seconds on a loaded machine
EVERYWHERE = "0.0.0.0"  # noqa: S104  # in a container of its own
VARIABLES = {
    "SECRET_KEY": secrets.token_urlsafe(64),
    "DB_PASSWORD": "unused",
    "DB_APP_PASSWORD": "unused",
    "ALLOWED_HOSTS": "tracker.test",
}
PASSED_ON = ("HOME", "UV_CACHE_DIR", "PIP_CONFIG_FILE", "PIP_INDEX_URL", "PIP_CERT", "UV_DEFAULT_INDEX",
             "SSL_CERT_FILE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")  # fmt: skip


class Image:
    """A folder for /app, one for /data, and the environment and command of the Dockerfile."""

    def __init__(self, place: Path) -> None:
        self.place, self.app = place, place / "app"
        self.stages: dict[str, Path] = {}
        self.environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        self.environment |= {"PATH": f"{python_image(place)}:/usr/bin:/bin", "UV_SYSTEM_CERTS": "1"}
        self.command: list[str] = []
        (place / "data").mkdir()

    def here(self, text: str) -> str:
        return re.sub(r"(?<![\w.])/(app|data)\b", lambda match: str(self.place / match[1]), text)

    def build(self) -> None:
        for word, rest in instructions((ROOT / "Dockerfile").read_text("utf-8")):
            if step := getattr(self, f"step_{word.lower()}", None):
                step(self.here(rest))

    def step_from(self, rest: str) -> None:
        """Renames the folder of the previous stage, so that this one has the same path, as in the image."""
        for name in [name for name, folder in self.stages.items() if folder == self.app]:
            self.stages[name] = self.app.rename(self.place / name)
        self.stages[rest.rpartition(" AS ")[2]] = self.app
        self.app.mkdir()

    def step_copy(self, rest: str) -> None:
        *sources, into = shlex.split(rest)
        if stage := re.fullmatch("--from=(.+)", sources[0]):
            source = self.stages[stage[1]] / Path(sources[1]).relative_to(self.app)
            shutil.copytree(source, self.app / into, symlinks=True)
            return
        let_through = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        for name in sources:
            if f"!{name}" not in let_through:
                raise Failed(f".dockerignore excludes {name}")
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, self.app / into, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(ROOT / name, self.app / into)

    def step_env(self, rest: str) -> None:
        pairs = (pair.split("=", 1) for pair in shlex.split(rest))
        self.environment |= {name: value.replace("$PATH", self.environment["PATH"]) for name, value in pairs}

    def step_run(self, rest: str) -> None:
        if "useradd" in rest:
            return  # accounts are the machine's
        print(f"RUN {' '.join(rest.split())[:100]} …", flush=True)
        self.do(["sh", "-ec", rest], self.environment)

    def step_cmd(self, rest: str) -> None:
        self.command = json.loads(rest)

    def do(self, command: list[str], environment: dict[str, str]) -> None:
        """Runs the command in the folder; its output is part of a failure."""
        done = subprocess.run(command, cwd=self.app, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)  # fmt: skip
        if done.returncode != 0:
            raise Failed(f"{command} ended with status {done.returncode}:\n{done.stdout}")

    def content(self) -> dict[str, tuple[int, int]]:
        files = [path for path in self.app.rglob("*") if not path.is_symlink()]
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def instructions(text: str) -> list[tuple[str, str]]:
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    parts = (line.partition(" ") for line in lines.replace("\\\n", " ").splitlines() if line.strip())
    return [(word, rest.strip()) for word, _, rest in parts]


def python_image(place: Path) -> Path:
    """A Python with a `pip` in its folder, as in the base image."""
    base = place / "base" / "bin"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", base.parent], check=True)
    pip = base / "pip"
    of_the_base = shlex.join([sys.executable, "-m", "pip", "--python", str(base / "python")])
    pip.write_text(f'#!/bin/sh\nexec {of_the_base} "$@"\n')
    pip.chmod(0o755)
    return base


def services() -> dict[str, Any]:
    """The services of the compose file, with its variables, without which it must fail."""
    config = ["docker-compose", "--project-directory", str(ROOT), "config"]
    bare = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    refused = subprocess.run([*config, "-q"], env=bare, capture_output=True, text=True, check=False)
    if refused.returncode == 0 or "is not set" not in refused.stderr:
        raise Failed(f"the compose file has a default for a secret: {refused.stderr}")
    output = subprocess.run([*config, "--format", "json"], env=bare | VARIABLES, stdout=subprocess.PIPE, check=True)
    return {name: service for name, service in json.loads(output.stdout)["services"].items() if name != "db"}


@contextlib.contextmanager
def started(command: list[str], image: Image, environment: dict[str, str]) -> Iterator[None]:
    """Runs the command and ends it by SIGTERM, as compose does; it must end in time."""
    running = subprocess.Popen(command, cwd=image.app, env=environment, stdin=subprocess.DEVNULL)
    try:
        yield
        running.terminate()
        if (status := running.wait(TO_END)) not in (0, -signal.SIGTERM):
            raise Failed(f"{command} ended with status {status}")
    finally:
        running.kill()
        running.wait()


def becomes_healthy(name: str, test: list[str], image: Image, environment: dict[str, str]) -> None:
    complaint = ""

    def is_healthy() -> bool:
        nonlocal complaint
        looked = subprocess.run(test, cwd=image.app, env=environment, capture_output=True, text=True, check=False)
        complaint = looked.stderr
        return looked.returncode == 0

    try:
        until(is_healthy, seconds=TO_BE_HEALTHY)
    except AssertionError:
        raise Failed(f"{name} does not become healthy: {complaint}") from None
    print(f"{name} is healthy", flush=True)


def prove(place: Path) -> None:
    wanted, image, port = services(), Image(place), str(free_ports(1)[0])
    image.build()
    built = image.content()
    with contextlib.ExitStack() as running:
        url = running.enter_context(embedded.server(place / "database"))

        def environment_of(name: str) -> dict[str, str]:
            """The environment of the compose file with the embedded server."""
            variables = wanted[name]["environment"]
            role, at = re.match(r"postgresql://(\w+)@db/", variables["DATABASE_URL"]), url.partition("@")[2]
            return image.environment | variables | {"DATABASE_URL": f"postgresql://{role[1] if role else ''}@{at}"}

        print("migrate", flush=True)
        image.do(wanted["migrate"]["command"], environment_of("migrate"))
        for name in wanted.keys() - {"migrate"}:
            command = wanted[name].get("command") or image.command
            here = [{"8000": port, EVERYWHERE: "127.0.0.1"}.get(part, part) for part in command]
            running.enter_context(started(here, image, environment_of(name)))
        for name in wanted.keys() - {"migrate"}:
            _, *test = wanted[name]["healthcheck"]["test"]
            here = [part.replace(":8000/", f":{port}/") for part in test]
            becomes_healthy(name, here, image, environment_of(name))
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/relations/BY-US/",
            headers={"Host": "tracker.test", "X-Forwarded-Proto": "https"},
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=60) as answer:
            json.load(answer)
        connected = set(
            subprocess.run(
                [embedded.installed() / "bin" / "psql", "-XAtc", CONNECTED, url],
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            ).stdout.split()
        )
        if connected != {"tracker_app"}:
            raise Failed(f"the services are connected as {sorted(connected)}")
    if image.content() != built:
        raise Failed(f"written to: {sorted(dict(image.content().items() ^ built.items()))}")


def main() -> int:
    if not shutil.which("docker-compose"):
        print("skipped: docker-compose is not on this machine")
        return 0
    return run(prove)


if __name__ == "__main__":
    sys.exit(main())
