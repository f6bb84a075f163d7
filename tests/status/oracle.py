"""The status on a day, once more: slowly and naively, from the words of the design and not from the code.

Nothing here is clever. Days are walked one by one; on each, the facts that become certain are folded in their order,
then the deadlines that are over. `tests/status/test_oracle.py` compares the product with it. The parts are in
`oracle_evidence.py` (who said so, and when), `oracle_acts.py` (sanctions and bans), `oracle_posts.py` (one fact at a
time leads) and `oracle_together.py` (several lives, one value).
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from relations.codes import AMBASSADOR_SCORES, BAN_SCORES, EVENT_SCORES, SANCTION_SCORES
from relations.status import Period, track_of
from relations.status.facts import FactValue
from tests.status.oracle_acts import sanctions_programme, travel_ban
from tests.status.oracle_evidence import RANK, Life, Seen, disputed_by_claims, order, same_day_rivals, years_later
from tests.status.oracle_posts import POST, implied, leading_post, next_one, relations, rotates
from tests.status.oracle_together import posture, relations_together

ONE_DAY = dt.timedelta(days=1)
RELATIONS = ("relations_established", "relations_restored", "relations_suspended", "relations_severed")
SCORES = {
    "ambassadors": AMBASSADOR_SCORES,
    "sanction-events": SANCTION_SCORES,
    "travel-ban-entries": BAN_SCORES,
    "diplomatic-events": EVENT_SCORES,
}


type Shown = dict[str, object]
"""All that is compared of a track on a day, by name."""


@dataclass(frozen=True)
class Folded:
    """The lives of all tracks on some days, with the facts whose uncertainty each shows, filled one by one."""

    days: list[dt.date]
    rivals: dict[str, set[str]]
    lives: dict[str, Life] = field(default_factory=dict)
    doubts: dict[str, list[FactValue]] = field(default_factory=dict)


def seen(period: Period, day: dt.date) -> Shown:
    """A period of the product on one of its days, to compare with `Seen.shown`."""
    state = period.state
    shown: Shown = {
        "value": state.value, "uncertain": period.uncertain, "last_known": state.last_known,
        "last_known_on": state.last_known_on,
    }  # fmt: skip
    if state.value == "unknown":
        return shown
    shown |= {
        "holder": state.holder, "measures": state.measures, "scope": state.scope, "visa_classes": state.visa_classes,
        "expires_on": state.expires_on, "since": state.since, "disputed": state.disputed, "implied": state.implied,
        "facts": frozenset(state.facts), "fact_count": state.fact_count,
    }  # fmt: skip
    if period.track.kind != "trend":
        shown |= {"stale": state.stale, "basis": RANK[state.basis], "confirmed_on": state.confirmed_on(day)}
    return shown


def statuses(
    facts: list[FactValue], days: list[dt.date], until: dt.date | None = None
) -> dict[dt.date, dict[str, Shown]]:
    """The state of every track on each of some consecutive days; tracks without a value or a fact are left out."""
    facts = sorted(facts, key=order)
    rivals = same_day_rivals(facts)
    folded = Folded(days, rivals)
    lives, doubts = folded.lives, folded.doubts
    for direction in sorted({f"{fact.sender}>{fact.receiver}" for fact in facts}):
        own = [fact for fact in facts if f"{fact.sender}>{fact.receiver}" == direction]
        fold_posts(direction, own, folded)
        fold_sanctions(direction, own, folded)
        for ban_list in sorted({str(fact.list) for fact in own if fact.kind == "travel-ban-entries"}):
            listed = [fact for fact in own if fact.kind == "travel-ban-entries" and str(fact.list) == ban_list]
            name = f"travel_ban:{direction}:{ban_list}"
            lives[name] = disputed_by_claims(travel_ban(listed, days, rivals), listed, days)
            doubts[name] = listed
    fold_relations(facts, folded)
    lives["trend"], doubts["trend"] = trend(facts, days, rivals, lives), facts
    return {day: on_day(day, lives, doubts, until) for day in days}


def trends(facts: list[FactValue], days: list[dt.date], asked: list[dt.date]) -> dict[dt.date, dict[str, Shown]]:
    """The state of the trend alone on those asked of consecutive days; posts are followed up to the last fact."""
    facts = sorted(facts, key=order)
    rivals = same_day_rivals(facts)
    posts = Folded([day for day in days if any(day <= fact.latest for fact in facts)], rivals)
    for direction in sorted({f"{fact.sender}>{fact.receiver}" for fact in facts}):
        fold_posts(direction, [fact for fact in facts if f"{fact.sender}>{fact.receiver}" == direction], posts)
    life = trend(facts, days, rivals, posts.lives)
    return {day: on_day(day, {"trend": life}, {"trend": facts}, None) for day in asked}


def on_day(
    day: dt.date, lives: dict[str, Life], doubts: dict[str, list[FactValue]], until: dt.date | None
) -> dict[str, Shown]:
    shown = {}
    for name, life in lives.items():
        now, uncertain = life[day], with_doubts(doubts[name], day)
        if until is not None and day > until:
            now, uncertain = after_the_end(life[until], until) if name != "trend" else Seen(), ()
        if now.value != "unknown" or uncertain or now.behind:
            shown[name] = now.shown(day, uncertain, with_age=name != "trend")
    return shown


def after_the_end(last: Seen, until: dt.date) -> Seen:
    """A country that has ended takes its tracks with it: they are unknown, with what was known last."""
    if last.value == "unknown":
        return last
    return Seen(last_known=last.value, last_known_on=last.confirmed_on(until), behind=last.behind)


def with_doubts(facts: list[FactValue], day: dt.date) -> tuple[str, ...]:
    """Uncertain are the facts that may have happened: earliest <= day < latest; of an open start, for ten years."""
    return tuple(fact.key for fact in facts if maybe_from(fact) <= day < fact.latest)


def maybe_from(fact: FactValue) -> dt.date:
    if fact.earliest is not None:
        return fact.earliest
    return years_later(fact.latest, -10) if fact.latest.year > 10 else dt.date.min


def fold_posts(direction: str, facts: list[FactValue], folded: Folded) -> None:
    days, rivals, lives, doubts = folded.days, folded.rivals, folded.lives, folded.doubts
    in_post = [fact for fact in facts if fact.kind == "ambassadors" and fact.word in POST]
    following = [fact for fact in facts if fact.kind == "ambassadors" and fact.word not in POST]
    if in_post:
        name = f"ambassador:{direction}"
        lives[name] = disputed_by_claims(leading_post(in_post, days, rivals), in_post, days)
        doubts[name] = in_post
    arrivals = [fact for fact in in_post if fact.word == "ambassador"]
    if following or arrivals:
        name = f"next:{direction}"
        lives[name] = disputed_by_claims(next_one(following, arrivals, days, rivals), following, days)
        doubts[name] = following


def fold_sanctions(direction: str, facts: list[FactValue], folded: Folded) -> None:
    days, lives, doubts = folded.days, folded.lives, folded.doubts
    acts = [fact for fact in facts if fact.kind == "sanction-events"]
    if not acts:
        return
    programmes: dict[str, list[FactValue]] = {}
    for fact in acts:
        programmes.setdefault(str(fact.programme or "-"), []).append(fact)
    by_part = {}
    for part in sorted(programmes):
        own = programmes[part]
        by_part[part] = lives[f"sanctions:{direction}:{part}"] = disputed_by_claims(
            sanctions_programme(own, days, folded.rivals), own, days
        )
        doubts[f"sanctions:{direction}:{part}"] = own
    general = [fact for fact in acts if not fact.thematic]
    maybe = {day: bool(with_doubts(general, day)) for day in days}
    regimes = {part: (own[0].regime, own[0].thematic) for part, own in programmes.items()}
    lives[f"sanctions:{direction}"] = posture(by_part, regimes, maybe, days)
    doubts[f"sanctions:{direction}"] = general


def fold_relations(facts: list[FactValue], folded: Folded) -> None:
    days, rivals, lives, doubts = folded.days, folded.rivals, folded.lives, folded.doubts
    events = [fact for fact in facts if fact.kind == "diplomatic-events" and fact.word in RELATIONS]
    own = disputed_by_claims(relations(events, days, rivals), events, days)
    names = [name for name in sorted(lives) if name.startswith("ambassador")]
    missions = [implied(lives[name], days, [fact for fact in facts if str(track_of(fact)) == name]) for name in names]
    lives["diplomatic_relations"] = relations_together(own, missions, days)
    doubts["diplomatic_relations"] = events


def trend(facts: list[FactValue], days: list[dt.date], rivals: dict[str, set[str]], lives: dict[str, Life]) -> Life:
    """The sign of the sum over (day - 2 years, day]; since the day on which the value began.

    What is only observed scores nothing, and an appointment scores only where it ends a break.
    """
    life: Life = {}
    value, since = "unknown", None
    scores = {
        fact.key: Decimal(0)
        if fact.nature == "observation" or rotates(fact, lives.get(f"ambassador:{fact.sender}>{fact.receiver}"))
        else SCORES[fact.kind][fact.word]
        for fact in facts
    }
    for day in days:
        back = two_years_before(day)
        recent = [fact for fact in facts if fact.latest <= day and (back is None or fact.latest > back)]
        total = sum((scores[fact.key] for fact in recent), Decimal(0))
        new = "improving" if total > 1 else "deteriorating" if total < -1 else "stable"
        new = new if recent else "unknown"
        if new != value:
            value, since = new, day
        disputed = any(fact.contested or fact.key in rivals for fact in recent)
        life[day] = Seen(
            value=value, since=since.isoformat() if since and value != "unknown" else None, disputed=disputed,
            behind=tuple(recent),
        )  # fmt: skip
    return life


def two_years_before(day: dt.date) -> dt.date | None:
    """29 February becomes the 28th; nothing before year 1."""
    return years_later(day, -2) if day.year > 2 else None
