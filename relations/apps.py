"""The domain: facts, statuses, changes."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate, pre_save


class RelationsConfig(AppConfig):
    name = "relations"
    verbose_name = "Relations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from relations import ledger
        from relations.models import (
            FACT_MODELS,
            Source,
            TravelBanList,
            app_role_is_powerless,
            grant_to_app_role,
            secure_functions,
        )

        for model in FACT_MODELS:
            pre_save.connect(ledger.prepare_loaded_fact, sender=model, dispatch_uid=f"adopt {model.__name__}")
        for reference in (Source, TravelBanList):
            pre_save.connect(ledger.keep_known_reference, sender=reference, dispatch_uid=f"leave {reference.__name__}")
        post_migrate.connect(secure_functions, sender=self, dispatch_uid="secure functions")
        post_migrate.connect(grant_to_app_role, sender=self, dispatch_uid="grant to the application's role")
        checks.register(app_role_is_powerless, checks.Tags.database)
