"""The current relation that a process remembers is answered before DRF is asked, and answered the same."""

import datetime as dt
from random import Random
from typing import Any
from urllib.parse import urlencode
from weakref import WeakSet

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg_pool import ConnectionPool

from relations import ledger
from relations.api.http import conditional
from relations.api.relations import views
from relations.dates import moment_text
from relations.models import AmbassadorStatus, StatusChange
from relations.queries import pair_versions
from relations.queries.cache import PAIRS
from relations.queries.pair_versions import current_versions
from relations.representation.histories import RelationContext
from tests.api.reading import now
from tests.factories import post, record, sanction

PATH = "/api/relations/BY-US/"
BY_THE_VIEW = {"Accept": "application/json;q=0.9"}
"""The same wish in words that are left to the view."""
SAME = ("Content-Type", "ETag", "Cache-Control", "Vary", "Content-Security-Policy", "X-Content-Type-Options")


@pytest.fixture
def asked_views(monkeypatch) -> list[str]:
    """The paths of which a view was asked."""
    asked: list[str] = []
    whole = views.RelationView.dispatch

    def dispatch(view: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(request.path)
        return whole(view, request, *args, **kwargs)

    monkeypatch.setattr(views.RelationView, "dispatch", dispatch)
    return asked


@pytest.mark.parametrize("query", ["", "?as_of=2020-02-02", "?as_of=0001-01-01", "?as_of=9999-12-31"])
def test_what_is_remembered_is_answered_as_the_view_answers_it(client, seed, asked_views, query):
    client.get(PATH)
    client.get(f"{PATH}?as_of=1999-09-09")  # which remembers the facts of every day
    asked_views.clear()
    url = f"{PATH}{query}"
    by_the_front = client.get(url)
    assert asked_views == []
    by_the_view = client.get(url, headers=BY_THE_VIEW)
    assert asked_views == [PATH]
    assert (by_the_front.status_code, by_the_front.content) == (by_the_view.status_code, by_the_view.content)
    assert [by_the_front[name] for name in SAME] == [by_the_view[name] for name in SAME]
    assert by_the_front["X-Request-ID"] != by_the_view["X-Request-ID"]


def test_any_day_and_moment_is_answered_at_the_front_as_the_view_answers_it(client, seed, asked_views):
    recorded = record(post("nominated", "2020-05", holder="Julie Fisher"), post("vacant", "2021-03-01"))
    values = {"on": "2020-06-17", "holder": "Julie Ann Fisher"}
    ledger.correct(AmbassadorStatus, recorded[0].key, values=values, author=ledger.NOBODY)
    ledger.retract(AmbassadorStatus, recorded[1].key, why="wrong", author=ledger.NOBODY)
    record(sanction("imposed", "2021-08-09", "EU>BY"))
    moments = sorted(set(StatusChange.objects.values_list("recorded_at", flat=True)))
    drawn = Random(11)
    days = [None, *(dt.date(2008, 1, 1) + dt.timedelta(days=drawn.randrange(6_700)) for _ in range(6))]
    fronts = 0
    for moment in (None, *(at + dt.timedelta(microseconds=by) for at in moments for by in (-1, 0))):
        for day in days:
            asked = {"as_of": day and day.isoformat(), "known_at": moment and moment_text(moment)}
            url = f"{PATH}?{urlencode({name: value for name, value in asked.items() if value})}"
            by_the_view = client.get(url, headers=BY_THE_VIEW)
            asked_views.clear()
            by_the_front = client.get(url)
            fronts += not asked_views
            assert by_the_front.content == by_the_view.content
            assert [by_the_front[name] for name in SAME] == [by_the_view[name] for name in SAME]
    assert fronts == len(days) * (2 * len(moments) + 1)


def test_a_moment_that_is_not_finished_is_refused_where_an_earlier_one_was_answered_at_the_front(client, seed):
    early, late = ("2026-01-01T00:00:00Z", "9998-01-01T00:00:00Z")
    assert [client.get(f"{PATH}?known_at={early}").status_code for _ in range(2)] == [200, 200]
    assert client.get(f"{PATH}?known_at={late}").status_code == 409


def test_a_moment_whose_facts_are_not_folded_is_left_to_the_view_once(client, seed, asked_views):
    early, late = "2001-01-01T00:00:00Z", now()
    record(sanction("imposed", "2021-08-09"))
    for moment in (early, late, late):
        client.get(f"{PATH}?known_at={moment}")
    assert asked_views == [PATH, PATH]


def test_a_client_that_has_the_answer_gets_304_for_one_query(client, seed, asked_views):
    tag = client.get(PATH)["ETag"]
    asked_views.clear()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(PATH, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content, answer["ETag"], answer["Vary"]) == (
        304,
        b"",
        tag,
        "Accept, Accept-Encoding",
    )
    # The answer's validator: the versions of the pairs concerned, and the epoch of reference data.
    assert (len(queries), asked_views) == (1, [])


@pytest.mark.django_db(transaction=True)
def test_a_web_process_plans_the_query_of_the_hottest_read_once_and_does_without_behind_a_pooler(
    countries, settings, monkeypatch
):
    record(post("vacant", "2020-05"))
    plain = current_versions("BY-US")
    assert plain.version("BY-US") > 0
    settings.IS_WEB = True
    monkeypatch.setattr(pair_versions._Prepared, "_on", WeakSet())
    monkeypatch.setattr(pair_versions._Prepared, "_is_possible", True)

    def queries_of_django() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            assert current_versions("BY-US") == plain
        return [query["sql"].split()[0] for query in queries]

    assert queries_of_django() == []
    record(post("ambassador", "2021-05", holder="Ada Envoy"))
    plain = plain._replace(pairs=current_versions("BY-US").pairs)
    assert plain.version("BY-US") > 1
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE pair_versions")  # as after a pooler has given another connection
        assert [queries_of_django(), queries_of_django()] == [["SELECT"], ["SELECT"]]
        assert not pair_versions._Prepared._is_possible


@pytest.mark.django_db(transaction=True)
def test_a_web_process_asks_about_a_pair_by_a_connection_of_the_pool_and_gives_it_back(
    countries, settings, monkeypatch
):
    record(post("vacant", "2020-05"))
    plain = current_versions("BY-US")
    settings.IS_WEB = True
    monkeypatch.setattr(pair_versions._Prepared, "_on", WeakSet())
    database = connections["default"]
    parameters = database.get_connection_params()
    database.close()
    pool = ConnectionPool(kwargs=parameters | {"autocommit": True}, min_size=1, max_size=1, open=True, timeout=20)
    with pool, monkeypatch.context() as patched:
        patched.setattr(type(database), "pool", pool)
        assert [current_versions("BY-US") for _ in range(3)] == [plain] * 3
        assert database.connection is None
        assert pool.get_stats()["pool_available"] == 1


def test_after_a_command_no_remembered_answer_is_sent(client, seed):
    before = client.get(PATH)
    assert client.get(PATH).json() == before.json()
    record(post("nominated", "2020-05", holder="Julie Fisher"))
    after = client.get(PATH, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after.json()["version"] > before.json()["version"]
    assert client.get(PATH).content == after.content


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("", {"Authorization": "Bearer nobody's"}, 401),
        ("", {"Accept": "text/html"}, 406),
        ("", {"Host": "elsewhere.example"}, 400),
        ("?asof=2020-02-02", {}, 400),
        ("?fields=code", {}, 200),
        ("?as_of=2020-02-30", {}, 400),
        ("?as_of=", {}, 400),
        ("?as_of=2020-02-02&as_of=2020-02-03", {}, 400),
        ("?as_of=2020-02-02&expand=sources", {}, 200),
        ("?known_at=2020-02-02", {}, 400),
        ("?as_of=2020-02-02&known_at=2020-02-02T00:00:00Z&", {}, 200),
        ("?known_at=2020-02-02T00:00:00Z&known_at=2020-02-02T00:00:00Z", {}, 400),
    ],
)
def test_what_is_asked_otherwise_is_left_to_the_view(seed, query, headers, status):
    plain = Client().get(PATH)
    answer = Client().get(f"{PATH}{query}", headers=headers)
    assert answer.status_code == status
    assert answer.content != plain.content


def test_any_port_is_answered_from_what_is_remembered_under_another(client, seed, asked_views):
    """A new name in each request costs no more and takes no memory; links lead where the request went."""
    text = "As http://testserver/api/ says."
    record(post("nominated", "2020-05", holder="Julie Fisher", note=text))
    client.get(PATH)
    asked_views.clear()
    weight = PAIRS._weight
    for port in (1, 2, 65535):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(PATH, headers={"Host": f"testserver:{port}"})
        assert (len(queries), asked_views) == (1, [])
        body = answer.json()
        assert body["url"] == f"http://testserver:{port}{PATH}"
        assert text in [fact["note"] for fact in body["facts"]["ambassadors"]]
        assert answer["ETag"] == conditional.etag(body["version"], answer.content)
        by_the_view = client.get(PATH, headers={"Host": f"testserver:{port}", **BY_THE_VIEW})
        assert (by_the_view.content, by_the_view["ETag"]) == (answer.content, answer["ETag"])
        asked_views.clear()
    assert PAIRS._weight == weight


def test_the_other_day_that_was_asked_for_last_is_assembled_once(client, seed, monkeypatch):
    days: list[dt.date] = []
    assemble = RelationContext.relation

    def counted(context: RelationContext, *, day: dt.date, **how: Any) -> dict[str, Any]:
        days.append(day)
        return assemble(context, day=day, **how)

    client.get(PATH)
    monkeypatch.setattr(RelationContext, "relation", counted)
    first, second = dt.date(2020, 2, 2), dt.date(2019, 12, 31)
    answers = [client.get(f"{PATH}?as_of={day}").json() for day in (first, first, second, second, first)]
    assert days == [first, second, first]
    assert [answer["as_of"] for answer in answers] == [f"{day}" for day in (first, first, second, second, first)]
    assert answers[0] == answers[1] == answers[4] != answers[2] == answers[3]

    record(post("nominated", "2020-01-15", holder="Julie Fisher"))
    assert client.get(f"{PATH}?as_of={first}").json()["version"] > answers[0]["version"]
    assert client.get(f"{PATH}?as_of={second}").json()["version"] > answers[2]["version"]


def test_the_answer_of_a_day_to_come_is_another_one_on_that_day(client, seed, asked_views):
    """Links to the answer of today name no day."""
    with time_machine.travel("2030-05-01T12:00:00Z", tick=False):
        client.get(f"{PATH}?as_of=1999-09-09")
        before = client.get(f"{PATH}?as_of=2030-05-02")
    with time_machine.travel("2030-05-02T12:00:00Z", tick=False):
        asked_views.clear()
        on_the_day = client.get(f"{PATH}?as_of=2030-05-02")
        assert asked_views == []
        assert on_the_day.content == client.get(PATH).content != before.content


def test_another_port_reads_no_facts_for_another_day(client, seed):
    url = f"{PATH}?as_of=2020-02-02"
    first = client.get(url).content
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url, headers={"Host": "testserver:8"})
    assert len(queries) == 1
    assert answer.content == first.replace(b"http://testserver/", b"http://testserver:8/")


@pytest.mark.parametrize("url", [PATH, f"{PATH}?as_of=2020-02-02", "/api/sources/", "/feeds/changes.atom"])
def test_host_that_would_make_every_link_long_is_refused(client, seed, url):
    client.get(PATH)
    answer = client.get(url, headers={"Host": f"testserver:{'0' * 300}80"})
    assert answer.status_code == 400


def test_a_limit_on_reads_counts_what_is_remembered_too(client, seed, settings):
    settings.READ_LIMIT = "2/hour"
    assert [client.get(PATH).status_code for _ in range(3)] == [200, 200, 429]
