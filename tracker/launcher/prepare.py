"""Prepares the database and the static files for serving; idempotent, also when run twice at a time.

Prints the first editor's password, once.
"""

import contextlib
import hashlib
import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import OperationalError, connection

from tracker.launcher.file_locks import locked


def main(*arguments: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    if "--if-empty" in arguments and connection.introspection.table_names():
        return
    with ThreadPoolExecutor() as pool, prepare_lock():
        # Packing files takes about as long as migrating, and is independent of it.
        static = pool.submit(collect_static_files)
        call_command("migrate", verbosity=0, interactive=False)
        load_fixtures()
        make_first_editor()
        static.result()
    # The role with rights; empty where one role does everything, and in earlier releases.
    (settings.TRACKER_DATA / "prepared").write_text(settings.DATABASE_APP_ROLE)


@contextlib.contextmanager
def prepare_lock() -> Iterator[None]:
    """Locks out other starts on the same database, by a connection of its own, since loaddata closes Django's."""
    from relations.queries.advisory_locks import AdvisoryLock  # needs the apps

    with contextlib.closing(connection.copy()) as own, own.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [AdvisoryLock.PREPARATION])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [AdvisoryLock.PREPARATION])


def load_fixtures() -> None:
    """Loads the fixtures into a new database, and again when the files have changed."""
    fixtures = sorted((settings.ROOT / "fixtures").glob("*.json"))
    stamp, digest = settings.TRACKER_DATA / "fixtures.stamp", digest_of(fixtures)
    if not fixtures or (apps.get_model("relations", "Country").objects.exists() and is_stamped(stamp, digest)):
        return
    call_command("loaddata", *fixtures, verbosity=0)
    stamp.write_text(digest)


def make_first_editor() -> None:
    users = get_user_model().objects
    if users.filter(is_superuser=True).exists():
        return
    password = secrets.token_urlsafe(12)
    users.create_superuser("editor", password=password)
    print(
        f"\n  First editor: user `editor`, password `{password}`"
        "\n  (shown this once; change it at /admin/password_change/)",
        flush=True,
    )


def collect_static_files() -> None:
    """Collects static files, which takes seconds, only when packages or our own files have changed.

    The stamp is in the folder above theirs, which several data folders may share.
    """
    root = settings.STATIC_ROOT
    root.parent.mkdir(parents=True, exist_ok=True)
    ours = sorted(path for path in settings.ROOT.glob("relations/**/static/**/*") if path.is_file())
    digest = digest_of([settings.ROOT / "requirements.lock", *ours])
    stamp = root.with_name(f"{root.name}.stamp")
    with locked(root.with_name(f"{root.name}.lock")):
        if root.is_dir() and is_stamped(stamp, digest):
            return
        # Neither ReDoc nor DRF's browsable API is served, nor what the admin uses with DEBUG alone. As in Dockerfile.
        unused = ["redoc", "rest_framework", "jquery.js", "xregexp.js", "select2.full.js"]
        call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=unused)
        stamp.write_text(digest)


def digest_of(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def is_stamped(stamp: Path, digest: str) -> bool:
    return stamp.exists() and stamp.read_text() == digest


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except OperationalError as error:
        sys.exit(f"The database cannot be used: {error}")
