"""The two roles of the embedded server: one owns everything, the application connects as the other."""

from pathlib import Path

OWNER = "tracker"
"""Made the cluster, a superuser: for preparing, backup and restore."""
APP_ROLE = "tracker_app"
"""Owns nothing; `relations/models/grants.py` makes it and says what it may do."""
_OWNERS_VARIABLES = ("DATABASE_OWNER_URL", "DATABASE_APP_")


def app_url(url: str) -> str:
    """The same server as the application's role."""
    return url.replace(f"//{OWNER}@", f"//{APP_ROLE}@", 1)


def let_in(role: str, cluster: Path) -> None:
    """The account that made the cluster comes in as this role, too; earlier releases let it in as the owner alone."""
    path = cluster / "pg_ident.conf"
    known = path.read_text()
    if f" {role}\n" not in known:
        with path.open("a") as opened:
            opened.write(known.replace(f" {OWNER}\n", f" {role}\n"))


def as_app(environment: dict[str, str]) -> dict[str, str]:
    """What the application itself need not know."""
    return {name: value for name, value in environment.items() if not name.startswith(_OWNERS_VARIABLES)}


def as_owner(environment: dict[str, str]) -> dict[str, str]:
    """For what makes tables and gives rights: as the owner, where that is another role than the application's."""
    owner = environment.get("DATABASE_OWNER_URL")
    if not owner:
        return environment
    others = ("DATABASE_URL_FILE", "DATABASE_PASSWORD", "DATABASE_PASSWORD_FILE")
    return {name: value for name, value in environment.items() if name not in others} | {"DATABASE_URL": owner}
