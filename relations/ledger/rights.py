"""Rights to write: Django's own permissions, by way of groups that `migrate` makes.

One rule for sessions, tokens, forms and commands. The scope of a token only ever takes something away: a token gives
the lesser of its scopes and its user's permissions, at every request.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.auth import get_permission_codename
from django.db.models import Model

from relations.codes import TokenScope
from relations.models import (
    FACT_MODELS,
    ApiToken,
    Citation,
    Confirmation,
    Country,
    CountryPair,
    Delivery,
    ImportRun,
    Membership,
    Regime,
    SanctionProgramme,
    Source,
    StatusChange,
    StatusPeriod,
    Subscription,
    TravelBanList,
)
from relations.queries.credentials import load_permissions

if TYPE_CHECKING:
    from django.contrib.auth.models import User

type Allowed = Mapping[type[Model], Collection[str]]

_WRITE = ("add", "change", "delete", "view")
_VIEW = ("view",)


@dataclass(frozen=True, kw_only=True)
class Role:
    """A group, the permissions of its members, and the scope with which their tokens use them."""

    group: str
    scope: TokenScope
    does: str
    """Completes a sentence after "may": `record facts`."""
    writes: Allowed
    """The permissions that the scope opens to a token; any one of them makes a use for it."""
    others: Allowed = field(default_factory=dict)
    """Further permissions, for the admin alone."""

    def codenames(self) -> list[str]:
        return [*_codenames(self.writes), *_codenames(self.others)]

    def is_open_to(self, user: User) -> bool:
        """True if the user may do any of it; at most one query for all roles of one `user`."""
        wanted = (name for name in _codenames(self.writes) if not name.startswith("view_"))
        return any(not missing_right(user, f"relations.{name}") for name in wanted)


EDITORS = Role(
    group="Editors", scope=TokenScope.EDIT, does="record facts",
    writes={
        **dict.fromkeys((*FACT_MODELS, Source, Regime, SanctionProgramme, TravelBanList), _WRITE),
        Confirmation: ("add", "view"),
    },
    others={
        Citation: _WRITE, ApiToken: ("add", "delete", "view"),
        **dict.fromkeys((Country, CountryPair, Membership, StatusChange, StatusPeriod), _VIEW),
    },
)  # fmt: skip
IMPORTERS = Role(
    group="Importers", scope=TokenScope.EDIT, does="import official lists", writes={ImportRun: ("add", "view")}
)
SUBSCRIBERS = Role(
    group="Subscribers", scope=TokenScope.WEBHOOKS, does="make and change webhooks",
    writes={Subscription: _WRITE}, others={Delivery: _VIEW},
)  # fmt: skip
ROLES = (EDITORS, IMPORTERS, SUBSCRIBERS)


def missing_right(user: User, permission: str) -> str:
    """Names the first thing that the user lacks to write with this permission; empty if nothing is missing."""
    if not user.is_active:
        return "an active account"
    if not user.is_staff:
        return "staff status"
    load_permissions(user)
    return "" if user.has_perm(permission) else f"the permission {permission!r}"


def roles_of(scopes: Collection[str]) -> list[Role]:
    """Roles whose permissions a token with these scopes can use."""
    return [role for role in ROLES if role.scope in scopes]


def useless_scopes(user: User, scopes: Iterable[str]) -> Iterator[tuple[str, list[Role]]]:
    """The scopes with which a token of the user could do nothing, each with the roles of which one is needed."""
    for scope in scopes:
        roles = roles_of([scope])
        if roles and not any(role.is_open_to(user) for role in roles):
            yield scope, roles


def _codenames(allowed: Allowed) -> list[str]:
    return [get_permission_codename(act, model._meta) for model, acts in allowed.items() for act in acts]
