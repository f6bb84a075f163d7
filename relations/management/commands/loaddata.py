"""Django's own `loaddata`, safe with concurrent commands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.management.commands import loaddata
from django.db.models import Model

from relations.ledger.fixtures import raise_sequences


class Command(loaddata.Command):
    def reset_sequences(self, connection: Any, models: Iterable[type[Model]]) -> None:
        raise_sequences(models, using=connection)
