"""Search in the documentation: sections ranked by BM25, where a word also finds longer ones that begin with it.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the usual k1 and b. A word
of a heading counts as several in the text.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from relations.web.docs.library import Page, library
from relations.web.docs.markdown import Section

LONGEST_QUERY, MOST_RESULTS = 200, 30
_K1, _B = 1.2, 0.75
_IN_THE_TITLE, _IN_THE_HEADING = 6, 4
_BEGINNING = 0.5
"""Weight of a word that only begins with the one that was asked for."""
_WORD = re.compile(r"[^\W_]+")
_AROUND = 110
"""Characters of a passage on each side of the first match."""


@dataclass(frozen=True)
class Result:
    """A section, and the passage in which the words occur."""

    page: Page
    section: Section
    passage: SafeString

    @property
    def address(self) -> str:
        return self.page.address if self.section.level == 1 else f"{self.page.address}#{self.section.slug}"


@dataclass(frozen=True)
class _Entry:
    page: Page
    section: Section
    counts: Counter[str]
    length: int


def words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


@dataclass(frozen=True)
class _Index:
    """All sections, in how many of them each word occurs, and their average length."""

    entries: tuple[_Entry, ...]
    occurrences: Counter[str]
    average: float

    def score(self, entry: _Entry, word: str, matches: set[str]) -> float:
        """BM25 of one word that was asked for, over the words of the section that begin with it."""
        score = 0.0
        for match in matches & entry.counts.keys():
            others = self.occurrences[match]
            rarity = math.log(1 + (len(self.entries) - others + 0.5) / (others + 0.5))
            count = entry.counts[match]
            weight = count * (_K1 + 1) / (count + _K1 * (1 - _B + _B * entry.length / self.average))
            score += rarity * weight * (1 if match == word else _BEGINNING)
        return score


@cache
def _index() -> _Index:
    entries = []
    for page in library().order:
        for section in page.rendered.sections:
            counts = Counter(words(section.text))
            for title, weight in ((page.title, _IN_THE_TITLE), (section.title, _IN_THE_HEADING)):
                for word in words(title):
                    counts[word] += weight
            entries.append(_Entry(page, section, counts, counts.total()))
    occurrences = Counter(word for entry in entries for word in entry.counts)
    return _Index(tuple(entries), occurrences, sum(entry.length for entry in entries) / len(entries))


def search(query: str) -> list[Result]:
    """The best sections, those with all words first; empty for a query without words."""
    asked = list(dict.fromkeys(words(query[:LONGEST_QUERY])))
    index = _index()
    matches = {word: {each for each in index.occurrences if each.startswith(word)} if len(word) > 2 else {word}
               for word in asked}  # fmt: skip
    ranked = []
    for number, entry in enumerate(index.entries):
        scores = [index.score(entry, word, matches[word]) for word in asked]
        if any(scores):
            ranked.append((sum(score > 0 for score in scores), sum(scores), -number, entry))
    best = sorted(ranked, key=lambda each: each[:3], reverse=True)[:MOST_RESULTS]
    return [Result(entry.page, entry.section, passage(entry.section.text, asked)) for *_, entry in best]


def passage(text: str, asked: list[str]) -> SafeString:
    """The text around the first match as HTML, with the words marked; its beginning where none occurs."""
    text = " ".join(text.split())
    pattern = re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, asked)) + r")[^\W_]*", re.IGNORECASE)
    first = pattern.search(text)
    begin = max(0, first.start() - _AROUND) if first else 0
    begin = text.find(" ", begin) + 1 if begin else 0
    end = min(len(text), begin + 2 * _AROUND + 40)
    end = text.rfind(" ", begin, end) if end < len(text) and " " in text[begin:end] else end
    parts, place = [], begin
    for match in pattern.finditer(text, begin, end):
        parts += [escape(text[place : match.start()]), f"<mark>{escape(match[0])}</mark>"]
        place = match.end()
    html = "".join([*parts, escape(text[place:end])])
    return mark_safe(f"{'… ' if begin else ''}{html}{' …' if end < len(text) else ''}")  # noqa: S308  # escaped above
