"""Runs `pg_dump` and `pg_restore` on the database of the settings."""

import os
import re
import shutil
import subprocess

from django.db import connection
from psycopg.conninfo import make_conninfo

from tracker.launcher import embedded
from tracker.launcher.orphans import die_with_parent

_OF_DJANGO = ("application_name", "client_encoding", "context", "cursor_factory", "password", "prepare_threshold")
_ON_THIS_MACHINE = ("", "localhost", "127.0.0.1", "::1")


class ToolFailed(RuntimeError):
    """A program of PostgreSQL is missing or failed."""


def run_tool(name: str, *arguments: str) -> None:
    """Runs the program to its end. Raises `ToolFailed` with its first error."""
    environment = os.environ | {"PGPASSWORD": connection.settings_dict["PASSWORD"]}
    if not environment["PGPASSWORD"]:
        del environment["PGPASSWORD"]  # libpq reads its password file
    done = subprocess.run(
        [tool(name), "--no-password", f"--dbname={conninfo()}", *arguments], env=environment,
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace", check=False,
        preexec_fn=die_with_parent,
    )  # fmt: skip
    if done.returncode != 0:
        lines = done.stderr.splitlines()
        raise ToolFailed(next((line for line in lines if "error" in line), f"{name} failed: {' '.join(lines)[:500]}"))


def conninfo() -> str:
    """The connection string without the password, which a list of processes would show."""
    params = connection.get_connection_params()
    return make_conninfo(**{name: value for name, value in params.items() if name not in _OF_DJANGO})


def tool(name: str) -> str:
    """The program in a version not older than the server. The wheel's has no TLS, so it is for this machine only."""
    host, major = connection.settings_dict["HOST"], server_major()
    is_local = host in _ON_THIS_MACHINE or host.startswith(("/", "@"))
    for candidate in (wheel_s(name) if is_local else None, shutil.which(name)):
        if candidate and major_of(candidate) >= major:
            return candidate
    raise ToolFailed(f"{name} of PostgreSQL {major} or newer is not on PATH (Debian: postgresql-client-{major}).")


def wheel_s(name: str) -> str | None:
    try:
        return str(embedded.installed() / "bin" / name)
    except embedded.CannotStart:
        return None


def major_of(program: str) -> int:
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"(\d+)(\.|devel|beta|rc)", version)
    return int(match[1]) if match else 0


def server_major() -> int:
    connection.ensure_connection()
    return int(connection.connection.info.server_version) // 10000
