"""The two roles of the embedded server: the owner of everything, and that of the application."""

from pathlib import Path

OWNER = "tracker"
"""The superuser of the cluster, for preparing, backup and restore."""
APP_ROLE = "tracker_app"
"""Owns nothing; `relations/models/grants.py` creates it and grants its rights."""
_OWNERS_VARIABLES = ("DATABASE_OWNER_URL", "DATABASE_APP_")


def app_url(url: str) -> str:
    """The URL of the same database for the application's role."""
    return url.replace(f"//{OWNER}@", f"//{APP_ROLE}@", 1)


def let_in(role: str, cluster: Path) -> None:
    """Lets the account of the cluster connect as this role, which earlier releases did not."""
    path = cluster / "pg_ident.conf"
    known = path.read_text()
    if f" {role}\n" not in known:
        with path.open("a") as opened:
            opened.write(known.replace(f" {OWNER}\n", f" {role}\n"))


def as_app(environment: dict[str, str]) -> dict[str, str]:
    """The environment without the owner's variables."""
    return {name: value for name, value in environment.items() if not name.startswith(_OWNERS_VARIABLES)}


def as_owner(environment: dict[str, str]) -> dict[str, str]:
    """The environment for creating tables and granting rights: as the owner, if that is another role."""
    owner = environment.get("DATABASE_OWNER_URL")
    if not owner:
        return environment
    others = ("DATABASE_URL_FILE", "DATABASE_PASSWORD", "DATABASE_PASSWORD_FILE")
    return {name: value for name, value in environment.items() if name not in others} | {"DATABASE_URL": owner}
