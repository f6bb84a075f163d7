"""`compilemessages`: writes the .mo files that Django reads. Replaces Django's, which needs GNU gettext."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from relations.web import catalogue


class Command(BaseCommand):
    help = "Compiles relations/locale/*/LC_MESSAGES/django.po."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for language in catalogue.languages():
            catalogue.po_file(language).with_suffix(".mo").write_bytes(catalogue.compiled(language))
