"""The page of a pair says what the API says: of 120 random pairs, days and moments, whole; one history for all."""

import contextlib
import datetime as dt
import random
from itertools import batched
from typing import Any

import pytest

from relations import ledger
from relations.errors import Refused
from relations.models import FACT_MODELS
from relations.web.words import date_in_words, value_in_words
from tests.factories import ban, ban_list, citation, event, post, programme, record, sanction
from tests.web.conftest import html_of
from tests.web.relations import shown, text

pytestmark = pytest.mark.slow(seconds=12)
PAIRS = ("BY-US", "BY-EU", "BY-DE", "RU-US", "DE-RU", "FR-JP")
DIRECTIONS = ("US>BY", "BY>US", "EU>BY", "DE>BY", "US>RU", "EU>RU", "RU>US")
FIRST, LAST = dt.date(2014, 1, 1), dt.date(2026, 6, 1)


def some_day(draw: random.Random) -> dt.date:
    return FIRST + dt.timedelta(days=draw.randrange((LAST - FIRST).days))


def some_date(draw: random.Random) -> str:
    day = some_day(draw)
    return draw.choice([str(day), str(day), f"{day:%Y-%m}", f"{day:%Y}~", f"[..{day}]", f"[{day}..{day:%Y}-12-31]"])


def some_facts(draw: random.Random, number: int) -> list[Any]:
    """Facts of every kind; some with a source that disputes them."""
    parts = {way: [None, programme(way), programme(way)] for way in DIRECTIONS}
    lists = {way: ban_list(way[:2]) for way in DIRECTIONS}
    facts = []
    ways = [draw.choice(DIRECTIONS) for _ in range(number)]
    drafts = [some_fact(draw, way, f"Holder {place}", draw.choice(parts[way]), lists[way])
              for place, way in enumerate(ways)]  # fmt: skip
    for some in batched(drafts, 10):
        try:
            facts += record(*some)
        except Refused:  # with all of its batch
            for one in some:
                with contextlib.suppress(Refused):
                    facts += record(one)
    return facts


def some_fact(draw: random.Random, way: str, holder: str, part: Any, bans: Any) -> Any:
    on, cited = some_date(draw), [citation()] + [citation(stance="disputes")] * draw.choice([0, 0, 0, 1])
    match draw.choice([0, 1, 2, 3, 3, 3, 4, 5]):
        case 0:
            return post(draw.choice(["vacant", "recalled", "closed"]), on, way, citations=cited)
        case 1:
            return post(draw.choice(["ambassador", "charge"]), on, way, holder=holder, citations=cited)
        case 2:
            return post(draw.choice(["announced", "nominated"]), on, way, holder=holder, citations=cited)
        case 3:
            word = draw.choice(["imposed", "imposed", "imposed", "imposed", "suspended", "lifted", "eased"])
            return sanction(word, on, way, programme=part, citations=cited)
        case 4:
            return ban(draw.choice(["listed", "removed"]), on, way, list=bans, citations=cited)
        case _:
            word = draw.choice(["visit", "relations_severed", "relations_restored"])
            return event(word, on, way, citations=cited)


@pytest.fixture
def generated(countries):
    """The moments after each tenth fact and after each correction and retraction."""
    draw = random.Random(20261126)
    facts = some_facts(draw, 120)
    for fact in draw.sample(facts, 20):
        with contextlib.suppress(Refused):
            if draw.random() < 0.5:
                ledger.correct(type(fact), fact.key, values={"on": str(some_day(draw))}, author=ledger.NOBODY)
            else:
                ledger.retract(type(fact), fact.key, why="Wrong.", author=ledger.NOBODY)
    moments = [row for model in FACT_MODELS for row in model.objects.values_list("recorded_at", flat=True)]
    return draw, sorted(moments)


def expected(entry: dict[str, Any]) -> dict[str, Any]:
    """Words that the page has to show of a track, from the API's JSON."""
    word = value_in_words(entry["value"])
    if entry["stale"]:
        word = f"{word}, as last seen in {entry['confirmed_on'][:4]}"
    return {
        "word": word,
        "holder": entry.get("holder", ""),
        "disputed": entry["disputed"],
        "since": f"since {date_in_words(entry['since'])}".replace(" between", " a day between")
        if entry["since"]
        else "",
        "stale": entry["stale"],
    }


def said(status: dict[str, Any]) -> dict[str, Any]:
    since = [line.split(";")[0] for line in status["quiet"] if line.startswith("since ")]
    return {
        "word": status["word"],
        "holder": status["holder"],
        "disputed": status["disputed"],
        "since": since[0] if since else "",
        "stale": status["tone"] == "tone-stale",
    }


NOTHING = {"word": "unknown", "holder": "", "disputed": False, "since": "", "stale": False}


def lane_of(mission: dict[str, Any], status: dict[str, Any]) -> list[dict[str, Any]]:
    way = (mission["from"], mission["to"])
    sanctions = [each for each in status["sanctions"] if (each["from"], each["to"]) == way]
    bans = [each for each in status["travel_bans"] if (each["from"], each["to"]) == way]
    parts = [expected(mission["post"]), expected(mission["next"])]
    parts += [expected(each) for each in sanctions] or [NOTHING]
    return parts + ([expected(each) for each in bans] or [NOTHING])


def test_the_page_says_what_the_api_says_of_120_pairs_days_and_moments(reader, generated):
    draw, moments = generated
    evidence_leads_to_marked_words(reader)
    counted = {"stale": 0, "disputed": 0, "unknown": 0, "in force": 0}
    for _ in range(120):
        pair, day = draw.choice(PAIRS), some_day(draw)
        known = draw.choice([*draw.sample(moments, 2), None])
        written = f"{known:%Y-%m-%dT%H:%M:%S.%f}Z" if known else ""
        query = f"as_of={day}" + (f"&known_at={written}" if known else "")
        body = reader.get(f"/api/relations/{pair}/?{query}", headers={"Accept": "application/json"}).json()
        page = reader.get(f"/relations/{pair}/@{day}" + (f"~{written}" if known else ""))
        assert page.status_code == 200, (pair, day, known, page.headers)
        found, status = shown(page), body["status"]
        assert [said(each) for each in found["relations"]] == [
            expected(status["diplomatic_relations"]), expected(status["trend"])
        ], query  # fmt: skip
        lanes = [lane_of(mission, status) for mission in status["ambassadors"]]
        assert [[said(each) for each in lane] for lane in found["lanes"]] == lanes, (pair, query)
        parts = [said(part) for lane in found["lanes"] for each in lane for part in each["parts"]]
        listed = [each["programmes"] for each in sorted(status["sanctions"], key=lambda one: one["from"])]
        assert parts == [expected(part) for own in listed for part in own], (pair, query)
        count(counted, [each for lane in lanes for each in lane])
    assert all(number > 20 for number in counted.values()), counted


def count(counted: dict[str, int], statuses: list[dict[str, Any]]) -> None:
    for each in statuses:
        counted["stale"] += each["stale"]
        counted["disputed"] += each["disputed"]
        counted["unknown"] += each["word"] == "unknown"
        counted["in force"] += each["word"] == "in force"


def evidence_leads_to_marked_words(reader) -> None:
    links = set()
    for pair in PAIRS:
        html = html_of(reader.get(f"/relations/{pair}/"))
        for each in html.cssselect("blockquote"):
            links.add((each.cssselect("cite a")[0].get("href"), text(each.cssselect("q")[0])))
    assert len(links) > 80
    for href, quote in sorted(links)[::2]:
        address, _, anchor = href.partition("#")
        html = html_of(reader.get(address))
        (place,) = html.cssselect(f"[id='{anchor}']")
        marked = place.getnext()
        while marked.tag != "mark":
            marked = marked.getnext()
        assert text(marked) == quote
