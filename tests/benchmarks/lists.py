"""Filtered lists, deep pages and time travel among 10,000 and 1,000,000 generated facts."""

from __future__ import annotations

import json
import os
import time
import urllib.request

import psycopg

from tests.benchmarks.serving import Load, any_day, database, load, manage, serving, table

SMALL, LARGE = 10_000, 1_000_000
DEEP = 10_000
"""The page that is compared with the first one: of 100 rows, the last of a million."""

# Facts as an editor would record them: any two countries, any day since 1950, each with one citation. Written past the
# ledger and past the triggers, because only reading is measured; the ledger then projects the pair that is read.
_GENERATE = """
    SET LOCAL session_replication_role = replica;
    CREATE TEMP TABLE codes ON COMMIT DROP AS
        SELECT code, row_number() OVER (ORDER BY code) - 1 AS place FROM relations_country;
    CREATE TEMP TABLE drafts ON COMMIT DROP AS
        SELECT n, a.code AS sender, b.code AS target, date '1950-01-01' + (n * 7919 % 27000)::int AS day
        FROM generate_series(%(first)s::bigint, %(last)s) n
        JOIN codes a ON a.place = n % (SELECT count(*) FROM codes)
        JOIN codes b ON b.place = (n / 7 + n % 13) % (SELECT count(*) FROM codes)
        WHERE a.code <> b.code;
    INSERT INTO relations_countrypair (code, first_id, second_id, version)
        SELECT DISTINCT least(sender, target) || '-' || greatest(sender, target), least(sender, target),
            greatest(sender, target), 0 FROM drafts ON CONFLICT DO NOTHING;
    INSERT INTO relations_sanctionevent (key, version, pair_id, from_country_id, to_country_id, "on", earliest, latest,
            recorded_at, first_recorded_at, note, nature, announced_on, action, measures, scope, instrument, extends)
        SELECT gen_random_uuid(), 1, least(sender, target) || '-' || greatest(sender, target), sender, target,
            day::text, day, day, '2026-01-01'::timestamptz + n * interval '1 microsecond',
            '2026-01-01'::timestamptz + n * interval '1 microsecond', '', 'event', '',
            (ARRAY['imposed', 'tightened', 'eased', 'lifted'])[n %% 4 + 1], '{}', '', '', ''
        FROM drafts;
    INSERT INTO relations_citation (key, sanction_event_id, source_id, quote, stance)
        SELECT gen_random_uuid(), event.id, (SELECT min(id) FROM relations_source), 'words', 'supports'
        FROM relations_sanctionevent event LEFT JOIN relations_citation known ON known.sanction_event_id = event.id
        WHERE known.id IS NULL;
"""
_LISTS = {
    "?from=US&action=imposed": "/api/sanction-events/?from=US&action=imposed&ordering=-on",
    "?country=BY": "/api/sanction-events/?country=BY&ordering=-on",
    "?pair=BY-US": "/api/sanction-events/?pair=BY-US",
    "no filter": "/api/sanction-events/?ordering=on",
}


def main() -> None:
    with database(), serving("tracker.wsgi:application", interface="wsgi") as tracker:
        generate(0, SMALL)
        small = {name: load(f"{tracker}{path}", script=any_day("on_after"), seconds=3) for name, path in _LISTS.items()}
        began = time.monotonic()
        generate(SMALL + 1, LARGE)
        print(f"generated {LARGE:,} facts in {time.monotonic() - began:.0f} s")
        large = {name: load(f"{tracker}{path}", script=any_day("on_after"), seconds=3) for name, path in _LISTS.items()}
        table(
            f"A list of sanction events, 100 rows a page: p50 at {LARGE:,} facts against {SMALL:,} (goal <= 1.5)",
            ("list", f"p50 ms at {SMALL:,}", f"p50 ms at {LARGE:,}", "ratio", "failures"),
            [_compared(name, small[name], large[name]) for name in _LISTS],
        )
        _deep_pages(tracker)
        _time_travel(tracker)


def _compared(name: str, one: Load, other: Load) -> tuple[str, ...]:
    failures = str(one.failures + other.failures)
    return (name, f"{one.p50:.2f}", f"{other.p50:.2f}", f"{other.p50 / one.p50:.2f}", failures)


def generate(first: int, last: int) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        with connection.transaction():
            statements = _GENERATE.replace("%(first)s", str(first)).replace("%(last)s", str(last)).replace("%%", "%")
            connection.execute(statements)
            connection.execute("UPDATE relations_countrypair SET next_change_on = '0001-01-01' WHERE code = 'BY-US'")
        connection.execute("VACUUM ANALYZE")
    manage("refresh")


def _deep_pages(tracker: str) -> None:
    """Follows `next` in strides of five pages, as a reader would, and compares the last with the first."""
    path = f"{tracker}/api/sanction-events/?ordering=on&fields=key&page_size="
    first, url = load(f"{path}100", seconds=3), f"{path}500"
    for _ in range(0, DEEP - 5, 5):
        with urllib.request.urlopen(url) as answer:
            url = json.load(answer)["next"] or url
    deep = load(url.replace("page_size=500", "page_size=100"), seconds=3)
    table(
        f"Page {DEEP:,} of a list against its first (goal <= 1.2)",
        ("page", "p50 ms", "ratio", "failures"),
        [
            ("1", f"{first.p50:.2f}", "1.00", str(first.failures)),
            (f"{DEEP:,}", f"{deep.p50:.2f}", f"{deep.p50 / first.p50:.2f}", str(deep.failures)),
        ],
    )


def _time_travel(tracker: str) -> None:
    url = f"{tracker}/api/relations/BY-US/"
    now = load(url, seconds=3)
    rows = {
        "now": now,
        "as_of (goal <= 2)": load(f"{url}?as_of=2001-02-03", seconds=3),
        "as_of and known_at (goal <= 10)": load(f"{url}?as_of=2001-02-03&known_at=2026-06-01T00:00:00Z", seconds=3),
    }
    table(
        f"One relation among {LARGE:,} facts",
        ("read", "p50 ms", "ratio"),
        [(name, f"{each.p50:.2f}", f"{each.p50 / now.p50:.2f}") for name, each in rows.items()],
    )
