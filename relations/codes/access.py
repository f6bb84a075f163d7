"""API tokens."""

from __future__ import annotations

from django.db.models import TextChoices


class TokenScope(TextChoices):
    READ = "read"
    EDIT = "edit"
    WEBHOOKS = "webhooks"
