"""API tokens."""

from __future__ import annotations

from relations.codes.labels import Vocabulary


class TokenScope(Vocabulary):
    READ = "read"
    EDIT = "edit"
    WEBHOOKS = "webhooks"
