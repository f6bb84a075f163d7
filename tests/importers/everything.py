"""`python -m tests.importers.everything`: every publication imported in order of date, and what must be true then.

TRACKER_SHARED_DATA names the folder of the publications; the product and the suite do without it. Takes some minutes.
Prints what each import reported, then each rule with what was counted, and ends with status 1 where a rule is broken.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.serving import database, table
from tests.importers import rebuilding


class Publication(NamedTuple):
    """The files that one issuer published on a day, with the options of their import."""

    day: str
    code: str
    files: list[Path]
    options: tuple[str, ...] = ()


def main() -> int:
    shared = os.environ.get("TRACKER_SHARED_DATA")
    if not shared:
        print("TRACKER_SHARED_DATA names no folder with the whole publications: nothing is imported.", file=sys.stderr)
        return 2
    os.environ.setdefault("TRACKER_ENV", "local")
    os.environ.setdefault(
        "SECRET_KEY", "a throw-away database keeps no secrets, and this is long enough to be accepted"
    )
    with tempfile.TemporaryDirectory(prefix="tracker-everything-") as folder, database():
        import django
        from django.core.management import CommandError, call_command

        os.environ |= {"DJANGO_SETTINGS_MODULE": "tracker.settings", "TRACKER_DATA": f"{folder}/kept"}
        django.setup()
        refused: list[str] = []
        for one in sorted(_publications(Path(shared), Path(folder)), key=lambda one: one.day):
            print(f"\n{one.day}  {one.code}", flush=True)
            try:
                call_command("import", one.code, *map(str, one.files), *one.options)
            except CommandError as refusal:
                print(f"refused: {refusal}")
                refused.append(f"{one.code} of {one.day}")
        from tests.importers.everything_rules import refusals, rules

        print(flush=True)
        call_command("audit")
        found = [refusals(refused), *rules(Path(shared))]
    table(
        "What must be true", ("rule", "goal", "counted", ""),
        [(one.rule, one.goal, one.counted, "" if one.is_met else "BROKEN") for one in found],
    )  # fmt: skip
    for one in found:
        for line in one.astray:
            print(f"  {one.rule}: {line}")
    return 0 if all(one.is_met for one in found) else 1


def _publications(shared: Path, folder: Path) -> Iterator[Publication]:
    yield Publication("2006-01-01", "cow", [shared / "cow" / "diplomatic_exchange.csv"])
    yield Publication("2018-04-13", "ofsi", [shared / "uk" / "ofsi-conlist_2018-04-13.csv"])
    yield Publication("2021-01-20", "pocom", [shared / "pocom"])
    yield Publication("2022-12-31", "gsdb", [shared / "gsdb" / "gsdb_v3.csv"])
    yield Publication("2026-01-01", "travel_ban", [shared / "travel-ban" / "us_travel_ban_events.csv"])
    yield Publication("2021-01-01", "us_missions", [shared / "us-missions" / "mission_status_range_gwm_v0.1.csv"])
    yield Publication("2026-03-15", "us_missions", [shared / "us-missions" / "mission_status_range_cow_v0.1.csv"])
    for day in ("2026-02-23", "2026-07-30"):
        yield Publication(day, "regimes", [shared / "regimes" / day])
    for path in (shared / "un").glob("un_*.xml"):
        yield Publication(path.name[3:13], "un", [path])
    for day, name in (("2019-01-31", "2019-01"), ("2021-04-30", "2021-04")):
        yield Publication(day, "ofac", sorted((shared / "ofac" / name).glob("[as]??.csv")), ("--dated", day))
    for path in (shared / "ofac" / "days").glob("sdn_*.csv"):
        yield Publication(path.name[4:14], "ofac", [path], ("--dated", path.name[4:14]))
    yield from _editions(shared / "factbook" / "diplomatic_representation.jsonl", folder)
    eu = rebuilding.eu_export(rebuilding.lines(shared / "eu" / "eu-fsf_2026-02-23.jsonl.gz"))
    yield Publication("2026-02-23", "eu", [rebuilding.written(eu, folder / "eu.xml")])
    uk = rebuilding.uk_list(rebuilding.lines(shared / "uk" / "uk-sanctions-list_2026-02-25.jsonl.gz"))
    yield Publication("2026-02-25", "uk", [rebuilding.written(uk, folder / "uk.xml")])


def _editions(path: Path, folder: Path) -> Iterator[Publication]:
    """The factbook's dates, each as its readers got it: in a file of its own."""
    rows: defaultdict[str, list[str]] = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        rows[json.loads(line)["snapshot"]].append(line)
    for day, lines in rows.items():
        edition = folder / f"factbook-{day}.jsonl"
        edition.write_text("\n".join(lines), "utf-8")
        yield Publication(dt.date.fromisoformat(day).isoformat(), "factbook", [edition])


if __name__ == "__main__":
    sys.exit(main())
