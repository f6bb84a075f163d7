"""The groups of those who may record, import and subscribe."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from relations.ledger.rights import ROLES


def make_groups(app_config: AppConfig, *, using: str, **_: Any) -> None:
    """After `migrate`: gives each group what it may do, where that is new.

    A permission that an administrator took away stays away: only those are given that this `migrate` has made, or all
    where the group itself is new.
    """
    if app_config.label != "relations":
        return
    before = set(_codenames(using))
    # Django makes an app's permissions after this receiver has run; the call does no harm twice.
    create_permissions(app_config, using=using, verbosity=0)
    for role in ROLES:
        group, made = Group.objects.using(using).get_or_create(name=role.group)
        fresh = [name for name in role.codenames() if made or name not in before]
        group.permissions.add(
            *Permission.objects.using(using).filter(content_type__app_label="relations", codename__in=fresh)
        )


def _codenames(using: str) -> Iterable[str]:
    ours = ContentType.objects.using(using).filter(app_label="relations")
    return Permission.objects.using(using).filter(content_type__in=ours).values_list("codename", flat=True)
