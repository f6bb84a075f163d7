"""Every error has one shape, and no input makes a 500."""

import json
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client

from relations.api.http import errors
from relations.api.http.problem_types import problem_types
from relations.models import AmbassadorStatus
from tests.api.conftest import Editor

URL = "/api/ambassadors/"


def problem_of(answer: Any) -> tuple[int, str]:
    """Status and type of a body that has the shape of RFC 9457."""
    assert answer["Content-Type"] == "application/problem+json", answer.content[:200]
    body = answer.json()
    assert body.keys() - {"errors"} == {"type", "title", "status", "detail", "instance", "request_id"}
    assert body["status"] == answer.status_code
    assert body["request_id"] == answer["X-Request-ID"]
    assert body["detail"]
    return answer.status_code, body["type"].rpartition("#")[2]


def test_whole_problem(countries: None, client: Client) -> None:
    answer = client.get(f"{URL}?statsu=vacant", headers={"X-Request-ID": "r-1"})
    assert answer.json() == {
        "type": "/api/docs/errors/#unknown-parameter", "title": "Unknown parameter", "status": 400,
        "detail": "There is no parameter 'statsu' here. Did you mean 'status'?", "instance": URL, "request_id": "r-1",
        "errors": [
            {"parameter": "statsu", "code": "unknown_parameter",
             "detail": "There is no parameter 'statsu' here. Did you mean 'status'?"},
        ],
    }  # fmt: skip


DEEP = b"[" * 100_000
BODIES = {
    "not JSON": b"{",
    "nothing": b"",
    "NaN": b'{"on": NaN}',
    "deep": DEEP,
    "deep object": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "not UTF-8": b'{"on": "\xff"}',
    "lone surrogate": b'{"on": "\\ud800"}',
    "two values": b"{}{}",
    "byte order mark": b"\xef\xbb\xbf{}",
    "one key twice": b'{"on": "2020", "on": "2021"}',
    "one key twice, deep in a list": b'[{"citations": [{"quote": "a", "quot\\u0065": "b"}]}]',
}


@pytest.mark.parametrize("name", BODIES)
def test_body_that_is_no_json(editor: Editor, name: str) -> None:
    answer = editor.client.generic("POST", URL, BODIES[name], content_type="application/json")
    assert problem_of(answer)[0] == 400


@pytest.mark.parametrize("body", [None, True, 1, 1.5, "text", [None], [[]], {"on": {}}, {"": 1}, {"\x00": 1}])
def test_body_of_another_type(editor: Editor, body: Any) -> None:
    assert problem_of(editor.post(URL, json.dumps(body)))[0] == 400


VALUES: list[Any] = [
    None, True, 0, -1, 10**18, 10**30, 1e300, "", " ", "\x00", "a\x00b", "x" * 100_000, [], {}, [None], [[[]]],
    {"id": None}, {"id": "x"},
    {"id": 10**25}, "2020-13-45", "10000-01-01", "0000-01-01", "[2020..]", "\u202e", "\ufffe", "🏳" * 50,
]  # fmt: skip


def recorded_of(editor: Editor, url: str, rows: list[Any]) -> list[Any]:
    """The rows that are recorded once those that are refused are left out."""
    left = rows
    while left:
        answer = editor.post(url, left)
        if answer.status_code == 201:
            assert len(answer.json()) == len(left)
            break
        assert problem_of(answer)[0] == 400, answer.content[:300]
        wrong = {int(error["pointer"].split("/")[1]) for error in answer.json()["errors"]}
        assert wrong
        left = [row for index, row in enumerate(left) if index not in wrong]
    return left


@pytest.mark.parametrize("field", ["from", "status", "holder", "on", "note", "citations", "source", "quote", "stance"])
def test_no_value_of_a_field_is_a_500(editor: Editor, nomination: dict[str, Any], field: str) -> None:
    rows = [json.loads(json.dumps(nomination)) for _ in VALUES]
    for row, value in zip(rows, VALUES, strict=True):
        (row["citations"][0] if field in ("source", "quote", "stance") else row)[field] = value
    recorded_of(editor, URL, rows)


@pytest.mark.parametrize(
    ("resource", "body"),
    [
        ("sanction-events", {"from": "US", "to": "BY", "action": "imposed", "on": "2020"}),
        ("travel-ban-entries", {"list": 1, "country": "BY", "action": "listed", "on": "2020"}),
        ("sanction-programmes", {"issuer": "US", "target": "BY", "title": "T"}),
        ("travel-ban-lists", {"issuer": "US", "title": "T", "subject": "person"}),
        ("sources", {"title": "T"}),
    ],
)
def test_no_value_anywhere_is_a_500(
    editor: Editor, nomination: dict[str, Any], resource: str, body: dict[str, Any]
) -> None:  # fmt: skip
    extra = {
        "sanction-events": ("measures", "scope", "programme", "instrument", "expires_on"),
        "travel-ban-entries": ("list", "country", "scope", "visa_classes", "person", "identifiers"),
        "sanction-programmes": ("issuer", "legal_basis", "url"),
        "travel-ban-lists": ("subject", "instrument", "url"),
        "sources": ("kind", "published_on", "url", "language", "text", "syndication_of"),
    }[resource]
    for field in extra:
        rows = [body | {field: value} for value in VALUES]
        if "on" in body:
            cited = [row | {"citations": nomination["citations"]} for row in rows]
            recorded_of(editor, f"/api/{resource}/", cited)
            continue
        for row in rows:
            answer = editor.post(f"/api/{resource}/", row)
            assert answer.status_code in (201, 400, 409), (row, answer.content[:300])


WRONG_QUERIES = [
    "page_size=0", "page_size=501", "page_size=x", "page_size=1&page_size=2", "page_size=%00", "page_size=١",
    "ordering=holder",
    "ordering=", "ordering=--on", "count=maybe", "cursor=", "cursor=%00", "cursor=AAAA", "cursor=%F0%9F",
    "cursor=a%2Bb", "fields=",
    "fields=nothing", "fields=%00", "expand=everything", "format=xml", "format=%00", "format=",
    "known_at=2020-01-01",
    "known_at=2020-01-01T00:00:00", "known_at=0001-01-01T00:00:00%2B14:00", "known_at=9999-12-31T23:59:59-14:00",
    "known_at=2020-01-01T25:00:00Z", "known_at=%00", "as_of=10000-01-01", "as_of=0000-01-01", "as_of=2019-02-29",
    "as_of=",
    "as_of=2019-01-01&as_of=2020-01-01", "on=2020-13", "on=x%00", "country=QQ", "country=BYX", "country=%00",
    "country=",
    "country=BY,", "pair=BY", "pair=BY-QQ", "pair=BY-US-DE", "status=king", "status=", "version=-1",
    "version=" + "9" * 5000,
    "source=1.5", "source=9223372036854775808", "key=1", "recorded_after=yesterday", "q=", "q=%00", "note=%00",
    "q=%C0%80", "note=%ED%A0%80", "holder=%FF",
    "holder=", "nothing=1",
    "statu%00=1", "Status=vacant", "%ED%A0%80=1", "country=" + ",".join(["BY"] * 201),
]  # fmt: skip


def test_wrong_query_is_named(countries: None, client: Client) -> None:
    for query in WRONG_QUERIES:
        answer = client.get(f"{URL}?{query}")
        assert problem_of(answer)[0] == 400, query
        first = answer.json()["errors"][0]
        assert first["parameter"].replace("\ufffd", "") in query.replace("%00", "").replace("%ED%A0%80", ""), query
    assert AmbassadorStatus.objects.count() == 0


def test_every_wrong_parameter_is_named_at_once(countries: None, client: Client) -> None:
    answer = client.get(f"{URL}?country=QQ&status=king&pair=x")
    assert sorted(each["parameter"] for each in answer.json()["errors"]) == ["country", "pair", "status"]
    answer = client.get(f"{URL}?on_befor=2020-01-01&hodler=x")
    assert [each["detail"] for each in answer.json()["errors"]] == [
        "There is no parameter 'on_befor' here. Did you mean 'on_before'?",
        "There is no parameter 'hodler' here. Did you mean 'holder'?",
    ]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/nothing/", 404), ("GET", "/api/ambassadors/x/", 404), ("GET", "/api/sources/0/", 404),
        ("GET", "/api/sources/99999999999999999999999999/", 404), ("GET", "/api/sources/" + "9" * 5000 + "/", 404),
        ("GET", "/api/sources/%00/", 404), ("GET", "/api/%FF/", 404), ("GET",
        "/api/ambassadors/7f8d2c1e-0d55-4d3c-9f40-3b8a3f2f6f57/", 404),
        ("GET", "/api/ambassadors/7f8d2c1e-0d55-4d3c-9f40-3b8a3f2f6f57/history/", 404), ("DELETE",
        "/api/sources/", 405),
        ("PUT", "/api/sources/1/", 405), ("POST", "/api/", 405), ("TRACE", "/api/ambassadors/", 405), ("BREW",
        "/api/sources/", 405),
        ("PATCH", "/api/ambassadors/7f8d2c1e-0d55-4d3c-9f40-3b8a3f2f6f57/", 404), ("DELETE", "/api/sources/7/", 404),
    ],
)  # fmt: skip
def test_address_and_method_that_are_not_there(editor: Editor, method: str, path: str, expected: int) -> None:
    answer = editor.client.generic(method, path)
    assert problem_of(answer)[0] == expected
    if expected == 405:
        assert "GET" in answer["Allow"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_address_without_its_slash_leads_to_it_with_the_same_request(editor: Editor, method: str) -> None:
    answer = editor.client.generic(method, "/api/ambassadors?status=vacant", b"{}", content_type="application/json")
    assert (answer.status_code, answer["Location"]) == (308, "/api/ambassadors/?status=vacant")


@pytest.mark.parametrize("path", ["/", "/feeds/changes.atom", "/livez", "/api/docs/", "/api/docs/errors/"])
def test_method_that_is_not_taken_outside_of_the_resources(client: Client, countries: None, path: str) -> None:
    answer = client.generic("TRACE", path)
    assert problem_of(answer)[0] == 405
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize("path", ["/api/", "/api/schema/", "/api/docs/", "/api/docs/errors/"])
def test_no_page_ignores_a_parameter(client: Client, countries: None, path: str) -> None:
    assert problem_of(client.get(f"{path}?as_of=2020-01-01", headers={"Accept": "*/*"})) == (400, "unknown-parameter")


def test_names_of_other_interfaces_lead_to_those_of_this_one(client: Client, countries: None) -> None:
    for path, name, own in (
        ("/api/relations/", "limit", "page_size"), ("/api/facts/", "offset", "cursor"),
        ("/api/periods/", "sort", "ordering"), ("/api/designations/", "search", "q"),
    ):  # fmt: skip
        detail = client.get(f"{path}?{name}=5").json()["detail"]
        assert detail == f"There is no parameter {name!r} here. Use {own!r}."


def test_refusal_of_a_parameter_that_is_like_none_names_all_of_them(client: Client, countries: None) -> None:
    answer = client.get("/api/relations/BY-US/?xyz=1")
    assert answer.json()["detail"] == (
        "There is no parameter 'xyz' here. It takes as_of, expand, fields, format, known_at."
    )


def test_list_where_one_body_is_taken_is_a_bad_body_and_no_bad_row(editor: Editor, nomination: dict[str, Any]) -> None:
    url = editor.post(URL, nomination).json()["url"]
    programme = {"issuer": "US", "target": "BY", "title": "x"}
    for answer in (editor.patch(url, [{}], tag="*"), editor.post("/api/sanction-programmes/", [programme])):
        assert problem_of(answer) == (400, "invalid")
        assert [each["pointer"] for each in answer.json()["errors"]] == [""]


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "x" * 300],
)
def test_body_that_is_not_json_by_its_own_word(editor: Editor, content_type: str) -> None:
    answer = editor.client.generic("POST", URL, b"a=1", content_type=content_type)
    assert problem_of(answer) == (415, "unsupported-media-type")


def test_body_in_a_content_encoding(editor: Editor, nomination: dict[str, Any]) -> None:
    assert problem_of(editor.post(URL, nomination, Content_Encoding="gzip")) == (415, "unsupported-media-type")
    assert editor.post(URL, nomination, Content_Encoding="identity").status_code == 201


def test_key_that_occurs_twice_is_named(editor: Editor) -> None:
    answer = editor.client.generic("POST", URL, BODIES["one key twice"], content_type="application/json")
    assert (problem_of(answer), answer.json()["detail"]) == (
        (400, "malformed"),
        "The key 'on' occurs twice in one object.",
    )


def test_unknown_field_is_pointed_at_by_its_own_name(editor: Editor, nomination: dict[str, Any]) -> None:
    answer = editor.post(URL, nomination | {"from_country": "US"})
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/from_country"]


@pytest.mark.parametrize(
    ("resource", "wrong", "pointer", "detail"),
    [
        ("ambassadors", {"status": "ambasador"}, "/status", "Did you mean 'ambassador'?"),
        ("sanction-events", {"measures": ["arms", "trad"]}, "/measures/1",
         "'trad' is none of trade, arms, military_assistance, financial, travel, other. Did you mean 'trade'?"),
        ("sanction-events", {"scope": "al"}, "/scope", "'al' is none of all, most, some. Did you mean 'all'?"),
        ("diplomatic-events", {"nature": ["event"]}, "/nature",
         "\"['event']\" is none of event, observation. Did you mean 'event'?"),
    ],
)  # fmt: skip
def test_wrong_word_in_a_body_is_refused_with_the_nearest(
    editor: Editor, resource: str, wrong: dict[str, Any], pointer: str, detail: str
) -> None:
    errors = editor.post(f"/api/{resource}/", wrong).json()["errors"]
    (own,) = (each for each in errors if each["pointer"] == pointer)
    assert own["code"] == "invalid_choice"
    assert own["detail"].endswith(detail)


def test_body_that_is_too_large(editor: Editor, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert problem_of(editor.post(URL, "x" * 200)) == (413, "about:blank")
    answer = editor.client.generic(
        "POST", URL, b"{}", content_type="application/json", headers={"Idempotency-Key": "k"}
    )
    assert problem_of(answer)[0] == 400


def test_body_that_does_not_say_its_length(editor: Editor) -> None:
    answer = editor.client.generic(
        "POST", URL, b"", content_type="application/json", headers={"Transfer-Encoding": "chunked"}, CONTENT_LENGTH=""
    )
    assert problem_of(answer) == (411, "length-required")


def test_format_that_is_not_written_here(countries: None, client: Client) -> None:
    assert problem_of(client.get(URL, headers={"Accept": "image/png"})) == (406, "not-acceptable")
    assert problem_of(client.get("/api/", headers={"Accept": "text/csv"})) == (406, "not-acceptable")


def test_host_that_is_not_ours(client: Client, countries: None) -> None:
    assert problem_of(client.get("/api/", headers={"Host": "evil.example"}))[0] == 400


def test_more_parameters_than_are_taken(client: Client, countries: None) -> None:
    answer = client.get(f"{URL}?{'&'.join(f'a{n}=1' for n in range(2500))}")
    assert (answer.status_code, answer.json()["detail"]) == (400, "The request has too many parameters.")


def test_what_nobody_foresaw_is_a_500_without_its_reason(client: Client, countries: None, monkeypatch: Any) -> None:
    def broken(*_: Any) -> None:
        raise LookupError("a secret")

    monkeypatch.setattr("relations.api.facts.lists.FactList.get_queryset", broken)
    client.raise_request_exception = False
    answer = client.get(URL)
    assert problem_of(answer)[0] == 500
    assert b"secret" not in answer.content


def test_two_writes_that_met_are_sent_again(editor: Editor, monkeypatch: Any) -> None:
    def met(*_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = '{states.pop()}'; END $$")

    monkeypatch.setattr("relations.ledger.sources.recorded_source", met)
    fact = {"from": "US", "to": "BY", "status": "vacant", "on": "2010"}
    states = ["40P01", "40001"]
    while states:
        answer = editor.post(URL, fact | {"citations": [{"source": {"title": "A letter"}, "quote": "x"}]})
        assert (problem_of(answer), answer["Retry-After"]) == ((503, "unavailable"), "1")
        assert answer.json()["detail"] == "Two writes met, and nothing of this one was written; send it again."


def test_database_that_cannot_be_reached_is_a_503(client: Client, countries: None, monkeypatch: Any) -> None:
    def broken(*_: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("relations.api.facts.lists.FactList.get_queryset", broken)
    answer = client.get(URL)
    assert (problem_of(answer), answer["Retry-After"]) == ((503, "unavailable"), "1")


def test_constraint_speaks_for_itself(countries: None) -> None:
    from django.db import connection, transaction

    from relations.models import SanctionProgramme

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        SanctionProgramme.objects.create(issuer_id="US", target_id="US", title="x")
    found = errors.as_problem(caught.value)
    assert found is not None
    assert (found.status, found.detail) == (400, "A programme's target must differ from its issuer.")
    assert connection.is_usable()


def test_page_of_types_has_every_type(countries: None, client: Client) -> None:
    page = client.get("/api/docs/errors/").content.decode()
    for slug, status, _ in problem_types():
        assert f'<dt id="{slug}"><code>{slug}</code> <span class="quiet">{status}</span></dt>' in page
