"""Tokens and permissions, asked for at each request that has them: Django would compile each statement again."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import connection

from relations.models import ApiToken

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import Model

_PERMISSIONS = """
    SELECT DISTINCT app_label || '.' || codename
    FROM auth_permission permission JOIN django_content_type type ON type.id = content_type_id
    WHERE permission.id IN (
        SELECT permission_id FROM auth_user_user_permissions WHERE user_id = %s
        UNION ALL
        SELECT permission_id FROM auth_group_permissions JOIN auth_user_groups USING (group_id) WHERE user_id = %s
    )
"""


def token_by_digest(digest: str) -> ApiToken | None:
    """The token with its user, by one query."""
    with connection.cursor() as cursor:
        cursor.execute(_token_statement(), [digest])
        row = cursor.fetchone()
    if row is None:
        return None
    names = _columns(ApiToken)
    token = ApiToken.from_db(connection.alias, names, row[: len(names)])
    token.user = get_user_model().from_db(connection.alias, _columns(get_user_model()), row[len(names) :])
    return token


def load_permissions(user: User) -> None:
    """Gives the user the permissions of its own and of its groups, where `has_perm` looks before it asks, by one query.

    A superuser needs none.
    """
    if user.is_superuser or hasattr(user, "_perm_cache"):
        return
    with connection.cursor() as cursor:
        cursor.execute(_PERMISSIONS, [user.pk, user.pk])
        user._perm_cache = {name for (name,) in cursor.fetchall()}  # type: ignore[attr-defined]  # noqa: SLF001  # Django's


@cache
def _token_statement() -> str:
    rows = ApiToken.objects.select_related("user").filter(digest="").order_by()
    return rows.query.sql_with_params()[0]


@cache
def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
