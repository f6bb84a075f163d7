"""`makemessages`: brings the .po files up to date with the pages. Replaces Django's, which needs GNU gettext."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from relations.web import catalogue


class Command(BaseCommand):
    help = "Adds the new messages of pages to relations/locale/*/LC_MESSAGES/django.po, and removes old ones."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for language in catalogue.languages():
            catalogue.update(language)
            missing = catalogue.untranslated(language)
            self.stdout.write(f"{language}: {len(missing)} messages have no translation")
