"""Natural keys: rows that fixtures refer to by a UUID of their own."""

from __future__ import annotations

import uuid

from django.db import models


class KeyedQuerySet[M: "Keyed"](models.QuerySet[M]):
    def get_by_natural_key(self, key: str) -> M:
        return self.get(key=key)


class Keyed(models.Model):
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = KeyedQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[str]:
        return (str(self.key),)
