"""Relations in a process's cache: never older than the database, and equal to what it would compute again."""

import datetime as dt
from dataclasses import replace
from threading import Thread
from typing import Any, cast

import orjson
import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings

from relations import ledger
from relations.dates import moment_text
from relations.models import Confirmation, Fact, Membership, ReferenceEpoch, SanctionEvent, Source, StatusChange
from relations.queries.cache import ValidatedCache
from relations.queries.countries import current_country_index
from relations.queries.facts import load_facts
from relations.queries.pair_versions import PairVersions, current_versions
from relations.representation import histories
from relations.representation.histories import relation_context
from relations.representation.statuses import RelationState, relation_status
from relations.status import Period, periods, status
from relations.status.facts import FactValue
from tests.api.drawn_acts import DAYS, DEEDS, carry_out
from tests.api.reading import get
from tests.factories import ban, ban_list, citation, event, programme, record, sanction, source

TODAY = "/api/relations/BY-US/"


def values(client: Any, path: str = TODAY) -> list[str]:
    return [entry["value"] for entry in get(client, path)["status"]["sanctions"]]


# --- freshness ------------------------------------------------------------------------------------------------------


def test_an_act_is_seen_by_the_next_reader(client, countries):
    (fact,) = record(sanction("imposed", "2006-06-16"))
    assert values(client) == ["in_force"]
    ledger.correct(SanctionEvent, fact.key, values={"action": "eased"}, author=ledger.NOBODY)
    assert values(client) == ["eased"]
    ledger.retract(SanctionEvent, fact.key, why="It was another country.", author=ledger.NOBODY)
    assert values(client) == []
    assert get(client, TODAY)["version"] > 2


def test_an_act_of_the_union_is_seen_by_the_next_reader_of_a_member(client, countries):
    assert values(client, "/api/relations/BY-DE/") == []
    record(sanction("imposed", "2006-05-18", "EU>BY"))
    assert values(client, "/api/relations/BY-DE/") == ["in_force"]


def test_the_day_that_comes_is_shown_without_an_act(client, countries):
    record(sanction("imposed", "2006-06-16", expires_on=dt.date(2030, 6, 1)))
    with time_machine.travel("2030-06-01T23:59:59Z", tick=False):
        assert values(client) == ["in_force"]
    with time_machine.travel("2030-06-02T00:00:00Z", tick=False):
        assert values(client) == ["none"]


def test_what_a_fact_refers_to_is_shown_as_it_is_named_now(client, world):
    listed, own = ban_list(title="Old title"), programme(title="Old title")
    source = ledger.record_source({"kind": "article", "title": "Old title"})
    record(sanction("imposed", "2006-06-16", programme=own, citations=[citation(source)]))
    record(ban("listed", "2006-06-16", list=listed))
    assert b"New title" not in client.get(TODAY).content
    for number, change in enumerate(
        (
            lambda: ledger.change_source(source, {"title": "New title"}),
            lambda: ledger.change_programme(own, {"title": "New title"}),
            lambda: ledger.change_list(listed, {"title": "New title"}),
        ),
        start=1,
    ):
        change()
        assert client.get(TODAY).content.count(b"New title") == number


def test_a_membership_is_seen_by_the_next_reader(client, world):
    record(sanction("imposed", "2006-05-18", "EU>BY"))
    assert values(client, "/api/relations/BY-RS/") == []
    joined = Membership.objects.create(organisation_id="EU", member_id="RS", days=(dt.date(2020, 1, 1), None))
    assert values(client, "/api/relations/BY-RS/") == ["in_force"]
    joined.delete()
    assert values(client, "/api/relations/BY-RS/") == []


def test_every_change_of_what_answers_name_counts_the_stamp_up_once_a_transaction(world):
    def changes() -> int:
        return ReferenceEpoch.objects.get().changes

    before = changes()
    Source.objects.bulk_create([Source(title="A"), Source(title="B")])
    assert changes() == before  # no answer shows the new fact yet
    Source.objects.update(licence="C")
    assert changes() == before + 1
    Source.objects.update(licence="C")
    assert changes() == before + 1
    Membership.objects.filter(member="GB").delete()
    assert changes() == before + 2


def test_whoever_reads_while_others_write_never_sees_two_moments_at_once(client, world):
    """The version in the body counts the acts, and each act adds a fact."""
    stop = False

    def write() -> None:
        while not stop:
            record(event("talks", "1990-01-01", "BY>US"))
        connection.close()

    record(event("talks", "1990-01-01", "BY>US"))
    writer = Thread(target=write)
    writer.start()
    try:
        for _ in range(25):
            body = get(client, "/api/relations/BY-US/")
            assert len(body["facts"]["diplomatic_events"]) == body["version"]
    finally:
        stop = True
        writer.join()


# --- as of, known at: against what the facts of then add up to ------------------------------------------------------

type Versions = dict[str, list[FactValue]]


def brute(code: str, versions: Versions, day: dt.date, moment: dt.datetime) -> Any:
    """Statuses by the facts known at the moment, folded again, Germany's inheritance spelt out."""

    def known(pair: str) -> list[Period]:
        return periods([act for act in versions.get(pair, []) if act.known_at(moment)])

    (way,) = (route for route in current_country_index().routes("BY-DE") if route.organisation == "EU")
    shown = RelationState(
        code=code,
        day=day,
        on_day=status(known(code), day),
        recorded={period.track for period in known(code)},
        inherited=[(way, status(known("BY-EU"), day))] if code == "BY-DE" else [],
    )
    return orjson.loads(orjson.dumps(relation_status(shown)))


def possible(code: str, versions: Versions, day: dt.date, moment: dt.datetime) -> list[tuple[str, int]]:
    facts = [act for act in versions.get(code, []) if act.known_at(moment) and (act.earliest or day) <= day]
    return sorted((act.key, act.version) for act in facts)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS, day=DAYS)
def test_reads_as_of_and_known_at_equal_a_computation_from_the_rows(client, countries, deeds, day):
    with transaction.atomic():
        facts: list[Fact] = []
        moments = [ledger.clock()]
        for deed in deeds:
            carry_out(deed, facts)
            moments.append(ledger.clock())
        versions = load_facts(["BY-US", "BY-DE", "BY-EU"], every_version=True)
        for code in ("BY-US", "BY-DE"):
            for moment in moments:
                asked = f"as_of={day}&known_at={moment:%Y-%m-%dT%H:%M:%S.%fZ}"
                body = get(client, f"/api/relations/{code}/?{asked}")
                assert body["status"] == brute(code, versions, day, moment)
                shown = [(fact["key"], fact["version"]) for of_kind in body["facts"].values() for fact in of_kind]
                assert sorted(shown) == possible(code, versions, day, moment)
            now = get(client, f"/api/relations/{code}/?as_of={day}")
            assert now["status"] == brute(code, versions, day, moments[-1])
        transaction.set_rollback(True)


def test_from_its_very_microsecond_on_an_act_is_known_and_not_before(client, countries):
    (imposed,) = record(sanction("imposed", "2020-02-01"))
    (lifted,) = record(sanction("lifted", "2020-02-01"))
    draft = ledger.ConfirmationDraft(model=SanctionEvent, key=imposed.key, source=source(), day=dt.date(2024, 1, 1))
    ledger.confirm([draft], author=ledger.NOBODY)
    ledger.retract(SanctionEvent, lifted.key, why="It was not.", author=ledger.NOBODY)
    retracted = SanctionEvent.objects.get(key=lifted.key).superseded_at
    assert retracted is not None
    acts = [imposed.recorded_at, lifted.recorded_at, Confirmation.objects.get().recorded_at, retracted]

    def known(moment: dt.datetime) -> Any:
        """Disputed or not, and confirmations, by action."""
        path = f"{TODAY}?known_at={moment_text(moment)}"
        body = get(client, path)
        assert get(client, f"{path}&fields=status") == {"status": body["status"]}
        facts = {fact["action"]: (fact["disputed"], fact["confirmations"]) for fact in body["facts"]["sanction_events"]}
        assert body["version"] == StatusChange.objects.filter(pair="BY-US", recorded_at__lte=moment).count()
        return facts

    one, two = {"imposed": (False, 0)}, {"imposed": (True, 0), "lifted": (True, 0)}
    confirmed, alone = {"imposed": (True, 1), "lifted": (True, 0)}, {"imposed": (False, 1)}
    assert [known(moment) for moment in acts] == [one, two, confirmed, alone]
    assert [known(moment - dt.timedelta(microseconds=1)) for moment in acts] == [{}, one, two, confirmed]
    words = [citation({"title": title}, title, stance) for title, stance in (("Yes", "supports"), ("No", "disputes"))]
    record(event("talks", "2020-03-01", citations=words))
    assert [talks["disputed"] for talks in get(client, TODAY)["facts"]["diplomatic_events"]] == [True]


def test_the_present_answer_rests_on_the_last_act_on_any_of_its_pairs_or_the_last_import(monkeypatch):
    acts = PairVersions(None, ("BY-DE 1 2026-01-03 10:00:00+00 7", "BY-EU 1 2026-01-02 10:00:00+00 6"))
    imports = tuple(dt.datetime(2026, 1, day, tzinfo=dt.UTC) for day in (1, 9))
    monkeypatch.setattr(histories, "import_moments", lambda _: imports)
    plain = histories._without_facts("BY-DE")
    listed = replace(plain, list_programmes={"1": ("eu", "BLR")})
    (way, countries), act = (cast("Any", None),) * 2, dt.datetime(2026, 1, 3, 10, tzinfo=dt.UTC)
    for own, inherited, last in ((plain, plain, act), (plain, listed, imports[1]), (listed, plain, imports[1])):
        context = histories.RelationContext(acts, countries, own, [(way, inherited)], {})
        assert context.last_moment() == last


# --- what is cached -------------------------------------------------------------------------------------------------


def test_least_recently_used_value_goes_first_and_the_heaviest_is_not_stored():
    cache = ValidatedCache(most=80)
    for name in "abcdefgh":
        cache.store(name, 1, name, weight=10)
    assert cache.get("a", 1) == "a"
    cache.store("i", 1, "i", weight=10)
    assert (cache.get("a", 1), cache.get("b", 1)) == ("a", None)
    cache.store("x", 1, "x", weight=11)
    assert "x" not in cache
    cache.store("a", 1, "A", weight=1)
    cache.store("j", 1, "j", weight=9)
    assert (cache.get("a", 1), cache.get("c", 1)) == ("A", "c")


def test_value_with_another_validator_is_not_returned():
    cache = ValidatedCache(most=80)
    cache.store("a", 1, "old", weight=1)
    assert (cache.get("a", 2), cache.get("a", 1)) == (None, "old")
    cache.store("a", 2, "new", weight=1)
    cache.store("a", None, "nothing vouches for it", weight=1)
    assert (cache.get("a", 2), cache.get("a", 1), cache.get("a", None)) == ("new", None, None)


def test_a_body_at_another_host_has_the_urls_of_that_host(client, seed, settings):
    settings.ALLOWED_HOSTS = ["a.example", "b.example"]
    for host in settings.ALLOWED_HOSTS:
        body = client.get(TODAY, headers={"Host": host}).json()
        assert body["url"] == f"http://{host}/api/relations/BY-US/"
        assert body["facts"]["ambassadors"][0]["url"].startswith(f"http://{host}/api/")


def test_dossiers_of_one_version_are_read_once(client, seed):
    first = relation_context("BY-US", versions=current_versions("BY-US"))
    again = relation_context("BY-US", versions=current_versions("BY-US"))
    assert again.own is first.own


@pytest.mark.parametrize("known_at", ["2019", "2020-02-01", "2020-02-01T12:00:00", "x", "2020-02-30T00:00:00Z"])
def test_a_moment_that_is_none_is_refused(client, countries, known_at):
    assert get(client, f"{TODAY}?known_at={known_at}", 400)["errors"][0]["parameter"] == "known_at"


def test_before_anything_was_recorded_nothing_is_known(client, seed):
    body = get(client, f"{TODAY}?as_of=2020-02-02&known_at=2001-01-01T00:00:00Z")
    assert body["status"]["sanctions"] == []
    assert not any(body["facts"].values())
    assert body["known_at"] == "2001-01-01T00:00:00Z"
