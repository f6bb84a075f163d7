"""Makes the two files that lie here: a database of this code, and what this code answers from it.

    python -m tests.upgrade.recording           at a release, with the code of the release
    python -m tests.upgrade.recording answers   only the answers, by the code that is here, from the database as it was
                                                dumped: after a change of the API that is meant. Read the differences
                                                that the test shows before

The facts are invented, but for those of the seed article.
"""

from __future__ import annotations

import datetime as dt
import io
import lzma
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import time_machine
from django.core.management import call_command
from django.db import connection

from tests.benchmarks.serving import database
from tests.upgrade.differences import read
from tracker.launcher import embedded

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DUMP, ANSWERS = HERE / "database.sql.xz", HERE / "answers.jsonl.xz"
REFRESHED = "2026-11-26T12:00:00Z"
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "tracker.settings", "TRACKER_ENV": "local", "PUBLIC_URL": "http://127.0.0.1:8000",
    "ALLOWED_HOSTS": "127.0.0.1,testserver",
    # What cursors are signed with, and the secrets of subscriptions in the dump are sealed with.
    "SECRET_KEY": "the key of a database that holds invented facts and guards nothing",
}  # fmt: skip


def main(arguments: list[str]) -> None:
    if arguments == ["answers"]:
        about, _ = read(ANSWERS)
        with restored() as url:
            ask(url, moment=about["moment"], token=about["token"], into=ANSWERS)
        return
    os.environ |= ENVIRONMENT
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRACKER_DATA"] = folder
        with database():
            token = _history()
            tool("pg_dump", "--no-owner", "--no-privileges", "-f", f"{folder}/dump", "-d", os.environ["DATABASE_URL"])
            DUMP.write_bytes(lzma.compress(Path(folder, "dump").read_bytes()))
            tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
            ask(os.environ["DATABASE_URL"], moment=f"{tomorrow}T12:00:00Z", token=token, into=ANSWERS)


def _history() -> str:
    """Acts of every kind; gives the token of the user who did them."""
    django.setup()
    from tests.upgrade.history import history

    return history()


@contextmanager
def restored() -> Iterator[str]:
    """The dumped database on a server of its own, with the newest migrations."""
    with tempfile.TemporaryDirectory() as folder, embedded.server(Path(folder) / "data", throw_away=True) as url:
        load(url, Path(folder))
        os.environ |= ENVIRONMENT | {"DATABASE_URL": url}
        django.setup()
        migrate()
        yield url


def migrate(*stops: str) -> None:
    """Brings the database to each of these migrations and then to the newest ones."""
    for stop in stops:
        call_command("migrate", "relations", stop, verbosity=0)
    call_command("migrate", verbosity=0)
    call_command("migrate", check_unapplied=True, verbosity=0)
    # As `./run` does after a migration that changed what follows from facts.
    # Nothing that is due later may change; and the moment is in cursors, so that those that are recorded stay.
    with time_machine.travel(REFRESHED, tick=False):
        call_command("refresh", stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE relations_countrypair SET last_recorded_at = %s", [REFRESHED])


def load(url: str, folder: Path) -> None:
    """The dumped database as it was, with the migrations of its release."""
    plain = folder / "dump.sql"
    plain.write_bytes(lzma.decompress(DUMP.read_bytes()))
    tool("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", str(plain), "-d", url)


def ask(url: str, *, moment: str, token: str, into: Path, like: Path | None = None) -> None:
    environment = os.environ | ENVIRONMENT | {"DATABASE_URL": url}
    command = [sys.executable, "-m", "tests.upgrade.asking", moment, token, str(into), *([str(like)] if like else [])]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def tool(name: str, *arguments: str) -> None:
    subprocess.run([embedded.installed() / "bin" / name, *arguments], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
