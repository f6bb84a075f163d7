"""The rules of `everything`: what the tracker says after all imports, compared with the files by simpler readings."""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.db.backends.postgresql.psycopg_any import DateRange
from lxml import etree

from relations import dates
from relations.codes import Nature, PostStatus, SourceKind, TrackKind, Trend, pair_code
from relations.errors import RecordRefused
from relations.importers.engine.tables import keyed, state_of, table
from relations.models import Citation, Designation, SanctionEvent, StatusPeriod
from relations.queries import audit
from relations.queries.clock import today
from relations.queries.facts import load_facts
from relations.status.combining import YEARS_BROKEN
from relations.status.facts import FactValue
from relations.status.kinds import FACT_KINDS

_SEEDS, _DRAWS = (1, 2, 3), 300
_RESIDENT = (PostStatus.AMBASSADOR, PostStatus.MINISTER)
_WITHOUT = frozenset(PostStatus) - {*_RESIDENT, PostStatus.NON_RESIDENT}
_LEVELS = {"1": PostStatus.CHARGE, "2": PostStatus.MINISTER, "3": PostStatus.AMBASSADOR}


class Counted(NamedTuple):
    """A rule with its goal in words, what was counted, whether it is met, and what went astray."""

    rule: str
    goal: str
    counted: str
    is_met: bool
    astray: list[str] = []


def rules(shared: Path) -> Iterator[Counted]:
    yield _ages()
    yield _quotes()
    yield _un_of_2021()
    yield _no_acts_of_parties()
    for pair in ("RU-US", "CN-US"):
        yield _no_better_by_postings(pair)
    yield from _heads_of_mission(shared)
    yield _last_factbook(shared / "factbook" / "diplomatic_representation.jsonl")


def refusals(refused: list[str]) -> Counted:
    """OFAC published an empty file once: a tracker that took it would delist everybody."""
    empty = ["ofac of 2024-05-04"]
    return Counted("publications refused", ", ".join(empty), ", ".join(refused) or "none", refused == empty)


def _ages() -> Counted:
    said = list(audit.statuses(today()))
    astray = [f"{one.pair} {one.track}" for one in said if one.confirmed_on is None]
    return Counted("statuses without confirmed_on", "0", f"{len(astray)} of {len(said):,}", not astray, astray)


def _quotes() -> Counted:
    quotes = audit.quotes()
    of_all = f"{len(quotes.astray)} of {quotes.placed + len(quotes.astray):,}"
    return Counted("quotes that are not in their source", "0", of_all, not quotes.astray)


def _un_of_2021() -> Counted:
    parties = Designation.objects.listed_on_day(dt.date(2021, 1, 27)).filter(party__list="un").count()
    return Counted("parties of the UN's list as of 2021-01-27", "1,003", f"{parties:,}", parties == 1003)


def _no_acts_of_parties() -> Counted:
    """Acts whose source is a list of parties: parties that are listed or delisted are no acts."""
    lists = Citation.objects.filter(source__kind=SourceKind.OFFICIAL_LIST, sanction_event__isnull=False)
    events = SanctionEvent.objects.current().filter(pk__in=lists.values("sanction_event"))
    astray = [str(one) for one in events.filter(nature=Nature.EVENT)]
    return Counted("sanction acts from lists of parties", "0", f"{len(astray)} of {events.count()}", not astray, astray)


def _no_better_by_postings(pair: str) -> Counted:
    """Counts the improving periods of a pair for which only heads of mission speak who followed others."""
    facts = load_facts([pair])[pair]
    improving = StatusPeriod.objects.filter(pair=pair, kind=TrackKind.TREND, value=Trend.IMPROVING)
    astray = []
    for days in improving.values_list("days", flat=True):
        speaking = [
            fact for fact in facts
            if fact.latest <= days.lower < (dates.two_years_after(fact.latest) or dt.date.max)
            and FACT_KINDS[fact.kind].scores[fact.word] > 0
        ]  # fmt: skip
        if all(fact.kind == "ambassadors" and _followed_another(fact) for fact in speaking):
            astray.append(f"{pair} from {days.lower}")
    return Counted(f"{pair} improves by postings alone", "0", f"{len(astray)} of {len(improving)}", not astray, astray)


def _followed_another(fact: FactValue) -> bool:
    """Checks whether somebody led the mission in the three years before: an ambassador after a break is no rotation."""
    before = dates.years_after(fact.latest, -YEARS_BROKEN)
    track = f"{TrackKind.AMBASSADOR}:{fact.sender}>{fact.receiver}"
    led = StatusPeriod.objects.filter(pair=pair_code(fact.sender, fact.receiver), track=track, value__in=_RESIDENT)
    return led.filter(days__overlap=DateRange(before, fact.latest)).exists()


# --- heads of mission -----------------------------------------------------------------------------------------------


class _Expected(NamedTuple):
    """A post on a day as a file has it: the words of the head's name, or a level."""

    sender: str
    receiver: str
    day: dt.date
    name: frozenset[str] = frozenset()
    level: str = ""


def _heads_of_mission(shared: Path) -> Iterator[Counted]:
    """Random days of the Office of the Historian's chiefs, and of COW's posts of other states, in equal parts."""
    chiefs = _chiefs(shared / "pocom" / "missions-countries")
    with (shared / "cow" / "diplomatic_exchange.csv").open(newline="", encoding="utf-8") as opened:
        years = list(csv.DictReader(opened))
    for seed in _SEEDS:
        draw = random.Random(seed)
        expected = [*_drawn_chiefs(draw, chiefs), *_drawn_levels(draw, years)]
        astray = [fault for one in expected if (fault := _fault(one))]
        right = 1 - len(astray) / len(expected)
        rule = f"heads of mission on {len(expected)} random days, seed {seed}"
        yield Counted(rule, ">= 99 %", f"{right:.1%}", right >= 0.99, astray)


def _chiefs(folder: Path) -> dict[str, list[tuple[dt.date, dt.date, frozenset[str]]]]:
    """Reads who was in office, by country: first and last day, where both are known, and the words of the name."""
    codes = defaultdict(set)
    for row in table("pocom_territories"):
        codes[row["territory"]].add(row["code"])
    found = defaultdict(list)
    for path in sorted(folder.glob("*.xml")):
        own = codes[path.stem]
        if len(own) != 1 or "" in own:  # which of several states it was is what the importer is about
            continue
        for chief in etree.parse(path).findall(".//chiefs/chief"):
            first, last = (chief.findtext(f"{name}/date", "") for name in ("started", "ended"))
            if all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in (first, last)):
                name = frozenset(chief.findtext("person-id", "").split("-"))
                found[min(own)].append((dt.date.fromisoformat(first), dt.date.fromisoformat(last), name))
    return found


def _drawn_chiefs(
    draw: random.Random, chiefs: dict[str, list[tuple[dt.date, dt.date, frozenset[str]]]]
) -> Iterator[_Expected]:  # fmt: skip
    """Days on which exactly one was in office."""
    first, last, drawn = dt.date(1800, 1, 1), dt.date(2021, 1, 20), 0
    while drawn < _DRAWS // 2:
        day = first + dt.timedelta(draw.randrange((last - first).days))
        code = draw.choice(sorted(chiefs))
        in_office = [name for began, ended, name in chiefs[code] if began <= day <= ended]
        if len(in_office) == 1 and not any(day in (began, ended) for began, ended, _ in chiefs[code]):
            drawn += 1
            yield _Expected("US", code, day, name=in_office[0])


def _drawn_levels(draw: random.Random, years: list[dict[str, str]]) -> Iterator[_Expected]:
    """The last days of years in which COW saw a level, for senders of which no other source speaks."""
    drawn = 0
    while drawn < _DRAWS // 2:
        row, sides = draw.choice(years), draw.choice((("1", "2"), ("2", "1")))
        level, year = row[f"DR_at_{sides[1]}"], int(row["year"])
        try:
            sender, receiver = (state_of(row[f"ccode{side}"], year)["code"] for side in sides)
        except RecordRefused:
            continue
        if sender and receiver and sender != "US" and level in _LEVELS:
            drawn += 1
            yield _Expected(sender, receiver, dt.date(year, 12, 31), level=_LEVELS[level])


def _fault(expected: _Expected) -> str:
    post = _post(expected.sender, expected.receiver, expected.day)
    value, holder = (post.value, post.holder) if post else ("unknown", "")
    is_right = value == expected.level if expected.level else bool(expected.name & _words(holder))
    wanted = expected.level or "-".join(sorted(expected.name))
    track = f"{expected.sender}>{expected.receiver} {expected.day}"
    return "" if is_right else f"{track}: {wanted}, and not {value} {holder}"


def _post(sender: str, receiver: str, day: dt.date) -> StatusPeriod | None:
    track = f"{TrackKind.AMBASSADOR}:{sender}>{receiver}"
    return StatusPeriod.objects.on(day).filter(pair=pair_code(sender, receiver), track=track).first()


def _words(name: str) -> frozenset[str]:
    plain = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one))
    return frozenset(word for word in re.findall(r"[a-z]+", plain) if len(word) > 1)


# --- the factbook ---------------------------------------------------------------------------------------------------


def _last_factbook(path: Path) -> Counted:
    """The last edition on its own day, both ways: somebody's name, or a post that is said to be without anybody."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    last = max(row["snapshot"] for row in rows)
    codes = {gec: row["code"] for gec, row in keyed("gec", by="gec").items() if row["code"]}
    checked, astray = 0, list[str]()
    for row in (row for row in rows if row["snapshot"] == last):
        words, other = row.get("chief of mission", ""), codes.get(row["gec"], "")
        if not other or not re.match(r"(?:Acting )?(?:Ambassador(?!-designate)|Charg|High Commissioner)", words):
            continue
        checked += 1
        sides = ("US", other) if row["side"] == "from_us" else (other, "US")
        if fault := _fault_of_entry(words, _post(*sides, dt.date.fromisoformat(last))):
            astray.append(f"{'>'.join(sides)}: {words[:90]!r}, and not {fault}")
    right = 1 - len(astray) / checked
    return Counted(f"factbook of {last}, {checked} entries", ">= 97 %", f"{right:.1%}", right >= 0.97, astray)


def _fault_of_entry(words: str, post: StatusPeriod | None) -> str:
    value, holder = (post.value, post.holder) if post else ("unknown", "")
    # The factbook writes family names in capitals; a note names years, states and others.
    named = {
        word for word in re.findall(r"[^\W\d_]+", words.partition(" (since")[0]) if sum(map(str.isupper, word)) > 1
    }
    is_right = bool(_words(" ".join(named)) & _words(holder)) if named else value in _WITHOUT
    return "" if is_right else f"{value} {holder}"
