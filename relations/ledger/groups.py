"""Groups whose members may record, import and subscribe."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions, rename_permissions_after_model_rename
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from relations.ledger.rights import ROLES


def make_groups(app_config: AppConfig, *, using: str, plan: Any = None, **_: Any) -> None:
    """Gives each group its new permissions after `migrate`: all of them where the group itself is new.

    So a permission that an administrator removed is not added again.
    """
    if app_config.label != "relations":
        return
    # Django renames and creates an app's permissions after this receiver has run, and refuses to rename one whose new
    # name exists. Both calls are idempotent.
    rename_permissions_after_model_rename(app_config, using=using, plan=plan, verbosity=0)
    before = set(_codenames(using))
    create_permissions(app_config, using=using, verbosity=0)
    for role in ROLES:
        group, is_new = Group.objects.using(using).get_or_create(name=role.group)
        codenames = [name for name in role.codenames() if is_new or name not in before]
        group.permissions.add(
            *Permission.objects.using(using).filter(content_type__app_label="relations", codename__in=codenames)
        )


def _codenames(using: str) -> Iterable[str]:
    types = ContentType.objects.using(using).filter(app_label="relations")
    return Permission.objects.using(using).filter(content_type__in=types).values_list("codename", flat=True)
