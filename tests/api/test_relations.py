"""`/api/relations/BY-US/`: the resource for which the tracker is there."""

from typing import Any

import orjson
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.models import (
    AmbassadorStatus,
    CountryPair,
    Fact,
    Membership,
    SanctionEvent,
    TravelBanEntry,
    TravelBanList,
)
from relations.queries.cache import PAIRS
from tests.api.reading import get, now, queries
from tests.factories import ban, ban_list, event, post, programme, record, sanction

BAN_LIST = "Countries whose nationals are barred from entering the United States"
UNSEEN: dict[str, Any] = {
    "facts": [], "fact_count": 0, "uncertain": [], "disputed": False, "stale": False, "confirmed_on": None, "basis": "",
    "last_known": None,
}  # fmt: skip
NEVER = {"since": None, "since_earliest": None, "since_latest": None}
SILENT: dict[str, Any] = {"value": "unknown", **NEVER, **UNSEEN}
NOBODY: dict[str, Any] = {"value": "unknown", "holder": "", **NEVER, **UNSEEN}
ON_THE_DAY = {"since": "2020-02-01", "since_earliest": "2020-02-01", "since_latest": "2020-02-01"}
BY_THE_DAY = {"since": "[..2020-02-01]", "since_earliest": None, "since_latest": "2020-02-01"}


def key(model: type[Fact], sender: str, word: str, on: str = "") -> str:
    """The key of a fact of the seed article between Belarus and its partners."""
    rows = model.objects.filter(from_country=sender, **{model.label: word})
    return str((rows.filter(on=on) if on else rows).get(pair__code__contains="BY").key)


def certain(*facts: str, confirmed_on: str = "2020-02-01", stale: bool = False) -> dict[str, Any]:
    """The statuses that articles of that day report."""
    return UNSEEN | {
        "facts": list(facts), "fact_count": len(facts), "confirmed_on": confirmed_on, "stale": stale,
        "basis": "article",
    }  # fmt: skip


# --- the seed article -----------------------------------------------------------------------------------------------


def test_the_relation_of_the_day_after_has_the_whole_seed_article(client, seed):
    body = get(client, "/api/relations/BY-US/?as_of=2020-02-02")
    list_id = TravelBanList.objects.get().pk
    assert list(body) == [
        "code", "url", "version", "countries", "as_of", "known_at", "status", "facts", "fact_count", "links",
    ]  # fmt: skip
    facts = body.pop("facts")
    trend = body["status"].pop("trend")
    assert body == {
        "code": "BY-US",
        "url": "http://testserver/api/relations/BY-US/",
        "version": CountryPair.objects.get(code="BY-US").version,
        "countries": [{"code": "BY", "name": "Belarus"}, {"code": "US", "name": "United States"}],
        "as_of": "2020-02-02",
        "known_at": None,
        "status": {
            "diplomatic_relations": SILENT | {"implied": False},
            "ambassadors": [
                {
                    "from": sender,
                    "to": receiver,
                    "post": {
                        "value": "vacant", "holder": "",
                        "since": "2010~", "since_earliest": "2010-01-01", "since_latest": "2010-12-31",
                        **certain(key(AmbassadorStatus, sender, "vacant")),
                    },
                    "next": {
                        "value": "announced", "holder": "", **ON_THE_DAY,
                        **certain(key(AmbassadorStatus, sender, "announced")),
                    },
                }
                for sender, receiver in (("BY", "US"), ("US", "BY"))
            ],
            "sanctions": [
                {
                    "from": "US", "to": "BY", "via": None, "value": "eased", "measures": [], **BY_THE_DAY,
                    "expires_on": None,
                    "programmes": [
                        {
                            "programme": None, "designations": None, "value": "eased", "measures": [],
                            **BY_THE_DAY,
                            "expires_on": None, **certain(key(SanctionEvent, "US", "eased")),
                        }
                    ],
                    **certain(key(SanctionEvent, "US", "eased")),
                }
            ],
            "travel_bans": [
                {
                    "from": "US", "to": "BY", "via": None, "list": {"id": list_id, "title": BAN_LIST},
                    "value": "removed", "scope": "", "visa_classes": [], **BY_THE_DAY,
                    **certain(key(TravelBanEntry, "US", "removed")),
                }
            ],
        },
        "fact_count": 12,
        "links": {
            "html": "http://testserver/relations/BY-US/",
            "facts": "http://testserver/api/facts/?pair=BY-US&as_of=2020-02-02",
            "timeline": "http://testserver/api/relations/BY-US/timeline/",
            "periods": "http://testserver/api/relations/BY-US/periods/",
            "changes": "http://testserver/api/changes/?pair=BY-US",
            "csv": "http://testserver/api/relations/BY-US/?format=csv",
            "via": {},
        },
    }  # fmt: skip
    assert {name: trend[name] for name in ("value", "since", "disputed")} == {
        "value": "improving", "since": "2020-02-01", "disputed": False,
    }  # fmt: skip
    of_two_years = [fact for of_kind in facts.values() for fact in of_kind if fact["latest"] > "2018-02-02"]
    in_order = sorted(of_two_years, key=lambda fact: (fact["latest"], fact["earliest"] or "", fact["key"]))
    assert trend["facts"] == [fact["key"] for fact in in_order]
    assert {kind: len(of_kind) for kind, of_kind in facts.items()} == {
        "ambassadors": 4, "sanction_events": 1, "travel_ban_entries": 2, "diplomatic_events": 5,
    }  # fmt: skip


def test_each_fact_is_the_same_in_the_relation_and_at_its_own_url(client, seed):
    facts = get(client, "/api/relations/BY-US/")["facts"]
    for of_kind in facts.values():
        assert [get(client, fact["url"]) for fact in of_kind] == of_kind
    assert list(facts) == ["ambassadors", "sanction_events", "travel_ban_entries", "diplomatic_events"]
    latest = [fact["latest"] for fact in facts["diplomatic_events"]]
    assert latest == sorted(latest)


def test_before_the_easing_was_certain_it_is_uncertain(client, seed):
    status = get(client, "/api/relations/BY-US/?as_of=2019-12-31")["status"]
    assert [direction["next"]["value"] for direction in status["ambassadors"]] == ["unknown", "unknown"]
    (sanctions,) = status["sanctions"]
    assert (sanctions["value"], sanctions["uncertain"]) == ("unknown", [key(SanctionEvent, "US", "eased")])
    (banned,) = status["travel_bans"]
    assert banned["value"] == "unknown"
    assert banned["uncertain"] == [key(TravelBanEntry, "US", "considered"), key(TravelBanEntry, "US", "removed")]


def test_relations_with_russia_deteriorate(client, seed):
    assert get(client, "/api/relations/BY-RU/?as_of=2020-02-02")["status"]["trend"]["value"] == "deteriorating"


def test_facts_that_cannot_have_happened_by_the_day_are_left_out(client, seed):
    facts = get(client, "/api/relations/BY-US/?as_of=2019-12-31")["facts"]
    assert {fact["on"] for of_kind in facts.values() for fact in of_kind} == {
        "2010~", "[..2020-01-31]", "[..2020-02-01]", "[2014-01-01..2020-02-01]",
    }  # fmt: skip


# --- what members inherit -------------------------------------------------------------------------------------------


def test_germany_shows_what_the_union_has_eased(client, seed):
    body = get(client, "/api/relations/BY-DE/?as_of=2020-02-02")
    eased = key(SanctionEvent, "EU", "eased")
    assert body["status"]["sanctions"] == [
        {
            "from": "DE", "to": "BY", "via": "EU", "value": "eased", "measures": [], **BY_THE_DAY,
            "expires_on": None,
            "programmes": [
                {
                    "programme": None, "designations": None, "value": "eased", "measures": [],
                    **BY_THE_DAY, "expires_on": None,
                    **certain(eased),
                }
            ],
            **certain(eased),
        }
    ]  # fmt: skip
    assert body["version"] == 0
    assert not any(body["facts"].values())
    assert body["links"]["via"] == {"EU": "http://testserver/api/relations/BY-EU/"}


def test_britain_inherits_up_to_its_last_day_in_the_union(client, seed):
    last_day = get(client, "/api/relations/BY-GB/?as_of=2020-01-31")["status"]["sanctions"]
    assert [(entry["via"], entry["value"], len(entry["uncertain"])) for entry in last_day] == [("EU", "unknown", 1)]
    after = get(client, "/api/relations/BY-GB/?as_of=2020-02-02")
    assert after["status"]["sanctions"] == []
    assert after["links"]["via"] == {}


def test_a_member_is_never_target_through_its_organisation(client, countries):
    record(sanction("imposed", "2014-08-06", "RU>EU", measures=["trade"]))
    assert get(client, "/api/relations/DE-RU/")["status"]["sanctions"] == []


def test_own_sanctions_are_listed_next_to_inherited_ones_and_travel_bans_are_inherited_too(client, countries):
    own, listed = programme("EU>BY", title="Belarus"), ban_list("EU", title="Annex I")
    record(sanction("imposed", "2020-09-01", "DE>BY", measures=["arms"]))
    record(sanction("imposed", "2006-05-18", "EU>BY", measures=["financial"], programme=own))
    record(ban("listed", "2006-05-18", "EU>BY", list=listed, visa_classes=["C"], scope="partial"))
    status = get(client, "/api/relations/BY-DE/")["status"]
    assert [(one["via"], one["value"], one["measures"]) for one in status["sanctions"]] == [
        (None, "in_force", ["arms"]), ("EU", "in_force", ["financial"]),
    ]  # fmt: skip
    assert [one["programme"] for one in status["sanctions"][1]["programmes"]] == [{"id": own.pk, "title": "Belarus"}]
    (banned,) = status["travel_bans"]
    assert banned == {
        "from": "DE", "to": "BY", "via": "EU", "list": {"id": listed.pk, "title": "Annex I"}, "value": "listed",
        "scope": "partial", "visa_classes": ["C"],
        "since": "2006-05-18", "since_earliest": "2006-05-18", "since_latest": "2006-05-18",
        **certain(str(TravelBanEntry.objects.get().key), confirmed_on="2006-05-18", stale=True),
    }  # fmt: skip


def directions(body: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["from"], one["to"], one["via"]) for one in body["status"]["sanctions"]]


def test_what_the_united_nations_impose_on_libya_reaches_france_and_not_the_holy_see(client, countries):
    record(sanction("imposed", "2011-02-26", "UN>LY", measures=["arms"]))
    france = get(client, "/api/relations/FR-LY/")
    assert directions(france) == [("FR", "LY", "UN")]
    assert france["status"]["sanctions"][0]["value"] == "in_force"
    assert france["links"]["via"] == {"UN": "http://testserver/api/relations/LY-UN/"}
    assert directions(get(client, "/api/relations/LY-VA/")) == []


def test_south_sudan_inherits_from_its_admission_on(client, countries):
    record(sanction("imposed", "2011-02-26", "UN>LY", measures=["arms"]))
    assert directions(get(client, "/api/relations/LY-SS/?as_of=2011-07-13")) == []
    assert directions(get(client, "/api/relations/LY-SS/?as_of=2011-07-14")) == [("SS", "LY", "UN")]


def test_empty_relations_of_the_united_nations_cost_no_query(client, countries):
    record(event("talks", "2001-01-01", "FJ>IS"))
    get(client, "/api/relations/FJ-IS/")
    PAIRS.clear()
    before = queries(client, "/api/relations/FJ-IS/")
    PAIRS.clear()
    Membership.objects.filter(organisation="UN").delete()
    get(client, "/api/relations/AD-IS/")  # reads the memberships
    assert queries(client, "/api/relations/FJ-IS/") == before


def test_the_link_to_an_organisation_appears_with_its_first_fact_and_not_at_moments_before(client, countries):
    record(sanction("imposed", "2020-09-01", "DE>BY", measures=["arms"]))
    then = f"/api/relations/BY-DE/?known_at={now()}"
    before = get(client, then)
    record(sanction("imposed", "2006-05-18", "EU>BY", measures=["financial"]))
    assert get(client, then) == before
    assert get(client, f"/api/relations/BY-DE/?known_at={now()}")["links"]["via"] == {
        "EU": "http://testserver/api/relations/BY-EU/"
    }


def test_where_the_united_nations_act_on_both_sides_each_has_its_link(client, countries):
    record(sanction("imposed", "2006-12-23", "UN>IR", measures=["arms"]))
    record(sanction("imposed", "2006-10-14", "UN>KP", measures=["arms"]))
    body = get(client, "/api/relations/IR-KP/")
    assert directions(body) == [("IR", "KP", "UN"), ("KP", "IR", "UN")]
    assert body["links"]["via"] == {
        "UN>IR": "http://testserver/api/relations/IR-UN/", "UN>KP": "http://testserver/api/relations/KP-UN/",
    }  # fmt: skip


# --- where a relation is found --------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["us-by", "US-BY/", "BY-USA/", "blr-usa", "BY-US", "usa-BLR/"])
def test_every_way_to_write_a_pair_leads_to_its_code(client, countries, written):
    response = client.get(f"/api/relations/{written}?as_of=2020-02-02&fields=code")
    assert (response.status_code, response.headers["Location"]) == (
        308, "/api/relations/BY-US/?as_of=2020-02-02&fields=code",
    )  # fmt: skip


def test_codes_of_former_countries_are_found_too(client, countries):
    assert client.get("/api/relations/usa-sun/").headers["Location"] == "/api/relations/SU-US/"


BOTH = "both are Belarus, and a relation has two different countries."
DASH = "two country codes with a dash between them do, such as BY-US."


@pytest.mark.parametrize(
    ("written", "code", "detail"),
    [
        ("BY-BY", "no_such_pair", f"'BY-BY' names no pair of countries: {BOTH}"),
        ("BY", "no_such_pair", f"'BY' names no pair of countries: {DASH}"),
        ("belarus-US", "unknown_country", "There is no country 'belarus'. Nearest are BY (Belarus)"),
        ("BY-%00%00", "unknown_country", "There is no country"),
    ],
)
def test_what_names_no_pair_answers_404_with_the_reason(client, countries, written, code, detail):
    problem = get(client, f"/api/relations/{written}/", 404)
    assert problem["type"].endswith(code.replace("_", "-"))
    assert problem["detail"].startswith(detail)


def test_an_unknown_code_suggests_those_one_letter_away(client, countries):
    detail = get(client, "/api/relations/BLX-US/", 404)["detail"]
    assert "BY (Belarus)" in detail


def test_two_known_countries_always_have_a_relation(client, countries):
    with time_machine.travel("2026-05-05T12:00:00Z", tick=False):
        body = get(client, "/api/relations/FJ-IS/")
    post = {"post": NOBODY, "next": NOBODY}
    assert body == {
        "code": "FJ-IS",
        "url": "http://testserver/api/relations/FJ-IS/",
        "version": 0,
        "countries": [{"code": "FJ", "name": "Fiji"}, {"code": "IS", "name": "Iceland"}],
        "as_of": "2026-05-05",
        "known_at": None,
        "status": {
            "diplomatic_relations": SILENT | {"implied": False},
            "trend": SILENT,
            "ambassadors": [{"from": "FJ", "to": "IS", **post}, {"from": "IS", "to": "FJ", **post}],
            "sanctions": [],
            "travel_bans": [],
        },
        "facts": {"ambassadors": [], "sanction_events": [], "travel_ban_entries": [], "diplomatic_events": []},
        "fact_count": 0,
        "links": {
            "html": "http://testserver/relations/FJ-IS/",
            "facts": "http://testserver/api/facts/?pair=FJ-IS",
            "timeline": "http://testserver/api/relations/FJ-IS/timeline/",
            "periods": "http://testserver/api/relations/FJ-IS/periods/",
            "changes": "http://testserver/api/changes/?pair=FJ-IS",
            "csv": "http://testserver/api/relations/FJ-IS/?format=csv",
            "via": {},
        },
    }


# --- reading --------------------------------------------------------------------------------------------------------


def test_without_as_of_the_relation_is_that_of_today(client, seed):
    with time_machine.travel("2020-02-02T23:59:59Z", tick=False):
        assert get(client, "/api/relations/BY-US/") == get(client, "/api/relations/BY-US/?as_of=2020-02-02")
    with time_machine.travel("2020-02-03T00:00:01Z", tick=False):
        assert get(client, "/api/relations/BY-US/")["as_of"] == "2020-02-03"


def test_chosen_fields_come_alone_and_in_the_order_of_the_whole(client, seed):
    body = get(client, "/api/relations/BY-US/?fields=version,code")
    assert list(body) == ["code", "version"]
    problem = get(client, "/api/relations/BY-US/?fields=verson", 400)
    assert problem["errors"][0]["parameter"] == "fields"
    assert "'version'" in problem["detail"]


def test_a_body_has_the_last_hundred_facts_and_a_link_to_all(client, countries):
    record(*(event("visit", f"{1900 + number}-05-01") for number in range(98)))
    record(*(post("charge", f"{1950 + number}-01-01", holder="A") for number in range(5)))
    body = get(client, "/api/relations/BY-US/")
    days = [fact["latest"] for of_kind in body["facts"].values() for fact in of_kind]
    assert (len(days), min(days), body["fact_count"]) == (100, "1903-05-01", 103)
    assert get(client, body["links"]["facts"] + "&count=1")["count"] == 103
    then = get(client, f"/api/relations/BY-US/?as_of=1902-01-01&known_at={now()}")
    assert "/api/facts/?pair=BY-US&as_of=1902-01-01&known_at=" in then["links"]["facts"]
    assert len(get(client, then["links"]["facts"])["results"]) == then["fact_count"] == 2


def test_a_status_alone_is_small_and_reads_no_fact(client, seed):
    whole = "code,url,version,countries,as_of,known_at,status,links"
    for code in ("BY-US", "BY-DE", "FJ-IS"):
        for day in ("2020-02-02", "2011-01-01"):
            shown = get(client, f"/api/relations/{code}/?as_of={day}&fields={whole}")
            body = get(client, f"/api/relations/{code}/?as_of={day}")
            assert shown == {key: body[key] for key in whole.split(",")}
    path = "/api/relations/BY-US/?fields=status"
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
    assert not [query for query in asked if "diplomaticevent" in query["sql"] or "citation" in query["sql"]]
    assert len(response.content) < 10_000
    assert client.get(path, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_sources_are_expanded_on_demand(client, seed):
    (event,) = get(client, "/api/relations/BY-US/?expand=sources")["facts"]["sanction_events"]
    assert event["citations"][0]["source"]["author"] == "Reuters"
    (event,) = get(client, "/api/relations/BY-US/")["facts"]["sanction_events"]
    assert "author" not in event["citations"][0]["source"]
    PAIRS.clear()
    get(client, "/api/relations/BY-US/")
    (event,) = get(client, "/api/relations/BY-US/?expand=sources")["facts"]["sanction_events"]
    assert event["citations"][0]["source"]["author"] == "Reuters"


def test_a_mistyped_parameter_is_named_with_the_nearest(client, seed):
    problem = get(client, "/api/relations/BY-US/?as_off=2020-02-02", 400)
    assert "Did you mean 'as_of'?" in problem["detail"]


@pytest.mark.parametrize("day", ["10000-01-01", "2020-02-30", "2020", "yesterday", "", "2020-02-01T00:00:00Z"])
def test_a_day_that_is_none_is_refused(client, countries, day):
    assert get(client, f"/api/relations/BY-US/?as_of={day}", 400)["errors"][0]["parameter"] == "as_of"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_days_like_others(client, seed, day):
    assert get(client, f"/api/relations/BY-US/?as_of={day}")["as_of"] == day


def test_the_etag_names_the_version_and_saves_the_body(client, seed):
    response = client.get("/api/relations/BY-US/")
    tag = response.headers["ETag"]
    assert tag.startswith(f'"v{response.json()["version"]}-')
    again = client.get("/api/relations/BY-US/", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    other_day = client.get("/api/relations/BY-US/?as_of=2020-02-02", headers={"If-None-Match": tag})
    assert other_day.status_code == 200
    assert client.get("/api/relations/BY-US/", headers={"If-None-Match": "*"}).status_code == 304


def test_head_answers_with_the_headers_of_get(client, seed):
    response, head = client.get("/api/relations/BY-US/"), client.head("/api/relations/BY-US/")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Length"):
        assert head.headers[name] == response.headers[name]


def test_a_relation_as_a_table_has_a_line_for_each_fact_of_any_kind(client, seed):
    response = client.get("/api/relations/BY-US/?format=csv&as_of=2020-02-02")
    lines = response.getvalue().decode().splitlines()
    assert response.headers["Content-Disposition"] == 'attachment; filename="BY-US.csv"'
    assert lines[0].startswith("resource,key,version,from,to,what,on,earliest,latest,holder,measures,scope")
    assert len(lines) == 1 + 12
    chosen = client.get("/api/relations/BY-US/?format=csv&fields=what,on,quotes").getvalue().decode().splitlines()
    assert chosen[:2] == ["what,on,quotes", "vacant,2010~,after a 10-year hiatus"]


def test_a_relation_as_json_lines_has_each_fact_whole(client, seed):
    lines = client.get("/api/relations/BY-US/", headers={"Accept": "application/jsonl"}).getvalue().splitlines()
    facts = get(client, "/api/relations/BY-US/")["facts"]
    whole = [{"resource": name.replace("_", "-"), **fact} for name, of_kind in facts.items() for fact in of_kind]
    assert sorted(map(orjson.loads, lines), key=lambda row: row["key"]) == sorted(whole, key=lambda row: row["key"])
    chosen = client.get("/api/relations/BY-US/?format=jsonl&fields=resource,on").getvalue().splitlines()
    assert orjson.loads(chosen[0]) == {"resource": "ambassadors", "on": "2010~"}
    assert get(client, "/api/relations/BY-US/?format=jsonl&fields=what", 400)["errors"][0]["parameter"] == "fields"


# --- how much is asked of the database ------------------------------------------------------------------------------


def test_a_relation_that_is_remembered_costs_one_query_of_any_day_and_any_moment_asked_before(client, seed):
    """The look-up of versions and stamp; the body of any day is put together without the database.

    Facts of a past moment are folded once, and the versions that the pair had are read once.
    """
    for path in ("/api/relations/BY-US/", "/api/relations/BY-DE/"):
        client.get(path)
        assert queries(client, path) == 1
        assert queries(client, f"{path}?as_of=2019-12-31") == 1
        client.get(f"{path}?known_at=2020-01-01T00:00:00Z")
        assert queries(client, f"{path}?as_of=2019-12-31&known_at=2020-01-01T00:00:00Z") == 1


def test_reading_a_relation_anew_costs_the_same_for_one_fact_and_for_many(client, countries):
    """Tokens twice; each kind's acts, rows and citations; periods; titles of programmes and lists."""
    counts = []
    for _ in range(2):
        record(event("talks", "2020-01-01", "BY>US"))
        client.get("/api/relations/AD-FJ/")  # the world is read, whatever ran before
        counts.append(queries(client, "/api/relations/BY-US/"))
    for _ in range(10):
        record(event("talks", "2020-01-01", "BY>US"))
    counts.append(queries(client, "/api/relations/BY-US/"))
    assert counts[0] == counts[1] == counts[2] <= 2 + 4 + 4 + 4 + 1 + 2
