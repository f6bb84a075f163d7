"""Facts as pages show them: what happened, when, and in which words of which source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from django.utils.translation import gettext as _

from relations.codes import Stance, pair_code
from relations.status import FACT_KINDS
from relations.web.pairs.quotes import words_of
from relations.web.words import date_in_words, title_in_words, value_in_words

type Titles = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact words, the source that has them, whole and in short, and their place in its archived text."""

    text: str
    source: str
    publisher: str
    href: str
    disputes: bool


@dataclass(frozen=True, slots=True)
class ShownFact:
    key: str
    slug: str
    day: str
    latest: str
    sender: str
    receiver: str
    says: str
    note: str
    disputed: bool
    quotes: Sequence[Quote]
    witnesses: int
    uncertain: bool


def shown_fact(
    slug: str, body: Mapping[str, Any], titles: Mapping[str, Titles], names: Mapping[str, str], *,
    day: dt.date | None = None,
) -> ShownFact:  # fmt: skip
    """A fact from its body in the API; `titles` are those of programmes and lists by id, `names` the countries'.

    It is `uncertain` where it may have happened after the day.
    """
    pair = pair_code(body["from"], body["to"])
    return ShownFact(
        key=body["key"],
        slug=slug,
        day=date_in_words(body["on"]),
        latest=body["latest"],
        sender=names[body["from"]],
        receiver=names[body["to"]],
        says=_says(slug, body, titles),
        note=body["note"],
        disputed=body["disputed"],
        quotes=[_quote(citation, pair) for citation in body["citations"]],
        witnesses=body["independent_sources"],
        uncertain=day is not None and body["latest"] > day.isoformat(),
    )


def anchor_of(start: int | None, end: int | None, quote: str) -> str:
    """The place of cited words on the page of their source: in its text, or among the quotes of one without a text."""
    return f"q{crc32(quote.encode()):08x}" if start is None else f"c{start}-{end}"


def _says(slug: str, body: Mapping[str, Any], titles: Mapping[str, Titles]) -> str:
    """`in force: trade, arms (EO 13405)`: the word of the fact and what belongs to it."""
    word = value_in_words(body[FACT_KINDS[slug].word_field])
    about = [
        body.get("holder", ""),
        value_in_words(body.get("scope", "")),
        ", ".join(map(value_in_words, body.get("measures", ()))),
        titles["programme"].get(body.get("programme") or 0, ""),
        titles["list"].get(body.get("list") or 0, ""),
        body.get("person", ""),
        body.get("instrument", ""),
        _("until %(day)s") % {"day": date_in_words(body["expires_on"])} if body.get("expires_on") else "",
    ]
    named = "; ".join(filter(None, about))
    return f"{word[0].upper()}{word[1:]}" + (f": {named}" if named else "")


def _quote(citation: Mapping[str, Any], pair: str) -> Quote:
    source = citation["source"]
    place = anchor_of(citation["start"], citation["end"], citation["quote"])
    return Quote(
        text=words_of(citation["quote"]),
        source=": ".join(filter(None, (source["publisher"], title_in_words(source["title"])))),
        publisher=source["publisher"] or title_in_words(source["title"]),
        href=f"/sources/{source['id']}/?pair={pair}#{place}",
        disputes=citation["stance"] == Stance.DISPUTES,
    )
