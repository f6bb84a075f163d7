"""The group of those who may record, correct and retract."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.contrib.auth import get_permission_codename
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from relations.models import (
    FACT_MODELS,
    ApiToken,
    Citation,
    Country,
    CountryPair,
    Membership,
    SanctionProgramme,
    Source,
    StatusChange,
    StatusPeriod,
    TravelBanList,
)

EDITORS = "Editors"

_WRITE = ("add", "change", "delete", "view")
_ALLOWED: dict[type[Model], tuple[str, ...]] = {
    **dict.fromkeys((*FACT_MODELS, Source, SanctionProgramme, TravelBanList, Citation), _WRITE),
    ApiToken: ("add", "delete", "view"),
    **dict.fromkeys((Country, CountryPair, Membership, StatusChange, StatusPeriod), ("view",)),
}


def make_editors(app_config: AppConfig, *, using: str, **_: Any) -> None:
    """After `migrate`: gives the group Editors what it may do, where that is new.

    A permission that an administrator took away stays away: only those are given that this `migrate` has made, or all
    where the group itself is new.
    """
    if app_config.label != "relations":
        return
    before = set(_codenames(using))
    # Django makes an app's permissions after this receiver has run; the call does no harm twice.
    create_permissions(app_config, using=using, verbosity=0)
    group, made = Group.objects.using(using).get_or_create(name=EDITORS)
    wanted = [get_permission_codename(act, model._meta) for model, acts in _ALLOWED.items() for act in acts]
    fresh = [name for name in wanted if made or name not in before]
    group.permissions.add(
        *Permission.objects.using(using).filter(content_type__app_label="relations", codename__in=fresh)
    )


def _codenames(using: str) -> Iterable[str]:
    ours = ContentType.objects.using(using).filter(app_label="relations")
    return Permission.objects.using(using).filter(content_type__in=ours).values_list("codename", flat=True)
