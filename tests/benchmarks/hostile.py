"""The current relation for everybody else, while one hostile client of each kind does its worst on a demo-size site."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.benchmarks.serving import database, manage, serving, table
from tests.hostile import KINDS, Times, attacking, others

SECONDS = 8.0


def main() -> None:
    with database():
        manage("demo")
        with serving("tracker.wsgi:application") as address:
            port = urlsplit(address).port or 0
            others(port, 2.0)
            quiet = others(port, SECONDS)
            rows = [_row(kind, port, quiet) for kind in KINDS]
    table(
        "GET /api/relations/BY-US/ for others beside one hostile client",
        ("client", "p99 ms", "of quiet p99", "goal", "after 1 s", "others' failures", "what the client was answered"),
        [("none", f"{1000 * quiet.p99():.1f}", "1.0", "", "", "0", ""), *rows],
    )


def _row(kind: str, port: int, quiet: Times) -> tuple[str, ...]:
    with attacking(kind, port) as answers:
        meanwhile = others(port, SECONDS)
    others(port, 1.0)
    afterwards = others(port, 2.0)
    return (
        kind.replace("_", " "), f"{1000 * meanwhile.p99():.1f}", f"{meanwhile.p99() / quiet.p99():.1f}", "<= 10",
        f"{afterwards.p99() / quiet.p99():.1f}", str(len(meanwhile.failures) + len(afterwards.failures)),
        ", ".join(f"{count} x {status}" for status, count in sorted(answers.items())),
    )  # fmt: skip
