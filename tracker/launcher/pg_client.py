"""PostgreSQL's own `pg_dump` and `pg_restore` on the database of the settings."""

import os
import re
import shutil
import subprocess
from typing import Any

from django.db import connection
from psycopg.conninfo import make_conninfo

from tracker.launcher import embedded
from tracker.launcher.orphans import die_with_parent

_OF_DJANGO = ("application_name", "server_side_binding", "pool")
_ON_THIS_MACHINE = ("", "localhost", "127.0.0.1", "::1")


class ToolFailed(RuntimeError):
    """A program of PostgreSQL's is not there, or ended with an error."""


def run_tool(name: str, *arguments: str) -> None:
    """Runs it to its end, on the settings' database; `ToolFailed` with what it said first of an error."""
    environment = os.environ | {"PGPASSWORD": connection.settings_dict["PASSWORD"]}
    if not environment["PGPASSWORD"]:
        del environment["PGPASSWORD"]  # libpq looks into its password file
    done = subprocess.run(
        [tool(name), "--no-password", f"--dbname={conninfo()}", *arguments], env=environment,
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace", check=False,
        preexec_fn=die_with_parent,
    )  # fmt: skip
    if done.returncode != 0:
        said = done.stderr.splitlines()
        raise ToolFailed(next((line for line in said if "error" in line), f"{name} ended: {' '.join(said)[:500]}"))


def conninfo() -> str:
    """Without the password: everybody may read a list of processes."""
    told = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "host": "HOST", "port": "PORT"}
    parts: dict[str, Any] = {name: told[key] or None for name, key in names.items()}
    return make_conninfo(**parts, **{name: value for name, value in told["OPTIONS"].items() if name not in _OF_DJANGO})


def tool(name: str) -> str:
    """At least as new as the server. The wheel's speaks no TLS: beyond this machine it is not used."""
    host, major = connection.settings_dict["HOST"], server_major()
    near = host in _ON_THIS_MACHINE or host.startswith(("/", "@"))
    for candidate in (*([wheel_s(name)] if near else []), shutil.which(name)):
        if candidate and major_of(candidate) >= major:
            return candidate
    raise ToolFailed(f"{name} of PostgreSQL {major} or newer is not on PATH (Debian: postgresql-client-{major}).")


def wheel_s(name: str) -> str | None:
    try:
        return str(embedded.installed() / "bin" / name)
    except embedded.CannotStart:
        return None


def major_of(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)(\.|devel|beta|rc)", said)
    return int(found[1]) if found else 0


def server_major() -> int:
    connection.ensure_connection()
    return int(connection.connection.info.server_version) // 10000
