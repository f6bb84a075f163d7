"""`./run backup FILE` and `./run restore FILE`: the whole tracker in one file.

The file is a tar: `database.dump` (pg_dump's custom format), `archive/…` (publications), `secret_key` and
`fixtures.stamp` where the data folder has them, `manifest.json`, and last `SHA256SUMS`, which names all of them.
"""

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import shutil
import signal
import sys
import tarfile
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import django
from django.conf import settings
from django.core.management import call_command
from django.db import Error, OperationalError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from tracker.launcher.pg_client import ToolFailed, run_tool
from tracker.launcher.prepare import prepare_lock

FORMAT = 1
DUMP, MANIFEST, SUMS = "database.dump", "manifest.json", "SHA256SUMS"
DATA_FILES = ("secret_key", "fixtures.stamp")  # of TRACKER_DATA
MEMBER = re.compile(
    rf"{re.escape(DUMP)}|{re.escape(MANIFEST)}|{SUMS}|secret_key|fixtures\.stamp"
    r"|archive/([0-9a-f]{2})/\1[0-9a-f]{62}\.gz"
)
_PREFIX = ".tracker-backup-"
_STALE = 24 * 3600
"""Seconds after which a temporary folder is that of a killed backup or restore."""

_APPLIED = "SELECT app || '.' || name FROM django_migrations ORDER BY id"
_HEAD = "SELECT coalesce(max(id), 0) FROM relations_statuschange"
_NOT_EMPTY = """
    SELECT oid::regclass::text FROM pg_class AS thing
    WHERE relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
        AND relnamespace::regnamespace::text !~ '^pg_'
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = thing.oid AND deptype = 'e')
    LIMIT 1
"""


class Unusable(RuntimeError):
    """One line with the error and the remedy."""


def main(command: str, file: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    {"backup": back_up, "restore": restore}[command](file)


@contextlib.contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """A temporary folder on the same file system; also removes those of killed processes."""
    for stale in folder.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if stale.stat().st_mtime < time.time() - _STALE:
                shutil.rmtree(stale)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=folder) as place:
        yield Path(place)


# --- backup ---------------------------------------------------------------------------------------------------------


def back_up(file: Path) -> None:
    """Writes a temporary file and links it at the end, so that a file of this name is whole."""
    if file.exists():
        raise Unusable(f"{file} exists already. Name another file.")
    if not file.parent.is_dir():
        raise Unusable(f"There is no folder {file.parent}.")
    with workplace(file.parent) as place:
        manifest = dump(place / DUMP)
        (place / MANIFEST).write_text(json.dumps(manifest, indent=1))
        whole = place / "whole"
        publications = pack(whole, place)
        try:
            os.link(whole, file)
        except FileExistsError:
            raise Unusable(f"{file} exists already. Name another file.") from None
    sync_folder(file.parent)
    print(f"{file}: {file.stat().st_size:,} bytes, {publications} publications, the log up to {manifest['log_head']}.")
    if not (settings.TRACKER_DATA / "secret_key").exists():
        print("The secret key is not in it, since it comes from SECRET_KEY. Back that up as well.", file=sys.stderr)


def dump(into: Path) -> dict[str, Any]:
    """Dumps one snapshot and returns its manifest."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if "django_migrations" not in connection.introspection.table_names(cursor):
            raise Unusable("There is nothing to back up: the database is empty.")
        cursor.execute(_APPLIED)
        migrations = [name for (name,) in cursor.fetchall()]
        cursor.execute(_HEAD)
        head = cursor.fetchone()[0]
        cursor.execute("SELECT pg_export_snapshot()")
        run_tool("pg_dump", "--format=custom", f"--snapshot={cursor.fetchone()[0]}", f"--file={into}")
    project = tomllib.loads((settings.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {
        "format": FORMAT, "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "tracker": project["version"], "postgresql": server_version(), "log_head": head, "migrations": migrations,
    }  # fmt: skip


def pack(whole: Path, place: Path) -> int:
    """Writes the tar and returns the number of publications, which the dump, made before, all names."""
    archive = settings.TRACKER_DATA / "archive"
    publications, sums = 0, []
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        with tarfile.open(fileobj=opened, mode="w") as tar:
            sums.append(add(tar, DUMP, place / DUMP))
            for path in sorted(archive.glob("*/*.gz")):
                with contextlib.suppress(FileNotFoundError):  # deleted just now, as too old
                    sums.append(add(tar, path.relative_to(settings.TRACKER_DATA).as_posix(), path))
                    publications += 1
            sums += [add(tar, name, path) for name in DATA_FILES if (path := settings.TRACKER_DATA / name).exists()]
            sums.append(add(tar, MANIFEST, place / MANIFEST))
            (place / SUMS).write_text("".join(sums))
            add(tar, SUMS, place / SUMS)
        opened.flush()
        os.fsync(opened.fileno())
    return publications


def add(tar: tarfile.TarFile, name: str, path: Path) -> str:
    """Adds a file and returns its line for SHA256SUMS."""
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
        member = tarfile.TarInfo(name)
        member.mode, member.size, member.mtime = 0o600, opened.tell(), int(time.time())
        opened.seek(0)
        tar.addfile(member, opened)
    return f"{digest}  {name}\n"


def sync_folder(folder: Path) -> None:
    """Writes the folder, and so the names of its files, to the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


# --- restore --------------------------------------------------------------------------------------------------------


def restore(file: Path) -> None:
    """Restores into an empty database and data folder. Killed halfway, it leaves the database empty; run it again."""
    with workplace(settings.TRACKER_DATA) as place:
        unpack(file, place)
        manifest = checked(file, place)
        with prepare_lock():
            check_database(file, manifest)
            check_folder(file, place)
            # The database last: once it is filled, everything is restored.
            for path in (
                *place.glob("archive/*/*.gz"),
                *(place / name for name in DATA_FILES if (place / name).exists()),
            ):
                target = settings.TRACKER_DATA / path.relative_to(place)
                target.parent.mkdir(parents=True, exist_ok=True)
                path.replace(target)
            run_tool("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
                     str(place / DUMP))  # fmt: skip
    call_command("migrate", verbosity=0, interactive=False)
    print(f"{file} of {manifest['made_at']} is restored, the log up to {manifest['log_head']}. Start it with ./run.")


def unpack(file: Path, place: Path) -> None:
    """Extracts the members of a backup and refuses any other; `checked` verifies their content."""
    if not file.is_file():
        raise Unusable(f"There is no file {file}.")
    try:
        with tarfile.open(file, mode="r:") as tar:
            members = tar.getmembers()
            names = [member.name for member in members]
            for member in members:
                if not MEMBER.fullmatch(member.name) or not member.isreg() or member.issparse():
                    refuse_foreign(file, f"it contains {member.name[:80]!r}")
            if len(set(names)) < len(names):
                refuse_foreign(file, "it contains one file twice")
            if names[-1:] != [SUMS]:
                raise Unusable(f"{file} is cut short: its end is missing. Take another backup.")
            tar.extractall(place, filter="data")
    except (tarfile.TarError, EOFError) as error:
        raise Unusable(f"{file} is not a backup of the tracker, or is cut short: {error}.") from None


def refuse_foreign(file: Path, why: str) -> NoReturn:
    raise Unusable(f"{file} is not a backup of the tracker: {why}.")


def checked(file: Path, place: Path) -> dict[str, Any]:
    """The manifest. Refuses files that do not match SHA256SUMS, and backups of a newer tracker."""
    lines = re.findall(r"^([0-9a-f]{64})  (.+)$", (place / SUMS).read_text(errors="replace"), re.MULTILINE)
    sums = {name: digest for digest, name in lines}
    names = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()} - {SUMS}
    if names != sums.keys() or not {DUMP, MANIFEST} <= names:
        raise Unusable(f"{file} was altered: its files are not those that its {SUMS} names. Take another backup.")
    for name, digest in sums.items():
        with (place / name).open("rb") as opened:
            if hashlib.file_digest(opened, "sha256").hexdigest() != digest:
                raise Unusable(f"{file} was altered: {name} is not what was written. Take another backup.")
    manifest: dict[str, Any] = json.loads((place / MANIFEST).read_text())
    if manifest["format"] > FORMAT:
        raise Unusable(f"{file} was made by a newer tracker (format {manifest['format']}). Update this one first.")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := [name for name in manifest["migrations"] if name not in known]:
        raise Unusable(f"{file} was made by a newer tracker (migration {unknown[-1]}). Update this one first.")
    return manifest


def check_database(file: Path, manifest: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_NOT_EMPTY)
        if relation := cursor.fetchone():
            raise Unusable(f"The database is not empty: it has {relation[0]}. Restore into an empty one.")
    theirs, ours = (int(version.partition(".")[0]) for version in (manifest["postgresql"], server_version()))
    if theirs > ours:
        raise Unusable(f"{file} is of PostgreSQL {theirs}, which cannot be restored into PostgreSQL {ours}.")


def check_folder(file: Path, place: Path) -> None:
    """Refuses files that differ from the backup's; equal ones are those of a failed restore."""
    folder: Path = settings.TRACKER_DATA
    for path in (*sorted(folder.glob("archive/*/*.gz")), folder / "secret_key"):
        restored = place / path.relative_to(folder)
        if path.exists() and not (restored.exists() and restored.read_bytes() == path.read_bytes()):
            if path.name == "secret_key" and not restored.exists():
                continue  # the backup was made with a key of the environment
            raise Unusable(f"{path} is not the one of {file}. Move it away, or restore into another TRACKER_DATA.")


def server_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0]).partition(" ")[0]


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in {"backup", "restore"}:
        sys.exit("Usage: ./run backup FILE, or ./run restore FILE")
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # cleans up
    try:
        main(sys.argv[1], Path(os.environ.get("CALLED_FROM", "."), sys.argv[2]))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    except OperationalError as error:
        sys.exit(f"The database cannot be used: {error}")
    except (Unusable, ToolFailed, Error, OSError) as reason:
        sys.exit(str(reason))
