"""Anonymous reads of every URL of the API, and of the pages, at 1,000,000 facts: those over a second are named.

The facts are those of the demo, repeated: what is recorded about the United States and a country is copied, with its
evidence, its periods and its log, to other pairs of that country. So every track has been folded by the tracker itself.
What the pairs of the world leave missing are generated sanction events without periods.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence

import psycopg

from tests.benchmarks.asking import ask_everything
from tests.benchmarks.lists import generate
from tests.benchmarks.processor import used_below
from tests.benchmarks.serving import Load, any_day, database, load, manage, serving, table

SMALL, FACTS = 10_000, 1_000_000
_TIMES = 3
_KINDS = {
    "relations_ambassadorstatus": "ambassador_status_id",
    "relations_sanctionevent": "sanction_event_id",
    "relations_travelbanentry": "travel_ban_entry_id",
    "relations_diplomaticevent": "diplomatic_event_id",
}
_EVIDENCE = ("relations_citation", "relations_confirmation")
_OF_PAIRS = (*_KINDS, "relations_statusperiod", "relations_statusspan", "relations_statuschange")
_COUNT = " + ".join(f"(SELECT count(*) FROM {each})" for each in _KINDS)

# Each pair once: of two countries the one that comes first takes the place of the United States.
_COPIES = """
    CREATE TEMP TABLE copies AS
    SELECT own.code AS original, other.code AS actor,
        least(other.code, partner.code) || '-' || greatest(other.code, partner.code) AS code
    FROM relations_countrypair own
    JOIN relations_country partner
        ON partner.code = CASE 'US' WHEN first_id THEN second_id WHEN second_id THEN first_id END
    JOIN relations_country other ON other.code < partner.code AND other.code <> 'US'
    WHERE NOT EXISTS (SELECT FROM relations_countrypair known WHERE known.code =
        least(other.code, partner.code) || '-' || greatest(other.code, partner.code))
    ORDER BY md5(other.code || partner.code)
"""
_KEY = "md5(row.{0}::text || copies.code)::uuid"
_KEYS = "ARRAY(SELECT md5(one::text || copies.code)::uuid FROM unnest(row.{0}) AS one)"
_SIDE = "CASE row.{0} WHEN 'US' THEN copies.actor ELSE row.{0} END"
_TRACK = "replace(replace(row.track, ':US>', ':' || copies.actor || '>'), '>US', '>' || copies.actor)"
_COPIED = {
    "pair_id": "copies.code", "track": _TRACK,
    **{name: _SIDE.format(name) for name in ("from_country_id", "to_country_id")},
    **{name: _KEY.format(name) for name in ("key", "in_response_to", "cause_key")},
    **{name: _KEYS.format(name) for name in ("facts", "uncertain")},
}  # fmt: skip


def main() -> None:
    with database():
        manage("collectstatic", "--no-input", "--verbosity=0")
        manage("demo")
        few = multiply(SMALL)
        small = _periods()
        began = time.monotonic()
        facts = multiply(FACTS)
        generate(0, FACTS - facts)
        print(f"The demo became {facts:,} facts, generated ones the rest, in {time.monotonic() - began:.0f} s")
        _print_sizes()
        _print_ratios({few: small, FACTS: _periods()})
        with serving("tracker.wsgi:application") as tracker:
            ask_everything(tracker, spent=lambda: used_below(os.getpid()), forget=_forget)


def _periods() -> list[Load]:
    """Pages of 100 periods that nobody asked for before, measured several times."""
    with serving("tracker.wsgi:application") as tracker:
        url = f"{tracker}/api/periods/?ordering=start"
        return [load(url, script=any_day("end_after"), seconds=3) for _ in range(_TIMES)]


def _print_ratios(loads: Mapping[int, Sequence[Load]]) -> None:
    """Times of the best of several runs, which other work on the machine has disturbed least."""
    best = {facts: min(each.p50 for each in some) for facts, some in loads.items()}
    table(
        "100 periods (goal: p50 <= 1.5 x)",
        ("facts", "best p50 ms", "ratio", "all p50 ms", "failures"),
        [
            (f"{facts:,}", f"{best[facts]:.2f}", f"{best[facts] / (best[min(best)] or 1):.2f}",
             ", ".join(f"{each.p50:.2f}" for each in some), str(sum(each.failures for each in some)))
            for facts, some in loads.items()
        ],
    )  # fmt: skip


def _print_sizes() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        rows = connection.execute(
            """SELECT relname, reltuples::bigint, pg_relation_size(oid) / 1048576, pg_indexes_size(oid) / 1048576
            FROM pg_class WHERE relkind = 'r' ORDER BY pg_total_relation_size(oid) DESC LIMIT 12"""
        ).fetchall()
    table("Storage", ("table", "rows", "MiB", "MiB of indexes"),
          [(name, *(f"{number:,}" for number in numbers)) for name, *numbers in rows])  # fmt: skip


def _forget() -> None:
    """Makes another snapshot of the database, so that no page is sent again."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("SELECT pg_current_xact_id()")


def multiply(facts: int) -> int:
    """Copies pairs until there are so many facts; returns how many there are."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute("SET LOCAL maintenance_work_mem = '1GB'")
            connection.execute("SET LOCAL work_mem = '256MB'")
            connection.execute(_COPIES)
            _cut(connection, facts)
            indexes = list(_without_indexes(connection))
            _copy_all(connection)
            for statement in indexes:
                connection.execute(statement)
        connection.execute("VACUUM ANALYZE")
        (count,) = connection.execute(f"SELECT {_COUNT}").fetchone() or (0,)
        return int(count)


def _cut(connection: psycopg.Connection, facts: int) -> None:
    """Leaves as many copies as make the number of facts, by their running total."""
    of_pair = " + ".join(f"(SELECT count(*) FROM {each} WHERE pair_id = original)" for each in _KINDS)
    connection.execute(f"""
        CREATE TEMP TABLE sizes AS
            SELECT original, {of_pair} AS size FROM (SELECT DISTINCT original FROM copies) AS one;
        DELETE FROM copies WHERE code IN (
            SELECT code FROM (
                SELECT code, size, sum(size) OVER (ORDER BY md5(code)) + (SELECT {_COUNT}) - size AS before
                FROM copies JOIN sizes USING (original)
            ) AS running WHERE before >= {facts} OR size = 0
        );
        ANALYZE copies
    """)


def _without_indexes(connection: psycopg.Connection) -> Iterator[str]:
    """Drops what would be maintained row by row, and gives the statements that make it again."""
    constraints = connection.execute(
        """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE contype IN ('u', 'x') AND conrelid::regclass::text = ANY(%s)""", [[*_OF_PAIRS, *_EVIDENCE]],
    )  # fmt: skip
    for name, constraint, definition in constraints.fetchall():
        connection.execute(f'ALTER TABLE {name} DROP CONSTRAINT "{constraint}"')
        yield f'ALTER TABLE {name} ADD CONSTRAINT "{constraint}" {definition}'
    indexes = connection.execute(
        """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE NOT indisprimary AND indrelid::regclass::text = ANY(%s)""", [[*_OF_PAIRS, *_EVIDENCE]],
    )  # fmt: skip
    for name, definition in indexes.fetchall():
        connection.execute(f"DROP INDEX {name}")
        yield definition


def _copy_all(connection: psycopg.Connection) -> None:
    sides = {"code": "copies.code", "first_id": "split_part(copies.code, '-', 1)",
             "second_id": "split_part(copies.code, '-', 2)"}  # fmt: skip
    _copy(connection, "relations_countrypair", sides, "JOIN copies ON original = row.code")
    for each in _OF_PAIRS:
        _copy(connection, each, _COPIED, "JOIN copies ON original = row.pair_id")
    for evidence in _EVIDENCE:
        for each, column in _KINDS.items():
            connection.execute(f"ANALYZE {each}")
            new = {"key": "gen_random_uuid()", column: "new.id"}
            _copy(connection, evidence, new, f"""
                JOIN {each} old ON old.id = row.{column} JOIN copies ON original = old.pair_id
                JOIN {each} new ON new.key = md5(old.key::text || copies.code)::uuid AND new.version = old.version
            """)  # fmt: skip


def _copy(connection: psycopg.Connection, name: str, changed: Mapping[str, str], joined: str) -> None:
    rows = connection.execute(
        """SELECT column_name FROM information_schema.columns
        WHERE table_name = %s AND is_generated = 'NEVER' AND NOT (column_name = 'id') ORDER BY 1""", [name],
    )  # fmt: skip
    columns = [column for (column,) in rows]
    values = (changed.get(column, f'row."{column}"') for column in columns)
    named = ", ".join(f'"{column}"' for column in columns)
    connection.execute(f"INSERT INTO {name} ({named}) SELECT {', '.join(values)} FROM {name} row {joined}")
