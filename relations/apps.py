"""The domain: facts, statuses, changes."""

from __future__ import annotations

import gc

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


class RelationsConfig(AppConfig):
    name = "relations"
    verbose_name = "Relations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from relations.ledger.fixtures import connect_signals
        from relations.models import app_role_is_powerless, grant_to_app_role, secure_functions

        connect_signals()
        post_migrate.connect(secure_functions, sender=self, dispatch_uid="secure functions")
        post_migrate.connect(grant_to_app_role, sender=self, dispatch_uid="grant to the application's role")
        checks.register(app_role_is_powerless, checks.Tags.database)
        gc.freeze()
        # Rare collections: a page, the fold of a long track or a migration makes some ten thousand objects before any
        # of them is garbage.
        gc.set_threshold(50_000, 20, 20)
        gc.enable()
