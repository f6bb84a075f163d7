"""The domain: facts, statuses, changes."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import pre_save


class RelationsConfig(AppConfig):
    name = "relations"
    verbose_name = "Relations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from relations import ledger
        from relations.models import FACT_MODELS

        for model in FACT_MODELS:
            pre_save.connect(ledger.adopt, sender=model, dispatch_uid=f"adopt {model.__name__}")
