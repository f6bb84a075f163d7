"""`/api/webhooks/`: an owner's subscriptions from the first ping to the last rotation, and nobody else's."""

import datetime as dt
import json

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from relations import delivery
from relations.delivery.signing import Secret
from relations.models import Delivery, IdempotencyRecord, Replay, SigningSecret, StatusChange, Subscription
from tests.api.subscribing import URL, Caller, act, attempt, place, row_of

NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def bob(countries):
    return Caller("bob")


@pytest.fixture
def root(countries):
    return Caller("root", is_superuser=True)


# --- made and read --------------------------------------------------------------------------------------------------


def test_a_new_subscription_is_shown_whole_and_its_secret_this_once(ann):
    with time_machine.travel(NOW, tick=False):
        response = ann.answer(
            "POST", "/api/webhooks/",
            {"url": "https://Example.org:443/hook?a=b", "description": "Desk", "event_types": ["sanctions.*"],
             "countries": ["blr"], "pairs": ["us-by"], "transitions": [{"track": "sanctions", "new": ["in_force"]}]},
        )  # fmt: skip
    result = response.json()
    row = Subscription.objects.get()
    own = f"http://testserver/api/webhooks/{row.pk}/"
    secret = result.pop("secret")
    assert response.status_code == 201
    assert (response["Location"], response["Cache-Control"]) == (own, "no-store")
    assert result["secret_fingerprint"] == SigningSecret.objects.get().fingerprint
    assert result["secret_fingerprint"] == Secret.from_text(secret).fingerprint
    assert result == {
        "id": row.pk, "self": own, "owner": "ann", "url": "https://example.org/hook?a=b", "description": "Desk",
        "event_types": ["sanctions.*"], "countries": ["BY"], "pairs": ["BY-US"], "tracks": [], "directions": [],
        "transitions": [{"track": "sanctions", "old": [], "new": ["in_force"]}], "include": "change",
        "ordered": False, "rate_per_minute": None, "header_names": [],
        "state": "pending", "state_since": "2026-11-24T12:00:00Z", "disabled_reason": None,
        "secret_fingerprint": result["secret_fingerprint"], "grace_until": None, "created_at": "2026-11-24T12:00:00Z",
        "verified_at": None, "missed_from": None, "failures": 0, "failing_since": None, "pauses": 0,
        "paused_until": None, "last_success_at": None, "last_failure_at": None, "delivered": 0, "failed": 0,
        "deliveries": f"{own}deliveries/",
    }  # fmt: skip
    assert ann.get(place(result)) == result
    assert ann.get("/api/webhooks/") == {"results": [result], "next": None, "previous": None}


def test_a_ping_that_is_answered_enables_it_and_one_that_is_not_does_not(ann):
    made = ann.post("/api/webhooks/", {"url": URL}, status=201)
    attempt(500)
    assert ann.get(place(made))["state"] == "pending"
    ping = ann.post(place(made, "ping/"), status=202)
    assert (ping["event_type"], ping["state"], ping["last_attempt"]["status"]) == ("webhook.ping", "pending", 500)
    attempt(204)
    result = ann.get(place(made))
    assert (result["state"], result["delivered"], result["failures"]) == ("enabled", 1, 0)
    assert ann.get(ping["self"].removeprefix("http://testserver"))["state"] == "delivered"


def test_a_changed_url_has_to_answer_its_own_ping_before_waiting_deliveries_are_sent(ann):
    made = ann.subscribe()
    act()
    changed = ann.patch(place(made), {"url": "https://example.net/hook", "description": "Moved"})
    assert (changed["state"], changed["url"]) == ("pending", "https://example.net/hook")
    waiting = ann.get(place(made, "deliveries/?state=pending&ordering=id"))["results"]
    assert [each["event_type"] for each in waiting] == [
        "sanctions.changed", "sanctions.changed", "trend.changed", "webhook.ping",
    ]  # fmt: skip
    assert attempt(204) == 1
    assert attempt(204) == 3
    assert ann.get(place(made))["state"] == "enabled"


def test_what_a_patch_does_not_name_stays_as_it_is(ann):
    made = ann.subscribe(countries=["BY"], ordered=True)
    changed = ann.patch(place(made), {"countries": ["UA"]})
    assert changed == ann.get(place(made))
    assert changed | {"countries": ["BY"]} == {
        name: value for name, value in (made | {"state": "enabled"}).items() if name != "secret"
    } | {name: changed[name] for name in ("state_since", "verified_at", "last_success_at", "delivered")}


def test_what_was_read_may_be_sent_back_and_changes_nothing_but_what_is_written(ann):
    made = ann.subscribe()
    result = ann.get(place(made))
    assert ann.patch(place(made), result | {"state": "disabled", "delivered": 99, "include": "snapshot"}) == result | {
        "include": "snapshot"
    }


def test_a_deleted_subscription_is_gone_with_its_deliveries_and_secrets(ann):
    made = ann.subscribe()
    assert ann.answer("DELETE", place(made)).status_code == 204
    ann.get(place(made), status=404)
    assert not Delivery.objects.exists()
    assert not SigningSecret.objects.exists()


def test_if_match_stops_whoever_saw_another_version_and_nobody_else(ann):
    made = ann.subscribe()
    seen = ann.answer("GET", place(made))["ETag"]
    attempt(204)
    ann.patch(place(made), {"description": "One"}, if_match=seen)
    response = ann.answer("PATCH", place(made), {"description": "Two"}, if_match=seen)
    assert response.status_code == 412
    assert response["ETag"] == ann.answer("GET", place(made))["ETag"]
    assert ann.answer("DELETE", place(made), if_match=seen).status_code == 412
    assert ann.get(place(made))["description"] == "One"
    ann.patch(place(made), {"description": "Three"})


def test_a_subscription_that_has_not_changed_is_not_sent_again(ann):
    made = ann.subscribe()
    tag = ann.answer("GET", place(made))["ETag"]
    response = ann.answer("GET", place(made), if_none_match=tag)
    assert (response.status_code, response.content) == (304, b"")
    assert response["Cache-Control"] == "private, no-cache"


# --- enabled, disabled, rotated -------------------------------------------------------------------------------------


def test_a_disabled_one_names_the_last_entry_before_it_until_a_replay(ann):
    made = ann.subscribe()
    act()
    attempt(204)
    last = StatusChange.objects.latest("id").pk
    result = ann.post(place(made, "disable/"))
    assert (result["state"], result["disabled_reason"], result["missed_from"]) == ("disabled", "owner", last)
    act(action="lifted")
    assert ann.post(place(made, "ping/"), status=409)["detail"] == (
        "The subscription is disabled; enable it, and it is pinged."
    )
    result = ann.post(place(made, "enable/"), {})
    assert (result["state"], result["disabled_reason"], result["missed_from"]) == ("pending", None, last)
    attempt(204)
    assert ann.get(place(made))["state"] == "enabled"
    ann.post(place(made, "replay/"), {"missed": True}, status=202)
    assert ann.get(place(made))["missed_from"] is None


def test_a_rotation_shows_the_new_secret_and_until_when_the_old_one_signs(ann):
    made = ann.subscribe()
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False):
        response = ann.answer("POST", place(made, "rotate-secret/"), {"grace": 3600})
        result = response.json()
        until = dt.datetime.fromisoformat(result["grace_until"])
        assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
        assert until - dt.datetime.now(dt.UTC) == dt.timedelta(hours=1)
    assert result["secret"] != made["secret"]
    assert Secret.from_text(result["secret"]).fingerprint == result["secret_fingerprint"] != made["secret_fingerprint"]
    assert ann.get(place(made)) == {name: value for name, value in result.items() if name != "secret"}


@pytest.mark.parametrize(
    ("body", "seconds"), [(None, 86400), ({}, 86400), ({"grace": 0}, None), ({"grace": 604800}, 604800)]
)
def test_the_grace_is_a_day_by_default_and_at_most_a_week(ann, body, seconds):
    made = ann.subscribe()
    before = dt.datetime.now(dt.UTC)
    until = ann.post(place(made, "rotate-secret/"), body)["grace_until"]
    if seconds is None:
        assert until is None
    else:
        left = dt.datetime.fromisoformat(until) - before
        assert dt.timedelta(seconds=seconds) <= left < dt.timedelta(seconds=seconds + 60)


@pytest.mark.parametrize("grace", [-1, 604801, "soon", None, 1.5])
def test_a_grace_beyond_a_week_or_none_at_all_is_refused_and_rotates_nothing(ann, grace):
    made = ann.subscribe()
    result = ann.post(place(made, "rotate-secret/"), {"grace": grace}, status=400)
    assert [error["pointer"] for error in result["errors"]] == ["/grace"]
    assert ann.get(place(made))["secret_fingerprint"] == made["secret_fingerprint"]


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/url"]),
        ([], []),
        ([{"url": URL}], []),
        ({"url": URL, "urls": 1, "colour": "red"}, ["/colour", "/urls"]),
        ({"url": URL, "event_types": "sanctions.changed", "ordered": "perhaps"}, ["/event_types", "/ordered"]),
        ({"url": URL, "countries": ["XX"], "pairs": ["BY-BY"], "include": "change"}, ["/countries/0", "/pairs/0"]),
        ({"url": URL, "countries": ["BY", "XX", "US", "QQ"]}, ["/countries/1", "/countries/3"]),
        ({"url": URL, "directions": ["US>BY", "BY>BY"], "tracks": ["trend:US>BY"]}, ["/directions/1", "/tracks/0"]),
        ({"url": "http://169.254.169.254/latest/"}, ["/url"]),
        ({"url": "https://user:pass@example.org/"}, ["/url"]),
        ({"url": "https://[::ffff:127.0.0.1]/"}, ["/url"]),
        ({"url": URL, "description": "a\x00b"}, ["/description"]),
        ({"url": URL, "transitions": ["vacant"]}, ["/transitions/0"]),
        (
            {"url": URL, "transitions": [{"track": "trend"}, {"track": "trend", "new": ["improving", "worse"]}]},
            ["/transitions/1/new/1"],
        ),
        ({"url": URL, "transitions": [{"track": "sanctions:US>XX"}]}, ["/transitions/0/track"]),
        ({"url": URL, "countries": [None]}, ["/countries/0"]),
    ],
)
def test_everything_that_is_wrong_is_named_and_nothing_is_made(ann, body, pointers):
    result = ann.post("/api/webhooks/", body, status=400)
    assert sorted(error["pointer"] for error in result.get("errors", [])) == pointers
    assert result["instance"] == "/api/webhooks/"
    assert not Subscription.objects.exists()


def test_an_address_inside_says_nothing_about_what_is_there(ann):
    result = ann.post("/api/webhooks/", {"url": "https://10.0.0.1/"}, status=400)
    assert result["errors"] == [
        {
            "pointer": "/url",
            "code": "url_refused",
            "detail": "Webhooks are not sent to this URL: the address is not one of the public internet.",
        }
    ]


def test_the_fifty_first_is_refused(ann):
    row, _ = delivery.create(ann.user, {"url": URL})
    fields = {"owner": ann.user, "url": URL, "destination": row.destination, "event_types": ["*"]}
    Subscription.objects.bulk_create(
        Subscription(**fields, created_at=row.created_at, state_since=row.state_since) for _ in range(49)
    )
    assert ann.post("/api/webhooks/", {"url": URL}, status=409)["detail"] == "One owner has at most 50 subscriptions."


def test_a_subscription_sent_again_is_the_first_with_its_secret_which_the_database_does_not_show(ann):
    made, again = (ann.post("/api/webhooks/", {"url": URL}, status=201, idempotency_key="k1") for _ in range(2))
    assert again == made
    assert Subscription.objects.count() == 1
    stored = bytes(IdempotencyRecord.objects.get().body or b"")
    assert made["secret"].encode() not in stored
    assert URL.encode() not in stored
    rotated, again = (
        ann.post(f"/api/webhooks/{made['id']}/rotate-secret/", {}, status=200, idempotency_key="k2") for _ in range(2)
    )
    assert again == rotated
    assert rotated["secret"] != made["secret"]
    ann.post("/api/webhooks/", {"url": f"{URL}x"}, status=422, idempotency_key="k1")


@pytest.mark.parametrize("command", ["enable", "disable", "ping", "test", "rotate-secret", "replay"])
def test_commands_are_tried_without_effect_and_given_once_for_a_key(ann, command):
    made = ann.subscribe()
    url, body = (
        f"/api/webhooks/{made['id']}/{command}/",
        {"test": {"type": "sanctions.changed"}, "replay": {"after": 0}},
    )
    status = {"enable": 200, "disable": 200, "rotate-secret": 200}.get(command, 202)

    def state():
        row = Subscription.objects.values().get()
        return row, *([*model.objects.values().order_by("pk")] for model in (Delivery, SigningSecret, Replay))

    before = state()
    tried = ann.post(f"{url}?dry_run=1", body.get(command, {}), status=status)
    assert (tried["dry_run"], tried["status"], tried["changes"]) == (True, status, [])
    assert "secret" not in tried["result"]
    assert state() == before
    first = ann.post(url, body.get(command, {}), status=status, idempotency_key="k")
    after = state()
    assert ann.post(url, body.get(command, {}), status=status, idempotency_key="k") == first
    assert state() == after


@pytest.mark.parametrize(
    "query", ["state=enabeld", "colour=red", "page_size=0", "ordering=owner", "cursor=x", "fields=secret"]
)
def test_a_mistyped_parameter_is_named(ann, query):
    result = ann.get(f"/api/webhooks/?{query}", status=400)
    assert [error["parameter"] for error in result["errors"]] == [query.partition("=")[0]]


def test_an_act_that_takes_nothing_refuses_words(ann):
    made = ann.subscribe()
    for name in ("enable", "disable", "ping"):
        result = ann.post(place(made, f"{name}/"), {"grace": 1}, status=400)
        assert [error["pointer"] for error in result["errors"]] == ["/grace"]
    assert ann.get(place(made))["state"] == "enabled"


# --- who may --------------------------------------------------------------------------------------------------------

PLACES = [
    ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "enable/"), ("POST", "disable/"), ("POST", "ping/"),
    ("POST", "rotate-secret/"), ("GET", "dry-run/"), ("GET", "deliveries/"), ("GET", "replay/"), ("POST", "replay/"),
]  # fmt: skip


def test_anothers_subscription_is_not_there(ann, bob):
    made = ann.subscribe()
    for method, rest in PLACES:
        answer = bob.answer(method, place(made, rest), {} if method in ("POST", "PATCH") else None)
        refusal = (answer.status_code, json.loads(answer.content)["detail"])
        assert refusal == (404, f"You have no subscription {made['id']}."), (method, rest)
        assert ann.get(place(made))["state"] == "enabled", (method, rest)


def test_without_a_token_nothing_is_shown_and_nothing_done(ann, client):
    made = ann.subscribe()
    for method, rest in PLACES:
        response = client.generic(method, place(made, rest))
        refusal = (response.status_code, response["WWW-Authenticate"], response["Content-Type"])
        assert refusal == (401, 'Bearer realm="tracker"', "application/problem+json"), (method, rest)


@pytest.mark.parametrize("scope", ["read", "edit"])
@pytest.mark.parametrize(("method", "rest"), [("GET", ""), ("POST", ""), ("POST", "dry-run/")])
def test_a_token_without_the_scope_is_refused_for_reading_too(ann, scope, method, rest):
    result = Caller("ann", scope).ask(method, f"/api/webhooks/{rest}", {} if method == "POST" else None, status=403)
    assert result["detail"] == "The token lacks the scope 'webhooks'."


def test_the_list_has_the_users_own_subscriptions_and_for_a_superuser_everybodys(ann, bob, root):
    mine, others = ann.subscribe(), bob.subscribe()
    assert [each["id"] for each in ann.get("/api/webhooks/")["results"]] == [mine["id"]]
    assert [each["owner"] for each in root.get("/api/webhooks/")["results"]] == ["ann", "bob"]
    assert [each["id"] for each in root.get("/api/webhooks/?owner=bob")["results"]] == [others["id"]]
    assert "secret" not in root.get(place(mine))


def test_a_superuser_stops_anothers_subscription_but_never_sees_a_secret_of_it(ann, root):
    made = ann.subscribe()
    result = root.post(place(made, "rotate-secret/"), status=403)
    assert result["detail"] == "Its secret is shown to its owner alone: only they can rotate it."
    assert root.post(place(made, "disable/"))["state"] == "disabled"
    assert ann.get(place(made))["secret_fingerprint"] == made["secret_fingerprint"]


def test_somebody_logged_in_reads_their_own_and_needs_the_permission_to_write(ann):
    made = ann.subscribe()
    browser = Client()
    browser.force_login(ann.user)
    assert [each["id"] for each in browser.get("/api/webhooks/").json()["results"]] == [made["id"]]
    ann.user.groups.clear()
    assert browser.post("/api/webhooks/", {"url": URL}, content_type="application/json").status_code == 403
    other = Client()
    other.force_login(User.objects.create_user("cyd"))
    assert other.get(place(made)).status_code == 404


# --- lists ----------------------------------------------------------------------------------------------------------


def test_a_list_is_filtered_and_ordered(ann):
    rows = [ann.subscribe(countries=["BY"], description="The desk")]
    second = {"url": "https://example.net/", "pairs": ["BY-US"], "include": "snapshot"}
    third = {"url": URL, "event_types": ["trend.changed"], "ordered": True}
    rows += [ann.post("/api/webhooks/", body, 201) for body in (second, third)]
    delivery.disable(row_of(rows[2]))
    expected = {
        "state=enabled": [1], "state=pending,disabled": [2, 3], "disabled_reason=owner": [3],
        "countries=blr": [1], "pairs=us-by": [2], "event_types=trend.changed": [3], "include=snapshot": [2],
        "ordered=1": [3], "ordered=0": [1, 2], "url=EXAMPLE.net": [2], "description=desk": [1],
        "id=2000": [], "created_after=2100-01-01": [], "ordering=-id": [3, 2, 1], "owner=bob": [],
    }  # fmt: skip
    answers = {query: ann.get(f"/api/webhooks/?{query}&count=1") for query in expected}
    ids = [row["id"] for row in rows]
    found = {query: [ids.index(each["id"]) + 1 for each in answer["results"]] for query, answer in answers.items()}
    assert found == expected
    assert {query: answer["count"] for query, answer in answers.items()} == {
        query: len(numbers) for query, numbers in expected.items()
    }


def test_pages_link_to_each_other_and_an_export_has_the_whole_list(ann):
    made = [ann.post("/api/webhooks/", {"url": URL}, 201)["id"] for _ in range(3)]
    first = ann.get("/api/webhooks/?page_size=2&fields=id")
    second = ann.get(first["next"].removeprefix("http://testserver"))
    assert [each["id"] for page in (first, second) for each in page["results"]] == made
    table = b"".join(ann.answer("GET", "/api/webhooks/?format=csv&fields=id,url").streaming_content).decode()
    assert table.split("\r\n") == ["id,url", *(f"{each},{URL}" for each in made), ""]


def test_a_list_costs_the_same_for_one_and_for_many(ann):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            ann.get("/api/webhooks/")
        return len(queries)

    ann.post("/api/webhooks/", {"url": URL}, 201)
    ann.get("/api/webhooks/")
    one = cost()
    for _ in range(5):
        delivery.create(ann.user, {"url": URL})
    # The token with its user; the subscriptions with owners and fingerprints.
    assert (one, cost()) == (2, 2)
