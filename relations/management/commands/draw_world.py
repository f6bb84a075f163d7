"""`draw_world countries-50m.json`: draws the map of the pages from Natural Earth's borders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from relations.web.world import drawing


class Command(BaseCommand):
    help = "Writes relations/web/world/world.svg from a TopoJSON file of Natural Earth's countries (world-atlas, 50m)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        countries = drawing.country_numbers(settings.ROOT / "fixtures" / "countries.json")
        try:
            svg = drawing.draw(json.loads(file.read_text("utf-8")), countries)
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"{file} cannot be drawn: {error}") from error
        drawing.FILE.write_text(svg, "utf-8")
        self.stdout.write(f"{drawing.FILE.name}: {len(svg) // 1000} kB")
