"""Belarus and the United States from 2004 to 2022, recorded through the API and read back: the model can say it.

Dates of the US chiefs of mission are the Office of the Historian's; of sanctions, those of the executive orders and of
OFAC's general licences; of the rest, those of the day's official statements.
"""

import random
from itertools import batched
from typing import Any

from django.contrib.auth.models import User

from tests.api.conftest import Editor
from tests.api.reading import get
from tests.database import made_once
from tests.ledger.invariants import assert_everything_holds

HOME = "/api/relations/BY-US/"
FIRST, SECOND = "the first edition", "the second edition"

OFFICIALS, OIL, ENTRY = "officials", "oil", "entry"
PROGRAMMES = {
    OFFICIALS: "Executive Order 13405: persons undermining democratic processes",
    OIL: "Executive Order 13405: Belneftekhim and the enterprises that it owns",
    ENTRY: "Proclamation 8015: entry of persons responsible",
}

A, S, E = "ambassadors", "sanction-events", "diplomatic-events"
type Line = tuple[str, str, str, dict[str, Any], str]
STORY: list[Line] = [
    (A, "US>BY", "2003-10-22", {"status": "ambassador", "holder": "George Krol"}, "Krol presents his credentials"),
    (E, "US>BY", "2004-10-20", {"kind": "criticism"}, "The Belarus Democracy Act is signed"),
    (S, "US>BY", "2006-05-12", {"action": "imposed", "measures": ["travel"], "programme": ENTRY},
     "Proclamation 8015 bars those responsible from entry"),
    (S, "US>BY", "2006-06-16", {"action": "imposed", "measures": ["financial"], "programme": OFFICIALS,
     "instrument": "EO 13405"}, "Executive Order 13405 blocks their property"),
    (A, "US>BY", "2006-07-24", {"status": "charge"}, "Krol leaves his post"),
    (A, "US>BY", "2006-10-24", {"status": "ambassador", "holder": "Karen Stewart"}, "Stewart presents her credentials"),
    (S, "US>BY", "2007-11-13", {"action": "imposed", "measures": ["financial"], "programme": OIL},
     "OFAC blocks the property of Belneftekhim"),
    (A, "BY>US", "2008-03-07", {"status": "recalled", "holder": "Mikhail Khvostov"},
     "Minsk recalls its ambassador for consultations"),
    (A, "US>BY", "2008-03-07", {"status": "asked_to_leave", "holder": "Karen Stewart"},
     "Minsk urges the American ambassador to leave"),
    (A, "US>BY", "2008-03-12", {"status": "charge", "holder": "Jonathan Moore"}, "Stewart leaves; Moore is in charge"),
    (E, "BY>US", "2008-03", {"kind": "staff_cut"}, "Minsk has the American embassy cut its staff"),
    (E, "BY>US", "2008-04-30", {"kind": "expulsion"}, "Ten American diplomats are declared personae non gratae"),
    (S, "US>BY", "2008-09-04", {"action": "suspended", "scope": "some", "programme": OIL,
     "instrument": "General Licence 1"}, "A general licence frees two enterprises"),
    (S, "US>BY", "2011-01-31", {"action": "reimposed", "measures": ["financial"], "programme": OIL},
     "After the crackdown the licence is revoked"),
    (S, "US>BY", "2011-08-11", {"action": "tightened", "measures": ["financial"], "programme": OIL},
     "Four more enterprises are named"),
    (S, "US>BY", "2015-10-29", {"action": "suspended", "programme": OIL, "instrument": "General Licence 2",
     "expires_on": "2016-04-30"}, "General Licence 2 suspends the prohibitions until 30 April 2016"),
    (S, "US>BY", "2016-04", {"action": "extended", "programme": OIL, "expires_on": "2016-10-31"},
     "The licence is extended to the end of October 2016"),
    (S, "US>BY", "2016-10", {"action": "extended", "programme": OIL, "expires_on": "2017-04-30"},
     "The licence is extended to the end of April 2017"),
    (S, "US>BY", "2017-04", {"action": "extended", "programme": OIL, "expires_on": "2017-10-30"},
     "The licence is extended to the end of October 2017"),
    (S, "US>BY", "[2017-10-01..2017-10-30]", {"action": "extended", "programme": OIL, "expires_on": "2018-10-25"},
     "The licence is extended by a year"),
    (S, "US>BY", "[2018-10-01..2018-10-25]", {"action": "extended", "programme": OIL, "expires_on": "2019-10-25"},
     "The licence is extended by another year"),
    (E, "US>BY", "2019-08-29", {"kind": "visit"}, "Bolton meets Lukashenko in Minsk"),
    (A, "US>BY", "2019-09-17", {"status": "announced"}, "Hale announces the exchange of ambassadors"),
    (A, "BY>US", "2019-09-17", {"status": "announced"}, "Minsk announces the same"),
    (S, "US>BY", "2019-10-22", {"action": "extended", "programme": OIL, "expires_on": "2021-04-26"},
     "The licence is extended to April 2021"),
]  # fmt: skip
LATER: list[Line] = [
    (E, "US>BY", "2020-02-01", {"kind": "visit"}, "Pompeo meets Lukashenko in Minsk"),
    (A, "US>BY", "2020-05", {"status": "nominated", "holder": "Julie Fisher"}, "The President nominates Fisher"),
    (A, "BY>US", "2020-07", {"status": "appointed", "holder": "Oleg Kravchenko"}, "Lukashenko appoints Kravchenko"),
    (S, "US>BY", "2020-10-02", {"action": "tightened", "measures": ["financial", "travel"], "programme": OFFICIALS},
     "Eight officials are named after the election"),
    (A, "US>BY", "2020-12-15", {"status": "confirmed", "holder": "Julie Fisher"}, "The Senate confirms Fisher"),
    (S, "US>BY", "2021-04-19", {"action": "extended", "programme": OIL, "expires_on": "2021-06-02"},
     "The last licence leaves time to wind down, until 3 June"),
    (S, "US>BY", "2021-06-03", {"action": "reimposed", "measures": ["financial"], "programme": OIL},
     "The sanctions on nine enterprises are in force again"),
    (A, "US>BY", "[2021-01-01..2021-08-10]", {"status": "refused", "holder": "Julie Fisher"},
     "Fisher is refused a visa"),
    (S, "US>BY", "2021-08-09", {"action": "tightened", "measures": ["financial"], "programme": OFFICIALS,
     "instrument": "EO 14038"}, "Executive Order 14038 widens the sanctions"),
    (A, "US>BY", "2021-08-11", {"status": "agreement_revoked", "holder": "Julie Fisher"},
     "Minsk takes back its consent"),
    (E, "BY>US", "2021-08-11", {"kind": "staff_cut"}, "The embassy may keep five of its staff"),
    (S, "US>BY", "2022-02-24", {"action": "tightened", "measures": ["financial"], "programme": OFFICIALS},
     "Banks and arms makers are named for their part in the invasion of Ukraine"),
    (A, "US>BY", "2022-02-28", {"status": "closed"}, "The embassy in Minsk suspends its work"),
    (S, "US>BY", "2022-03-02", {"action": "imposed", "measures": ["trade"],
     "instrument": "Export Administration Regulations"}, "Controls on exports are extended to Belarus"),
]  # fmt: skip


class Chronicle:
    """An editor's work with the API alone: a source, programmes, facts with their words, a correction."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        text = "\n".join(line for *_, line in [*STORY, *LATER])
        source = {"kind": "article", "publisher": "A chronicler", "title": "Two decades", "text": text}
        self.source = self._post("/api/sources/", source)["id"]
        self.programmes = {
            name: self._post("/api/sanction-programmes/", {"issuer": "US", "target": "BY", "title": title})["id"]
            for name, title in PROGRAMMES.items()
        }
        self.facts: dict[str, Any] = {}

    def record(self, story: list[Line]) -> None:
        """By one request for the lines of each kind."""
        for resource in dict.fromkeys(line[0] for line in story):
            lines = [line for line in story if line[0] == resource]
            facts = self._post(f"/api/{resource}/", [self._body(line) for line in lines])
            self.facts |= {line[-1]: fact for line, fact in zip(lines, facts, strict=True)}

    def _body(self, line: Line) -> dict[str, Any]:
        _, direction, on, said, quote = line
        sender, _, receiver = direction.partition(">")
        values = said | ({"programme": self.programmes[said["programme"]]} if "programme" in said else {})
        cited = [{"source": self.source, "quote": quote}]
        return {"from": sender, "to": receiver, "on": on, **values, "citations": cited}

    def correct(self, line: str, **values: Any) -> None:
        fact = self.facts[line]
        url = fact["url"].removeprefix("http://testserver")
        tag = self.editor.get(url).headers["ETag"]
        response = self.editor.patch(url, values, tag=tag)
        assert response.status_code == 200, response.content
        self.facts[line] = response.json()

    def _post(self, path: str, body: Any) -> Any:
        response = self.editor.post(path, body)
        assert response.status_code == 201, response.content
        return response.json()


@made_once
def editions() -> dict[str, str]:
    """Two moments of knowledge. In the first edition Stewart still counts as in post until the end of 2008."""
    chronicle = Chronicle(Editor(User.objects.create_user("anna")))
    chronicle.record(STORY)
    leaves = "Stewart leaves; Moore is in charge"
    chronicle.correct(leaves, on="2008")
    first = chronicle.facts[leaves]["recorded_at"]
    chronicle.correct(leaves, on="2008-03-12")
    chronicle.record(LATER)
    return {FIRST: first, SECOND: list(chronicle.facts.values())[-1]["recorded_at"]}


def spoken(status: Any) -> dict[str, str]:
    """The status in a line for each thing, as the filters write it; what is unknown is left out."""
    values = {}
    for each in status["ambassadors"]:
        for name in ("post", "next"):
            holder = f" {each[name]['holder']}" if each[name]["holder"] else ""
            values[f"{name} {each['from']}>{each['to']}"] = f"{each[name]['value']}{holder}"
    for posture in status["sanctions"]:
        values["sanctions"] = f"{posture['value']} {'+'.join(posture['measures'])}".strip()
        for programme in posture["programmes"]:
            title = programme["programme"]["title"] if programme["programme"] else ""
            name = next((name for name, known in PROGRAMMES.items() if known == title), "exports")
            until = f" until {programme['expires_on']}" if programme["expires_on"] else ""
            values[name] = f"{programme['value']} {'+'.join(programme['measures'])}".strip() + until
    values["trend"] = status["trend"]["value"]
    return {name: value for name, value in values.items() if value != "unknown"}


READ: list[tuple[str, str, dict[str, str]]] = [
    # An ambassador who follows another says nothing of the trend, and the first of all follows nobody.
    ("2004-12-31", SECOND, {"post US>BY": "ambassador George Krol", "next US>BY": "none", "trend": "deteriorating"}),
    ("2006-06-16", SECOND, {
        "post US>BY": "ambassador George Krol", "next US>BY": "none", "sanctions": "in_force financial+travel",
        "entry": "in_force travel", "officials": "in_force financial", "trend": "deteriorating",
    }),
    ("2008-03-10", SECOND, {
        "post US>BY": "asked_to_leave Karen Stewart", "next US>BY": "none", "post BY>US": "recalled Mikhail Khvostov",
        "sanctions": "in_force financial+travel", "entry": "in_force travel", "officials": "in_force financial",
        "oil": "in_force financial", "trend": "deteriorating",
    }),
    ("2008-03-20", FIRST, {
        "post US>BY": "asked_to_leave Karen Stewart", "next US>BY": "none", "post BY>US": "recalled Mikhail Khvostov",
        "sanctions": "in_force financial+travel", "entry": "in_force travel", "officials": "in_force financial",
        "oil": "in_force financial", "trend": "deteriorating",
    }),
    ("2008-03-20", SECOND, {
        "post US>BY": "charge Jonathan Moore", "next US>BY": "none", "post BY>US": "recalled Mikhail Khvostov",
        "sanctions": "in_force financial+travel", "entry": "in_force travel", "officials": "in_force financial",
        "oil": "in_force financial", "trend": "deteriorating",
    }),
    ("2008-10-01", SECOND, {
        "post US>BY": "charge Jonathan Moore", "next US>BY": "none", "post BY>US": "recalled Mikhail Khvostov",
        "sanctions": "in_force financial+travel", "entry": "in_force travel", "officials": "in_force financial",
        "oil": "eased financial", "trend": "deteriorating",
    }),
    # The article was last seen to bar anybody from entry in 2006, which is too long ago for it to count.
    ("2011-02-01", SECOND, {
        "post US>BY": "charge Jonathan Moore", "next US>BY": "none", "post BY>US": "recalled Mikhail Khvostov",
        "sanctions": "in_force financial", "entry": "in_force travel", "officials": "in_force financial",
        "oil": "in_force financial", "trend": "deteriorating",
    }),
    ("2016-03-01", SECOND, {
        "post US>BY": "charge Jonathan Moore", "next US>BY": "none", "post BY>US": "recalled Mikhail Khvostov",
        "sanctions": "in_force financial+travel", "entry": "in_force travel", "officials": "in_force financial",
        "oil": "suspended until 2016-04-30", "trend": "improving",
    }),
    ("2019-12-31", SECOND, {
        "post US>BY": "charge Jonathan Moore", "next US>BY": "announced", "post BY>US": "recalled Mikhail Khvostov",
        "next BY>US": "announced",
        "sanctions": "in_force financial+travel", "entry": "in_force travel", "officials": "in_force financial",
        "oil": "suspended until 2021-04-26", "trend": "improving",
    }),
    ("2020-12-31", FIRST, {
        "post US>BY": "charge Jonathan Moore", "next US>BY": "announced", "post BY>US": "recalled Mikhail Khvostov",
        "next BY>US": "announced",
        "sanctions": "in_force financial+travel", "entry": "in_force travel", "officials": "in_force financial",
        "oil": "suspended until 2021-04-26", "trend": "improving",
    }),
    ("2020-12-31", SECOND, {
        "post US>BY": "charge Jonathan Moore", "next US>BY": "confirmed Julie Fisher",
        "post BY>US": "recalled Mikhail Khvostov", "next BY>US": "appointed Oleg Kravchenko",
        "sanctions": "in_force financial+travel", "entry": "in_force travel", "officials": "in_force financial+travel",
        "oil": "suspended until 2021-04-26", "trend": "improving",
    }),
    ("2021-05-01", SECOND, {
        "post US>BY": "charge Jonathan Moore", "next US>BY": "confirmed Julie Fisher",
        "post BY>US": "recalled Mikhail Khvostov", "next BY>US": "appointed Oleg Kravchenko",
        "sanctions": "in_force financial+travel", "entry": "in_force travel", "officials": "in_force financial+travel",
        "oil": "suspended until 2021-06-02", "trend": "improving",
    }),
    ("2021-06-03", FIRST, {
        # The first edition knew of no other licence: the last one that it knew of had run out.
        "post US>BY": "charge Jonathan Moore", "next US>BY": "announced", "post BY>US": "recalled Mikhail Khvostov",
        "next BY>US": "announced",
        "sanctions": "in_force financial", "entry": "in_force travel", "officials": "in_force financial",
        "oil": "in_force financial", "trend": "improving",
    }),
    ("2021-06-03", SECOND, {
        "post US>BY": "charge Jonathan Moore", "next US>BY": "confirmed Julie Fisher",
        "post BY>US": "recalled Mikhail Khvostov", "next BY>US": "appointed Oleg Kravchenko",
        "sanctions": "in_force financial+travel", "entry": "in_force travel", "officials": "in_force financial+travel",
        "oil": "in_force financial", "trend": "improving",
    }),
    ("2021-08-11", SECOND, {
        "post US>BY": "charge Jonathan Moore", "next US>BY": "agreement_revoked Julie Fisher",
        "post BY>US": "recalled Mikhail Khvostov", "next BY>US": "appointed Oleg Kravchenko",
        "sanctions": "in_force financial+travel", "entry": "in_force travel", "officials": "in_force financial+travel",
        "oil": "in_force financial", "trend": "deteriorating",
    }),
    ("2022-12-31", SECOND, {
        "post US>BY": "closed", "next US>BY": "agreement_revoked Julie Fisher",
        "post BY>US": "recalled Mikhail Khvostov", "next BY>US": "appointed Oleg Kravchenko",
        "sanctions": "in_force financial+trade+travel", "exports": "in_force trade", "entry": "in_force travel",
        "officials": "in_force financial+travel", "oil": "in_force financial", "trend": "deteriorating",
    }),
]  # fmt: skip


def test_two_decades_are_read_back_as_of_each_day_and_as_known_in_each_edition(client, editions):
    values = {
        (day, edition): spoken(get(client, f"{HOME}?as_of={day}&known_at={editions[edition]}")["status"])
        for day, edition, _ in READ
    }
    for day, edition, expected in READ:
        assert values[day, edition] == expected, (day, edition)


def test_recorded_out_of_order_with_mistakes_that_are_corrected_the_story_reads_the_same(client, editor):
    chronicle, story = Chronicle(editor), [*STORY, *LATER]
    random.Random(1).shuffle(story)
    for some in batched(story, 8):
        chronicle.record([(*line[:2], "2001", *line[3:]) for line in some[:2]] + [*some[2:]])
        for _, _, on, _, quote in some[:2]:
            chronicle.correct(quote, on=on)
    for day, edition, expected in READ:
        if edition == SECOND:
            assert spoken(get(client, f"{HOME}?as_of={day}")["status"]) == expected, day
    assert_everything_holds()


def test_every_fact_quotes_its_words_and_the_refusal_is_uncertain_before_its_day_is_certain(client, editions):
    body = get(client, f"{HOME}?as_of=2021-03-01")
    assert [len(of_kind) for of_kind in body["facts"].values()] == [12, 14, 0, 5]
    quotes = {fact["citations"][0]["quote"] for of_kind in body["facts"].values() for fact in of_kind}
    assert quotes <= {line for *_, line in [*STORY, *LATER]}
    (refused,) = [fact for fact in body["facts"]["ambassadors"] if fact["status"] == "refused"]
    (following,) = [each["next"] for each in body["status"]["ambassadors"] if each["from"] == "US"]
    assert following["uncertain"] == [refused["key"]]
    assert get(client, f"{HOME}?as_of=2021-08-10")["status"]["ambassadors"][1]["next"]["value"] == "refused"


def test_the_timeline_has_the_events_in_order(client, editions):
    entries = get(client, f"{HOME}timeline/?type=fact&page_size=500")["results"]
    days = [entry["day"] for entry in entries]
    assert days == sorted(days)
    assert len(entries) == len(STORY) + len(LATER)
    path = f"{HOME}timeline/?type=fact&track=next:US>BY"
    assert [entry["fact"]["status"] for entry in get(client, path)["results"]] == [
        "announced", "nominated", "confirmed", "refused", "agreement_revoked",
    ]  # fmt: skip
