"""Parsers of environment variables for `tracker.settings`. Each names the variable in its error."""

import os
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from tracker.connections import check


def text(name: str, default: str = "") -> str:
    """`NAME`, or the content of the file `NAME_FILE`, as containers pass secrets."""
    if file := os.environ.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(name) or default


def items(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def flag(name: str, *, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in {"0", "1", "false", "true", "no", "yes"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes"}


def choice(name: str, default: str, *words: str) -> str:
    """One of the words."""
    value = text(name, default)
    if value not in words:
        raise ImproperlyConfigured(f"{name} must be {', '.join(words[:-1])} or {words[-1]}, not {value!r}.")
    return value


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def url(name: str) -> str:
    """A URL without its last slash; empty where it is not set."""
    value = text(name).rstrip("/")
    if value and not re.fullmatch(r"https?://[^/?#\s@]+(/[^?#\s]*)?", value):
        raise ImproperlyConfigured(f"{name} must look like https://tracker.example.org, not {value!r}.")
    return value


def rate(name: str, default: str) -> str:
    value = text(name, default)
    if value and not re.fullmatch(r"[1-9]\d{0,8}/(second|minute|hour|day)", value):
        raise ImproperlyConfigured(f"{name} must look like 600/minute, not {value!r}.")
    return value


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    try:
        return [ip_network(network) for network in items(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be networks like 10.1.0.0/16, separated by commas: {error}.") from None


def ports(name: str, default: str) -> list[int]:
    """Port numbers; empty for `*`, every port."""
    numbers = items(name, default)
    if numbers == ["*"]:
        return []
    if not all(port.isascii() and port.isdigit() and 0 < int(port) < 65536 for port in numbers):
        raise ImproperlyConfigured(f"{name} must be * or port numbers separated by commas.")
    return [int(port) for port in numbers]


def fernet_keys(name: str) -> list[str]:
    keys = items(name)
    try:
        usable = all(len(urlsafe_b64decode(key)) == 32 for key in keys)
    except ValueError:
        usable = False
    if not usable:
        raise ImproperlyConfigured(
            f"{name} must be Fernet keys separated by commas. Make one with: "
            "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
        )
    return keys


def database(conninfo: str, *, password: str, pool_size: int, session: Mapping[str, int]) -> dict[str, Any]:
    """Django's settings for a libpq URL or key-value string, with Unix sockets and TLS options.

    `session` are PostgreSQL's settings of each connection; `options` in the URL override them.
    """
    try:
        parts = conninfo_to_dict(conninfo)
    except ProgrammingError:
        # libpq's own message contains the URL and its password.
        raise ImproperlyConfigured("DATABASE_URL is not a PostgreSQL URL or connection string.") from None
    settings = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", None) or "tracker",
        "USER": parts.pop("user", None) or "",
        "PASSWORD": password or parts.pop("password", None) or "",
        "HOST": parts.pop("host", None) or "",
        "PORT": str(parts.pop("port", None) or ""),
        "CONN_HEALTH_CHECKS": True,
    }
    parts.pop("password", None)
    options: dict[str, Any] = {"application_name": "tracker", "server_side_binding": False, **parts}
    if session:
        limits = " ".join(f"-c {name}={value}" for name, value in session.items())
        options["options"] = f"{limits} {parts.get('options') or ''}".strip()
    # Only for many threads: a command has one, and tests drop databases, which open connections prevent.
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10, "check": check}
    return settings | {"OPTIONS": options}
