"""Every URL under `/api/` × method × role; and each way in which a token once gave more than its user may do."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from relations import ledger
from relations.models import AmbassadorStatus, ImportRun, Subscription
from relations.queries.credentials import load_permissions
from tests.api.conftest import Editor
from tests.api.subscribing import URL, Caller
from tests.rights import token_of

READ, OWN, EDIT, IMPORT, SUBSCRIBE = "read", "read one's own", "edit", "import", "subscribe"
SELF, TOKENS = "read about oneself", "make and revoke tokens"
RIGHTS = (READ, OWN, EDIT, IMPORT, SUBSCRIBE, SELF, TOKENS)
OK = 200
"""Allowed: whatever else is wrong with the request."""

# role                                            READ OWN  EDIT IMP. SUBSCRIBE SELF TOKENS
ROLES = {
    "nobody":                                     (OK, 401, 401, 401, 401, 401, 401),
    "the session of an editor":                   (OK, OK, OK, 403, 403, OK, OK),
    "the session of staff without rights":        (OK, OK, 403, 403, 403, OK, 403),
    "the session of a superuser":                 (OK, OK, OK, OK, OK, OK, OK),
    "the session of an inactive editor":          (OK, 401, 401, 401, 401, 401, 401),
    "read token of an editor":                    (OK, 403, 403, 403, 403, OK, OK),
    "edit token of an editor":                    (OK, 403, OK, 403, 403, OK, OK),
    "edit token of an importer":                  (OK, 403, 403, OK, 403, OK, 403),
    "edit token of a demoted editor":             (OK, 403, 403, 403, 403, OK, 403),
    "edit token of an editor who is not staff":   (OK, 403, 403, 403, 403, OK, 403),
    "edit token of who may only make tokens":     (OK, 403, 403, 403, 403, OK, OK),
    "edit token of an inactive editor":           (401, 401, 401, 401, 401, 401, 401),
    "webhooks token of a subscriber":             (OK, OK, 403, 403, OK, OK, 403),
    "webhooks token of an editor":                (OK, OK, 403, 403, 403, OK, OK),
    "token of a superuser":                       (OK, OK, OK, OK, OK, OK, OK),
}  # fmt: skip

_FACTS = ("ambassadors", "sanction-events", "travel-ban-entries", "diplomatic-events")
_REFERENCES = ("regimes", "sanction-programmes", "travel-ban-lists", "sources")
_ONE, _DELIVERIES = "webhooks/<int:number>/", "webhooks/<int:number>/deliveries/"
_PUBLIC = (
    "", "relations/", "relations/<str:code>/", "relations/<str:code>", "relations/<str:code>/timeline/",
    "relations/<str:code>/timeline", "relations/<str:code>/periods/", "relations/<str:code>/periods", "periods/",
    "changes/", "changes/<int:number>/", "countries/", "countries/<str:code>/",
    "countries/<str:code>", "facts/", "facts/<uuid:key>/",
    "designations/", "designations/<uuid:key>/", "designations/<uuid:key>/history/",
    "imports/<int:number>/", "schema/", "docs/", "docs/errors/", *(f"{kind}/<uuid:key>/history/" for kind in _FACTS),
)  # fmt: skip
URLS: dict[str, dict[str, str]] = {
    **{route: {"GET": READ} for route in _PUBLIC},
    **{f"{kind}/": {"GET": READ, "POST": EDIT, "PATCH": EDIT, "DELETE": EDIT} for kind in _FACTS},
    **{f"{kind}/confirmations/": {"POST": EDIT} for kind in _FACTS},
    **{f"{kind}/": {"GET": READ, "POST": EDIT} for kind in _REFERENCES},
    "me/": {"GET": SELF},
    "tokens/": {"GET": SELF, "POST": TOKENS},
    "tokens/<int:number>/": {"GET": SELF, "DELETE": TOKENS},
    **{f"{kind}/<uuid:key>/": {"GET": READ, "PUT": EDIT, "PATCH": EDIT, "DELETE": EDIT} for kind in _FACTS},
    **{f"{kind}/<uuid:key>/confirmations/": {"GET": READ, "POST": EDIT} for kind in _FACTS},
    **{f"{kind}/<int:number>/": {"GET": READ, "PATCH": EDIT, "DELETE": EDIT} for kind in _REFERENCES},
    "designations/match/": {"POST": READ},
    "imports/": {"GET": READ, "POST": IMPORT},
    "imports/<int:number>/files/<str:sha256>/": {"GET": IMPORT},
    "webhooks/": {"GET": OWN, "POST": SUBSCRIBE},
    "webhooks/dry-run/": {"POST": SUBSCRIBE},
    "webhooks/event-types/": {"GET": OWN},
    "webhooks/<int:number>/test/": {"POST": SUBSCRIBE},
    _ONE: {"GET": OWN, "PATCH": SUBSCRIBE, "DELETE": SUBSCRIBE},
    f"{_ONE}dry-run/": {"GET": OWN},
    **{f"{_ONE}{act}/": {"POST": SUBSCRIBE} for act in ("enable", "disable", "ping", "rotate-secret")},
    f"{_ONE}replay/": {"GET": OWN, "POST": SUBSCRIBE},
    f"{_ONE}replay/<int:replay>/": {"GET": OWN},
    _DELIVERIES: {"GET": OWN},
    f"{_DELIVERIES}<int:delivery>/": {"GET": OWN},
    f"{_DELIVERIES}<int:delivery>/redeliver/": {"POST": SUBSCRIBE},
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_EXAMPLES = {"int": "999999", "uuid": "00000000-0000-4000-8000-000000000000", "str": "BY"}


def inheritance_routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from inheritance_routes(pattern, route)


def example(route: str) -> str:
    path = re.sub(r"<(\w+):\w+>", lambda match: _EXAMPLES[match[1]], route)
    return f"/api/{path.replace('relations/BY', 'relations/BY-US')}"


def status(client: Client, method: str, route: str, *, query: str = "") -> int:
    body = b"" if method == "GET" else b"{}"
    answer = client.generic(method, example(route) + query, body, content_type="application/json")
    return answer.status_code if answer.status_code in (401, 403, 405, 429) or answer.status_code >= 500 else OK


def caller(role: str) -> Client:
    """Somebody in that role; a token is made while its user has the rights, which are taken away afterwards."""
    user = User.objects.create_user("ann", is_superuser="superuser" in role, is_staff=True)
    group = next((name for name in ("Editor", "Importer", "Subscriber") if name.lower() in role), None)
    user.groups.set(Group.objects.filter(name=f"{group}s"))
    client = Client()
    if "session" in role:
        client.force_login(user)
    elif "token" in role:
        scopes = ["edit", "read", "webhooks"] if "superuser" in role else [role.split(maxsplit=1)[0]]
        _, shown = ledger.issue_token(user, name="t", scopes=scopes)
        client = Client(headers={"Authorization": f"Bearer {shown}"})
    if "demoted" in role:
        user.groups.clear()
    if "only make tokens" in role:
        user.user_permissions.set(Permission.objects.filter(codename__in=("add_apitoken", "delete_apitoken")))
    user.is_active, user.is_staff = "inactive" not in role, "not staff" not in role
    user.save()
    return client


def test_every_url_of_the_api_is_in_the_table() -> None:
    assert {
        route.removeprefix("api/") for route in inheritance_routes(get_resolver()) if route.startswith("api/")
    } == set(URLS)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_table_says_and_no_more(countries: None, settings: Any, role: str) -> None:
    settings.LOGIN_LIMIT = "1000/minute"
    client, rights = caller(role), dict(zip(RIGHTS, ROLES[role], strict=True))
    needed = {(method, route): need for route, needs in URLS.items() for method, need in needs.items()}
    # Rights come before parameters: one that there is not spares each role but one the reading of what all may read.
    spared = {READ: "?nothing=1"} if role != "nobody" else {}
    found = {place: status(client, *place, query=spared.get(need, "")) for place, need in needed.items()}
    assert found == {place: rights[need] for place, need in needed.items()}


@pytest.mark.parametrize("role", ["nobody", "token of a superuser"])
def test_no_url_takes_another_method(countries: None, role: str) -> None:
    client = caller(role)
    others = [(method, route) for route, needs in URLS.items() for method in METHODS if method not in needs]
    assert {place: status(client, *place) for place in others} == dict.fromkeys(others, 405)


@pytest.mark.parametrize(("role", "refusal"), [("nobody", 401), ("read token of an editor", 403)])
def test_what_is_one_s_own_is_not_read_by_head_or_options_either(countries: None, role: str, refusal: int) -> None:
    client = caller(role)
    places = [("OPTIONS", route) for route in URLS if route.startswith("webhooks/")]
    places += [("OPTIONS", "imports/<int:number>/files/<str:sha256>/")]
    places += [("HEAD", route) for route, needs in URLS.items() if needs.get("GET") in (OWN, IMPORT)]
    assert {place: status(client, *place) for place in places} == dict.fromkeys(places, refusal)


# --- each attack by its name ----------------------------------------------------------------------------------------


def test_demoted_user_s_token_no_longer_records_or_retracts(editor: Editor, nomination: dict[str, Any]) -> None:
    fact = editor.post("/api/ambassadors/", nomination).json()
    editor.user.groups.clear()
    answer = editor.post("/api/ambassadors/", nomination | {"holder": "Somebody Else"})
    assert (answer.status_code, answer.json()["type"]) == (403, "/api/docs/errors/#permission-denied")
    assert answer.json()["detail"] == "The token's user lacks the permission 'relations.add_ambassadorstatus'."
    place = fact["url"].removeprefix("http://testserver")
    assert editor.patch(place, {"note": "Mine"}, tag="*").status_code == 403
    assert editor.delete(f"{place}?reason=spite", tag="*").status_code == 403
    (fact,) = AmbassadorStatus.objects.all()
    assert (fact.superseded_at, fact.holder) == (None, "Julie Fisher")


def test_token_of_somebody_who_is_no_longer_staff_does_not_record(editor: Editor, nomination: dict[str, Any]) -> None:
    User.objects.update(is_staff=False)
    answer = editor.post("/api/ambassadors/", nomination)
    assert (answer.status_code, answer.json()["detail"]) == (403, "The token's user lacks staff status.")


def test_demoted_user_s_token_is_not_given_an_earlier_answer_again(editor: Editor, nomination: dict[str, Any]) -> None:
    assert editor.post("/api/ambassadors/", nomination, Idempotency_Key="k").status_code == 201
    editor.user.groups.clear()
    assert editor.post("/api/ambassadors/", nomination, Idempotency_Key="k").status_code == 403


def test_staff_who_may_only_make_tokens_record_with_none(anna: User, nomination: dict[str, Any]) -> None:
    anna.user_permissions.add(Permission.objects.get(codename="add_apitoken"))
    anna.is_staff = True
    anna.save()
    _, shown = ledger.issue_token(anna, name="mine", scopes=["edit"])
    client = Client(headers={"Authorization": f"Bearer {shown}"})
    assert client.post("/api/ambassadors/", nomination, content_type="application/json").status_code == 403
    assert not AmbassadorStatus.objects.exists()


def test_editor_imports_with_a_token_only_if_she_may_with_her_session(anna: User) -> None:
    anna.groups.add(Group.objects.get(name="Editors"))
    anna.is_staff = True
    anna.save()
    _, shown = ledger.issue_token(anna, name="hers", scopes=["edit"])
    token, session = Client(headers={"Authorization": f"Bearer {shown}"}), Client()
    session.force_login(anna)

    def asked(client: Client) -> int:
        return client.post("/api/imports/", {"list": "un"}, content_type="application/json").status_code

    assert (asked(token), asked(session), ImportRun.objects.count()) == (403, 403, 0)
    anna.groups.add(Group.objects.get(name="Importers"))
    assert (asked(token), asked(session), ImportRun.objects.count()) == (202, 202, 2)


def test_demoted_subscriber_s_token_reads_her_webhooks_and_changes_none(ann: Caller) -> None:
    made = ann.subscribe()
    ann.user.groups.clear()
    assert [row["id"] for row in ann.get("/api/webhooks/")["results"]] == [made["id"]]
    ann.post("/api/webhooks/", {"url": URL}, status=403)
    ann.patch(f"/api/webhooks/{made['id']}/", {"url": "https://example.net/"}, status=403)
    ann.post(f"/api/webhooks/{made['id']}/rotate-secret/", status=403)
    assert [row.url for row in Subscription.objects.all()] == [URL]


def test_token_of_a_former_superuser_sees_her_own_webhooks_alone(ann: Caller) -> None:
    made = ann.subscribe()
    root = Caller("root", is_superuser=True)
    assert [row["id"] for row in root.get("/api/webhooks/")["results"]] == [made["id"]]
    User.objects.filter(username="root").update(is_superuser=False)
    assert root.get("/api/webhooks/")["results"] == []
    root.get(f"/api/webhooks/{made['id']}/", status=404)


def test_acts_on_a_subscription_need_the_right_to_change_it_as_in_the_admin(ann: Caller) -> None:
    made = ann.subscribe()
    ann.user.groups.clear()
    ann.user.user_permissions.add(Permission.objects.get(codename="add_subscription"))
    for act in ("enable", "disable", "ping", "rotate-secret", "replay"):
        ann.post(f"/api/webhooks/{made['id']}/{act}/", {"missed": True} if act == "replay" else {}, status=403)


@pytest.mark.django_db
def test_permissions_are_those_that_django_finds() -> None:
    user = User.objects.create_user("ann")
    user.groups.set(Group.objects.filter(name__in=["Editors", "Subscribers"]))
    user.user_permissions.set(Permission.objects.filter(codename__in=["add_apitoken", "view_session"]))
    expected = User.objects.get().get_all_permissions()
    load_permissions(user)
    with CaptureQueriesContext(connection) as queries:
        assert user.get_all_permissions() == expected
    assert {"relations.add_apitoken", "relations.add_source", "sessions.view_session"} < expected
    assert len(queries) == 0


# --- what it costs --------------------------------------------------------------------------------------------------


def test_rights_cost_one_query_on_writes_and_none_on_reads(anna: User) -> None:
    _, shown = token_of(anna, "edit")
    client = Client(headers={"Authorization": f"Bearer {shown}"})

    def tables(method: str) -> list[str]:
        """The first table of each query."""
        with CaptureQueriesContext(connection) as queries:
            client.generic(method, "/api/ambassadors/", b"{}" if method == "POST" else b"", "application/json")
        return [re.findall(r'(?:FROM|INTO|UPDATE) "?(\w+)', query["sql"])[0] for query in queries]

    tables("GET")
    # The token with its user; the facts.
    assert tables("GET") == ["relations_apitoken", "relations_ambassadorstatus"]
    # The token with its user; the permissions of the user and of their groups; the count of writes.
    assert tables("POST") == ["relations_apitoken", "auth_permission", "relations_ratelimitcounter"]
