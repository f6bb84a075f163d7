"""Makes the two files that lie here: a database of this code, and what this code answers from it.

    python -m tests.upgrade.recording           at a release, with the code of the release
    python -m tests.upgrade.recording answers   only the answers, by the code that is here, from the database as it was
                                                dumped: after a change of the API that is meant. Read the differences
                                                that the test shows before

The facts are invented, but for those of the seed article.
"""

from __future__ import annotations

import datetime as dt
import lzma
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
_IN_PARTS = """
import sys
import django
from django.core.management import call_command
django.setup()
for stop in sys.argv[1:]:
    call_command("migrate", "relations", stop, verbosity=0)
call_command("migrate", verbosity=0)
call_command("migrate", check_unapplied=True, verbosity=0)
# As `./run` does after a migration that changed what follows from facts.
call_command("refresh")
"""


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
    import django

    django.setup()
    from tests.upgrade.history import history

    return history()


@contextmanager
def restored(*stops: str) -> Iterator[str]:
    """The dumped database on a server of its own, brought to each of these migrations and then to the newest ones."""
    with tempfile.TemporaryDirectory() as folder, embedded.server(Path(folder) / "data", throw_away=True) as url:
        restore(url, Path(folder), *stops)
        yield url


def restore(url: str, folder: Path, *stops: str) -> None:
    load(url, folder)
    run(url, "-c", _IN_PARTS, *stops, quiet=True)
    # The moment of the refresh is in cursors; those that are recorded are to stay.
    tool("psql", "-qX", "-c", f"UPDATE relations_countrypair SET last_recorded_at = '{REFRESHED}'", "-d", url)


def load(url: str, folder: Path) -> None:
    """The dumped database as it was, with the migrations of its release."""
    plain = folder / "dump.sql"
    plain.write_bytes(lzma.decompress(DUMP.read_bytes()))
    tool("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", str(plain), "-d", url)


def ask(url: str, *, moment: str, token: str, into: Path, like: Path | None = None) -> None:
    run(url, "-m", "tests.upgrade.asking", moment, token, str(into), *([str(like)] if like else []))


def run(url: str, *arguments: str, quiet: bool = False) -> None:
    environment = os.environ | ENVIRONMENT | {"DATABASE_URL": url}
    stdout = subprocess.DEVNULL if quiet else None
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, stdout=stdout)


def tool(name: str, *arguments: str) -> None:
    subprocess.run([embedded.installed() / "bin" / name, *arguments], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
