"""Reads of a day are planned by the indexes that were made for them, in a table with many periods."""

import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.ledger.pairs import make_pairs
from relations.models import Country

FILLED = """
    INSERT INTO relations_statusperiod (
        pair_id, track, kind, whole, days, value, holder, measures, scope, visa_classes, facts, uncertain, disputed,
        fact_count, basis, stale, last_known, implied
    )
    SELECT code, 'trend', 'trend', true, daterange('2019-01-01'::date + 30 * number, '2019-01-31'::date + 30 * number),
        'stable', '', '{}', '', '{}', '{}',
        CASE number % 20 WHEN 0 THEN '{00000000-0000-0000-0000-000000000000}' ELSE '{}' END::uuid[], number % 20 = 1,
        0, '', false, '', false
    FROM relations_countrypair, generate_series(0, 39) AS number;
    INSERT INTO relations_statusspan (
        pair_id, track, kind, whole, start, "end", start_edtf, end_edtf, value, holder, previous, stale, disputed, last
    )
    SELECT pair_id, track, kind, whole, lower(days), upper(days), '', '', value, '', 'unknown', false, disputed, true
    FROM relations_statusperiod;
    ANALYZE relations_countrypair, relations_statusperiod, relations_statusspan;
    SET LOCAL enable_seqscan = off
"""


@pytest.fixture
def many(countries):
    codes = Country.objects.order_by("code").values_list("code", flat=True)[:25]
    with connection.cursor() as cursor:
        # What other tests have left in tables and indexes takes part in the estimates.
        cursor.execute("TRUNCATE relations_countrypair CASCADE")
    make_pairs({f"{first}-{second}" for first, second in itertools.combinations(sorted(codes), 2)})
    with connection.cursor() as cursor:
        cursor.execute(FILLED)


SET, EACH = ["hashed SubPlan"], ["periods_by_last_day"]
READS: tuple[tuple[str, list[str], list[str]], ...] = (
    # Few periods meet the condition: neither each pair is looked into for it, nor the days of all.
    ("/api/relations/?uncertain=1&as_of=2022-01-01", [*SET, "periods_uncertain"], EACH),
    ("/api/relations/?disputed=1&as_of=2022-01-01", [*SET, "periods_disputed"], EACH),
    ("/api/relations/?uncertain=1&trend=stable&as_of=2022-01-01", [*SET, "periods_uncertain"], EACH),
    # Of each pair those that end later, until the page is full.
    ("/api/relations/?trend=stable&uncertain=0&as_of=2022-03-01", ["periods_by_last_day"], []),
    # The last period to begin by then, of each span.
    ("/api/periods/?as_of=2022-01-01&disputed=1", ["spans_disputed", "a_track_has_one_period_from_a_day_on"], ["Join"]),
    ("/api/periods/?as_of=2022-01-01&track=trend&confirmed_before=2000-01-01",
     ["InitPlan", "a_track_has_one_period_from_a_day_on"], ["Join"]),
)  # fmt: skip


def test_each_read_of_a_day_uses_the_index_made_for_it(client, many):
    plans = {url: plan(client, url) for url, _, _ in READS}
    wrong = [
        (url, name, plans[url])
        for url, used, unused in READS
        for name, is_used in [*((name, True) for name in used), *((name, False) for name in [*unused, "Seq Scan"])]
        if (name in plans[url]) is not is_used
    ]
    assert wrong == []


def plan(client, url: str) -> str:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    asked = next(query["sql"] for query in queries if "relations_statusperiod" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked}")
        return "\n".join(line for (line,) in cursor)
