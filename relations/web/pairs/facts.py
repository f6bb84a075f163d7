"""Facts as pages show them: what happened, when, and in which words of which source."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import orjson
from django.utils.translation import gettext as _

from relations.codes import Stance, pair_code
from relations.models.facts import FactQuerySet
from relations.representation.facts import fact_bodies, with_company
from relations.representation.json_text import dumps
from relations.status import FACT_KINDS
from relations.web.words import Names, date_in_words, title_in_words, value_in_words

type Titles = Mapping[int, str]


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
    quotes: Sequence[Mapping[str, Any]]
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


def _quote(citation: Mapping[str, Any], pair: str) -> dict[str, Any]:
    """Exact words, the source that has them, whole and in short, and their place in its archived text."""
    source = citation["source"]
    place = anchor_of(citation["start"], citation["end"], citation["quote"])
    return {
        "text": words_of(citation["quote"]),
        "source": ": ".join(filter(None, (source["publisher"], title_in_words(source["title"])))),
        "publisher": source["publisher"] or title_in_words(source["title"]),
        "href": f"/sources/{source['id']}/?pair={pair}#{place}",
        "disputes": citation["stance"] == Stance.DISPUTES,
    }


_TAG = re.compile(r"<(?P<end>/?)(?P<name>[\w.:-]+)(?:\s[^<>]*?)?(?P<empty>/?)>")
_NAMED = 2
"""Levels of elements that name a part: `started date`; markup within a note does not."""


def words_of(quote: str) -> str:
    """`<started><date>2017</date><note/></started>` -> `started date: 2017`; a quote without markup as it is.

    Every word is the quote's own, in its order; what is left out are brackets, blanks and empty elements.
    """
    if "</" not in quote and "/>" not in quote:
        return quote
    names: list[str] = []
    parts: list[tuple[str, str]] = []
    place = 0
    for tag in [*_TAG.finditer(quote), None]:
        text = " ".join(html.unescape(quote[place : tag.start() if tag else None]).split())
        name = " ".join(names[:_NAMED])
        if text and parts and parts[-1][0] == name and names:
            parts[-1] = name, f"{parts[-1][1]} {text}"
        elif text:
            parts.append((name, text))
        if tag is None:
            break
        place = tag.end()
        if tag["end"]:
            del names[-1:]
        elif not tag["empty"]:
            names.append(tag["name"])
    return "; ".join(f"{name}: {text}" if name else text for name, text in parts)


WITHOUT_TITLES: Mapping[str, Titles] = {"programme": {}, "list": {}}
"""For a page that is about the programme or the list: its facts do not repeat the title."""


def shown_facts(facts: FactQuerySet[Any], names: Names, *, most: int) -> list[ShownFact]:
    """The first current ones of these facts: three queries, and a few for facts that others may contradict."""
    rows = list(with_company(facts.current(), None)[:most])
    bodies = (orjson.loads(dumps(body)) for body in fact_bodies(rows))
    return [shown_fact(facts.model.resource, body, WITHOUT_TITLES, names) for body in bodies]
