"""A world with every kind of row, packages of it, and packages that somebody has changed."""

import csv
import hashlib
import json
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

from relations import ledger
from relations.ledger import NOBODY
from relations.models import AmbassadorStatus, SanctionEvent
from tests.factories import (
    ban,
    ban_list,
    citation,
    confirm,
    confirmation,
    event,
    post,
    programme,
    record,
    regime,
    sanction,
    source,
)

CLOSED = "Academic use; cite the authors"


def record_world() -> None:
    """Corrections, retractions, disputes, confirmations, reprints, deadlines and a country that has ended."""
    own = programme(regime=regime(code="US-BEL", title="Belarus"))
    original = source(kind="register", covers_to="2019-12-31", licence="CC BY 4.0", publisher="An office")
    reprint = source(kind="register", syndication_of=original, publisher="Another office")
    first, second, *_ = record(
        post("ambassador", "2014", holder="Ann Lee", citations=[citation(original), citation(reprint)]),
        post("ambassador", "2016-05", holder="Bo Day"),
        post("charge", "2019~", "BY>US", holder="Cy Fox", note="=1+1"),
        post("severed", "1939-08-23", "SU>DE"),
        sanction("imposed", "2014-03-06", measures=["financial", "arms"], programme=own),
        sanction("suspended", "2015-10", programme=own, expires_on="2016-04-30"),
        sanction("observed", "2018-01-01", "EU>BY"),
        ban("listed", "2017-09-24", list=ban_list(), scope="partial", visa_classes=["B-1", "B-2"]),
        event("visit", "[2019-08-28..2019-08-30]", quantity=3),
        event("agreement", "2020-02-01", announced_on="2020-01"),
    )  # fmt: skip
    ledger.correct(AmbassadorStatus, first.key, values={"note": "-seen"}, author=NOBODY, why="A note.")
    ledger.correct(
        AmbassadorStatus, second.key, values={"holder": "Bo B. Day"}, author=NOBODY, why="His name.",
        citations=[citation(), citation(stance="disputes")],
    )  # fmt: skip
    confirm(confirmation(second, "2021-01-01"), confirmation(first, "2022-01-01", original))
    wrong = record(sanction("lifted", "2017-01-01", programme=own))[0]
    ledger.retract(SanctionEvent, wrong.key, author=NOBODY, why="It was not.")


def published(folder: Path) -> Path:
    call_command("publish", folder, stdout=StringIO(), stderr=StringIO())
    (package,) = (path for path in folder.iterdir() if not path.name.startswith("."))
    return package


def verified(package: Path) -> list[str]:
    """The differences that `verify` writes; none where it succeeds."""
    errors, failure = StringIO(), ""
    try:
        call_command("verify", package, stdout=StringIO(), stderr=errors)
    except CommandError as error:
        failure = str(error)
    lines = errors.getvalue().splitlines()
    assert failure == (f"Differences: {len(lines)}." if lines else "")
    return lines


def rows(package: Path, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (package / f"{table}.jsonl").read_text("utf-8").splitlines()]


def csv_rows(package: Path, table: str) -> list[dict[str, str]]:
    with (package / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rewrite(package: Path, table: str, changed: list[dict[str, Any]]) -> None:
    """Changes a table, and the sums with it: what is left to find are the rows."""
    text = "".join(f"{json.dumps(row, ensure_ascii=False, separators=(',', ':'))}\n" for row in changed)
    (package / f"{table}.jsonl").write_text(text, "utf-8")
    sum_up(package)


def sum_up(package: Path) -> None:
    files = sorted(path for path in package.iterdir() if path.name != "SHA256SUMS")
    sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)
    (package / "SHA256SUMS").write_text("".join(sums), "ascii")
