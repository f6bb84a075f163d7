"""Readers of environment variables, for `tracker.settings` alone: each refuses by name what means nothing."""

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


def env(name: str, default: str = "") -> str:
    """`NAME`, or the content of the file that `NAME_FILE` names: how containers hand over secrets."""
    if file := os.environ.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(name) or default


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


def env_bool(name: str, *, default: bool) -> bool:
    text = env(name, "1" if default else "0").lower()
    if text not in {"0", "1", "false", "true", "no", "yes"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {text!r}.")
    return text in {"1", "true", "yes"}


def env_int(name: str, default: int) -> int:
    text = env(name, str(default))
    try:
        return int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.") from None


def env_url(name: str) -> str:
    """Without the slash at its end; empty where it is not set."""
    text = env(name).rstrip("/")
    if text and not re.fullmatch(r"https?://[^/?#\s@]+(/[^?#\s]*)?", text):
        raise ImproperlyConfigured(f"{name} must look like https://tracker.example.org, not {text!r}.")
    return text


def env_limit(name: str, default: str) -> str:
    text = env(name, default)
    if text and not re.fullmatch(r"[1-9]\d{0,8}/(second|minute|hour|day)", text):
        raise ImproperlyConfigured(f"{name} must look like 600/minute, not {text!r}.")
    return text


def env_networks(name: str) -> list[IPv4Network | IPv6Network]:
    try:
        return [ip_network(network) for network in env_list(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be networks like 10.1.0.0/16, separated by commas: {error}.") from None


def env_ports(name: str, default: str) -> list[int]:
    """An empty list for `*`: every port."""
    ports = env_list(name, default)
    if ports == ["*"]:
        return []
    if not all(port.isascii() and port.isdigit() and 0 < int(port) < 65536 for port in ports):
        raise ImproperlyConfigured(f"{name} must be * or port numbers separated by commas.")
    return [int(port) for port in ports]


def env_fernet_keys(name: str) -> list[str]:
    keys = env_list(name)
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
    """Django's settings for a libpq URL or key-value string, Unix socket folders and TLS options included.

    `session` are PostgreSQL's settings of each connection; what the URL itself says in `options` wins.
    """
    try:
        parts = conninfo_to_dict(conninfo)
    except ProgrammingError:
        # libpq's own message repeats the URL, and the password with it.
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
    # A pool lets threads share what they need; a command has one thread and no use for it, and tests drop databases,
    # which a pool would hold open.
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10, "check": check}
    return settings | {"OPTIONS": options}
