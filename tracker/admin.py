"""Django's admin, whose pages are loaded where they are served or checked: workers and commands need none of them."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks
from django.db.models.signals import post_migrate


class AdminConfig(SimpleAdminConfig):
    """Comes before the app of permissions, whose receiver of the signal has to run after the one of groups."""

    def ready(self) -> None:
        from relations.ledger.groups import make_groups  # needs the apps

        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(check_pages, checks.Tags.admin)
        post_migrate.connect(make_groups, dispatch_uid="groups")


def check_pages(app_configs: Sequence[AppConfig] | None, **more: Any) -> Sequence[checks.CheckMessage]:
    """Checks every page: without loading them first, only those that another check happened to load."""
    autodiscover()
    return check_admin_app(app_configs, **more)
