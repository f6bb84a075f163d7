"""What is shipped of official data, `fixtures/demo/`, so that a newcomer sees a world and not an article."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings

from relations.importers.engine.publications import import_list
from relations.models import ImportRun


class Shipped(NamedTuple):
    """One publication: its list, its file, its day."""

    list: str
    file: str
    dated: dt.date


SHIPPED = (
    Shipped("pocom", "pocom.tar.gz", dt.date(2021, 8, 10)),
    Shipped("factbook", "diplomatic_representation.jsonl.gz", dt.date(2024, 8, 1)),
    Shipped("travel_ban", "us_travel_ban_events.csv.gz", dt.date(2025, 12, 16)),
    Shipped("ofac", "sdn_2022-02-24.csv.gz", dt.date(2022, 2, 24)),
    Shipped("ofac", "sdn_2022-02-25.csv.gz", dt.date(2022, 2, 25)),
)


def import_shipped() -> Iterator[ImportRun | Shipped]:
    """Imports what is shipped, one publication after another; of what is older than what stands, only its name."""
    for one in SHIPPED:
        last = ImportRun.objects.succeeded().filter(list=one.list, dry_run=False).first()
        if last and last.dated and last.dated > one.dated:
            yield one
        else:
            yield import_list(one.list, [settings.ROOT / "fixtures" / "demo" / one.file], dated=one.dated)
