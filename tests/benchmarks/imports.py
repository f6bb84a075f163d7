"""Every list imported whole: first time, the same bytes, the same content in other bytes, and what may come next.

The whole files are no part of the product: TRACKER_SHARED_DATA names their folder; a list of which it
has none is left out. Each list has a database of its own, each import a process of its own.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from tests.benchmarks.serving import database, table
from tests.importers import rebuilding

_EVERY = 50
"""A next publication, made of the only one at hand, lacks each 50th record."""

# What was resident at most, of the process itself: what a child inherits from the one that starts it does not count.
_MEASURED = (
    "import sys; from django.core.management import execute_from_command_line as run\n"
    "try: run(['manage.py', 'import', *sys.argv[1:]])\n"
    "finally: print(next(row for row in open('/proc/self/status') if row.startswith('VmHWM')))"
)


class Measured(NamedTuple):
    """The whole process, from its start to its end: seconds passed, seconds it computed, and its greatest memory."""

    seconds: float
    computed: float
    megabytes: int
    report: str


type Publications = dict[str, list[Path]]
"""The files of each import, by their difference from the database's content."""


def main() -> None:
    shared = os.environ.get("TRACKER_SHARED_DATA")
    if not shared:
        print("TRACKER_SHARED_DATA names no folder with the whole lists: no import is measured.")
        return
    wanted = os.environ.get("LISTS", "").split(",") if os.environ.get("LISTS") else list(_LISTS)
    found: list[tuple[str, ...]] = []
    for code in wanted:
        with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder, database():
            os.environ["TRACKER_DATA"] = f"{folder}/kept"
            for what, files in _LISTS[code](Path(shared), Path(folder)).items():
                one = _imported(code, files, dated="2021-04-30" if code == "ofac" and what == "next" else "2019-01-31")
                found.append((code, what, f"{one.seconds:.1f}", f"{one.computed:.1f}", str(one.megabytes), one.report))
                print(*found[-1], sep="  ", flush=True)
    table("Imports of whole lists, each in a process of its own", ("list", "what", "s", "CPU s", "MB", "report"), found)


def _imported(code: str, files: Sequence[Path], *, dated: str) -> Measured:
    day = ["--dated", dated] if code == "ofac" else []
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, code, *map(str, files), *day],
        check=False, capture_output=True, text=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tracker.settings"},
    )  # fmt: skip
    seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    computed = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    report, _, memory = done.stdout.strip().rpartition("VmHWM:")
    kilobytes = int(memory.split()[0])
    return Measured(seconds, computed, round(kilobytes / 1024), " ".join((report or done.stderr).split())[:110])


# --- the publications -----------------------------------------------------------------------------------------------


def _ofac(shared: Path, folder: Path) -> Publications:
    first, after = (sorted((shared / "ofac" / day).glob("[as]??.csv")) for day in ("2019-01", "2021-04"))
    anew = [_with_other_nulls(path, folder / "anew") for path in first]
    return {
        "first": first,
        "same bytes": first,
        "same content": anew,
        "sdn.csv alone": [path for path in anew if path.name == "sdn.csv"],
        "next": after,
    }


def _un(shared: Path, folder: Path) -> Publications:
    days = sorted((shared / "un").glob("un_*.xml"))
    return _succeeding(days[0], folder, _turned_xml) | {"next": [days[1]]}


def _eu(shared: Path, folder: Path) -> Publications:
    records = rebuilding.lines(shared / "eu" / "eu-fsf_2026-02-23.jsonl.gz")
    return _succeeding(rebuilding.written(rebuilding.eu_export(records), folder / "eu.xml"), folder, _turned_xml)


def _uk(shared: Path, folder: Path) -> Publications:
    records = rebuilding.lines(shared / "uk" / "uk-sanctions-list_2026-02-25.jsonl.gz")
    return _succeeding(rebuilding.written(rebuilding.uk_list(records), folder / "uk.xml"), folder, _turned_xml)


def _ofsi(shared: Path, folder: Path) -> Publications:
    first = shared / "uk" / "ofsi-conlist_2018-04-13.csv"
    raw, anew = first.read_bytes(), folder / "anew"
    anew.mkdir()
    ends = (b"\r\n", b"\n") if b"\r\n" in raw else (b"\n", b"\r\n")
    (anew / first.name).write_bytes(raw.replace(*ends))
    return {"first": [first], "same bytes": [first], "same content": [anew / first.name]}


def _factbook(shared: Path, folder: Path) -> Publications:
    return _succeeding(shared / "factbook" / "diplomatic_representation.jsonl", folder, _turned_lines)


def _travel_ban(shared: Path, folder: Path) -> Publications:
    return _succeeding(shared / "travel-ban" / "us_travel_ban_events.csv", folder, _turned_csv)


def _gsdb(shared: Path, folder: Path) -> Publications:
    return _succeeding(shared / "gsdb" / "gsdb_v3.csv", folder, _turned_csv)


def _cow(shared: Path, folder: Path) -> Publications:
    return _succeeding(shared / "cow" / "diplomatic_exchange.csv", folder, _turned_csv)


def _pocom(shared: Path, folder: Path) -> Publications:
    """Serialises again, with a line more at the end of each file; next, one appointment less in every second file."""
    first, anew, after = (_pocom_copy(shared / "pocom", folder / name) for name in ("first", "anew", "next"))
    for number, path in enumerate(sorted((anew / "missions-countries").glob("*.xml"))):
        path.write_bytes(path.read_bytes() + b"\n")
        if number % 2:
            _without_one_chief(after / "missions-countries" / path.name)
    return {"first": [first], "same bytes": [first], "same content": [anew], "next": [after]}


def _regimes(shared: Path, folder: Path) -> Publications:
    first, after = shared / "regimes" / "2026-02-23", shared / "regimes" / "2026-07-30"
    return {"first": [first], "same bytes": [first], "next": [after]}


def _us_missions(shared: Path, folder: Path) -> Publications:
    to_2020, to_2024 = (shared / "us-missions" / f"mission_status_range_{name}_v0.1.csv" for name in ("gwm", "cow"))
    return {"first": [to_2020], "same bytes": [to_2020], "next": [to_2024]}


_LISTS: dict[str, Callable[[Path, Path], Publications]] = {
    "un": _un, "ofac": _ofac, "eu": _eu, "uk": _uk, "ofsi": _ofsi, "travel_ban": _travel_ban, "factbook": _factbook,
    "gsdb": _gsdb, "pocom": _pocom, "cow": _cow, "regimes": _regimes, "us_missions": _us_missions,
}  # fmt: skip


def _succeeding(first: Path, folder: Path, turned: Callable[[Path, Path, int], Path]) -> Publications:
    return {
        "first": [first],
        "same bytes": [first],
        "same content": [turned(first, folder / "anew", 0)],
        "next": [turned(first, folder / "next", _EVERY)],
    }


def _turned_xml(path: Path, into: Path, every: int) -> Path:
    """The records in the reverse order, without white space between elements; every so many-th is left out."""
    into.mkdir()
    tree = etree.parse(path, etree.XMLParser(remove_blank_text=True))
    for parent in (tree.getroot(), *tree.getroot()):
        records = [child for child in parent if child.tag in _RECORDS]
        for record in records:
            parent.remove(record)
        parent.extend(record for number, record in enumerate(reversed(records), 1) if not every or number % every)
    tree.write(into / path.name, encoding="UTF-8", xml_declaration=True)
    return into / path.name


_RECORDS = {"INDIVIDUAL", "ENTITY", "Designation", "{http://eu.europa.ec/fpi/fsd/export}sanctionEntity"}


def _turned_csv(path: Path, into: Path, every: int) -> Path:
    """The rows with every cell in quotation marks; every so many-th is left out."""
    into.mkdir()
    with path.open(newline="", encoding="utf-8") as opened, (into / path.name).open("w", newline="") as written:
        writer = csv.writer(written, quoting=csv.QUOTE_ALL)
        rows = enumerate(csv.reader(opened))
        writer.writerows(row for number, row in rows if not every or number == 0 or number % every)
    return into / path.name


def _turned_lines(path: Path, into: Path, every: int) -> Path:
    """JSON lines with their keys sorted; every so many-th is left out."""
    into.mkdir()
    with path.open(encoding="utf-8") as opened, (into / path.name).open("w", encoding="utf-8") as written:
        for number, line in enumerate(opened, 1):
            if not every or number % every:
                written.write(f"{json.dumps(json.loads(line), sort_keys=True, ensure_ascii=False)}\n")
    return into / path.name


def _with_other_nulls(path: Path, into: Path) -> Path:
    into.mkdir(exist_ok=True)
    (into / path.name).write_bytes(path.read_bytes().replace(b"-0- ", b"-0-"))
    return into / path.name


def _pocom_copy(source: Path, into: Path) -> Path:
    shutil.copytree(source / "missions-countries", into / "missions-countries", copy_function=shutil.copyfile)
    into.chmod(0o755)
    (into / "missions-countries").chmod(0o755)
    with tarfile.open(source / "people.tar.gz") as packed:
        packed.extractall(into, filter="data")
    return into


def _without_one_chief(path: Path) -> None:
    tree = etree.parse(path)
    chiefs = tree.findall(".//chiefs/chief")
    if chiefs:
        chiefs[-1].getparent().remove(chiefs[-1])
    tree.write(path, encoding="UTF-8", xml_declaration=True)
