"""The pairs that a reader asks for: filters as `/api/relations/` has them, with names where it has codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from relations.codes import VALUES, TrackKind
from relations.dates import read_day
from relations.errors import Refused
from relations.models import CountryPair
from relations.queries.clock import today
from relations.queries.countries import CountryIndex
from relations.representation.references import Excluded
from relations.representation.track_questions import TrackQuestion, value_parser
from relations.web.refusals import LONGEST_SHOWN, Wrong, no_country, no_value
from relations.web.search.countries import gazetteer
from relations.web.search.nearest import nearest_countries, nearest_words
from relations.web.words import Names, kind_titles, value_in_words

COUNTRY, GROUP, TRACK, AS_OF, STALE, PAGE = "country", "group", "track", "as_of", "stale", "page"
TRACKS = (
    TrackKind.SANCTIONS, TrackKind.AMBASSADOR, TrackKind.NEXT, TrackKind.TRAVEL_BAN, TrackKind.DIPLOMATIC_RELATIONS,
    TrackKind.TREND,
)  # fmt: skip
NAMES = (COUNTRY, GROUP, TRACK, AS_OF, *TRACKS, STALE)
_AGES = {"any": None, "only": True}
_LONGEST, _MOST_VALUES = 100, 50


class Selection:
    """One query of a reader. `wrong` is not empty where it is refused; nothing else may be asked of it then.

    `chosen` are its filters in the order of the form, with codes for names: the canonical query.
    """

    def __init__(self, query: QueryDict, index: CountryIndex, names: Names) -> None:
        self.index, self.names = index, names
        self.given = {name: _texts(query.getlist(name)) for name in query if name in NAMES}
        self.wrong: list[Wrong] = []
        self._refuse_many()
        self.countries = [code for text in self._all(COUNTRY) if (code := self._country(COUNTRY, text))]
        self.group = next((code for text in self._one(GROUP) if (code := self._group(text))), "")
        self.track = TrackKind(self._word(TRACK, TRACKS, kind_titles()) or TrackKind.SANCTIONS)
        self.as_of = next((day for text in self._one(AS_OF) if (day := self._day(text))), None)
        self.stale = self._word(STALE, tuple(_AGES), {})
        self.questions = tuple(self._questions())

    @property
    def day(self) -> dt.date:
        return self.as_of or today()

    @cached_property
    def chosen(self) -> dict[str, str]:
        given = {
            COUNTRY: ",".join(dict.fromkeys(self.countries)), GROUP: self.group,
            AS_OF: self.as_of.isoformat() if self.as_of else "",
            TRACK: "" if self.track == TrackKind.SANCTIONS else self.track,
        }  # fmt: skip
        every = {name: given.get(name, ",".join(self.given.get(name, ()))) for name in NAMES}
        return {name: str(text) for name, text in every.items() if text}

    def query(self, **changed: str) -> str:
        """The canonical query with some filters changed; an empty one is left out."""
        return urlencode({name: text for name, text in {**self.chosen, **changed}.items() if text})

    # --- reading ---

    def _all(self, name: str) -> Sequence[str]:
        return self.given.get(name, ())

    def _one(self, name: str) -> Sequence[str]:
        texts = self._all(name)
        if len(texts) > 1:
            self.wrong.append(Wrong(name, _("This filter takes one value.")))
        return texts[:1]

    def _refuse_many(self) -> None:
        says = _("A filter takes at most %(number)s values.") % {"number": _MOST_VALUES}
        self.wrong.extend(Wrong(name, says) for name, texts in self.given.items() if len(texts) > _MOST_VALUES)

    def _refuse(self, name: str, says: str, text: str, near: Sequence[tuple[str, str]]) -> None:
        """Says what is wrong with a text, and offers the same query with nearest values (words and value) instead."""
        links = []
        for words, value in near:
            texts = [value if one == text else one for one in self._all(name)]
            every = {**{key: ",".join(own) for key, own in self.given.items()}, name: ",".join(texts)}
            links.append((words, urlencode({key: one for key, one in every.items() if one})))
        self.wrong.append(Wrong(name, says, links))

    def _country(self, name: str, text: str) -> str:
        known = gazetteer(self.index)
        if code := known.one(text):
            return code
        codes = known.named(text)
        near = [(self.names[code], code) for code in codes or nearest_countries(text, self.index)]
        self._refuse(name, no_country(text, codes), text, near)
        return ""

    def _group(self, text: str) -> str:
        code = self._country(GROUP, text)
        if not code or code in self.index.by_organisation:
            return code
        near = [(self.names[one], one) for one in sorted(self.index.by_organisation)]
        self._refuse(GROUP, _("%(country)s has no members.") % {"country": self.names[code]}, text, near)
        return ""

    def _day(self, text: str) -> dt.date | None:
        try:
            return read_day(text)
        except (Refused, ValueError):
            says = _("“%(text)s” is no day; write it like 2020-02-02.") % {"text": text[:LONGEST_SHOWN]}
            self._refuse(AS_OF, says, text, [])
            return None

    def _word(self, name: str, words: Sequence[str], titles: Mapping[str, str]) -> str:
        for text in self._one(name):
            if text in words:
                return text
            says = no_value(text)
            near = nearest_words(text, words) or words
            self._refuse(name, says, text, [(titles.get(word, word), word) for word in near])
        return ""

    def _questions(self) -> Iterator[TrackQuestion]:
        """The questions of `RelationFilters`: values of one kind mean *or*, several kinds mean *and*."""
        stale = _AGES[self.stale] if self.stale else False
        asked = [kind for kind in TRACKS if self._all(kind)]
        for kind in asked:
            parse = value_parser(kind)
            values = [value for text in self._all(kind) if (value := self._value(kind, text, parse))]
            wanted = [value for value in values if not isinstance(value, Excluded)]
            excluded = [value.value for value in values if isinstance(value, Excluded)]
            yield TrackQuestion(kinds=(kind,), values=wanted, excluded=excluded, stale=stale)
        if stale and not asked:
            yield TrackQuestion(kinds=TRACKS, stale=stale)

    def _value[T](self, kind: TrackKind, text: str, parse: Callable[[str], T]) -> T | None:
        try:
            return parse(text)
        except (Refused, ValueError):
            direction, colon, word = text.rpartition(":")
            near = nearest_words(word, VALUES[kind], titles={one: value_in_words(one) for one in VALUES[kind]})
            says = _("“%(text)s” is no value of “%(title)s”.") % {
                "text": text[:LONGEST_SHOWN], "title": kind_titles()[kind],
            }  # fmt: skip
            links = [(value_in_words(one), f"{direction}{colon}{one}") for one in near or VALUES[kind]]
            self._refuse(kind, says, text, links if word not in VALUES[kind] else [(value_in_words(word), word)])
            return None

    @property
    def questions_in_words(self) -> str:
        """`Sanctions: in force; Evidence: of any age`"""
        asked = [
            f"{kind_titles()[kind]}: {', '.join(value_in_words(text) for text in self._all(kind))}"
            for kind in TRACKS if self._all(kind)
        ]  # fmt: skip
        return "; ".join([*asked, *([ages()[self.stale]] if self.stale else [])])

    # --- the pairs, and the countries of the matrix ---

    def pairs(self) -> dict[str, int]:
        """The pairs of which something is recorded, in order, with the number of entries of their logs: one query."""
        rows = CountryPair.objects.recorded().order_by("code")
        if self.group:
            sides = [*self.members, *self.countries]
            rows = rows.filter(first__in=sides, second__in=sides)
        if self.countries:
            rows = rows.filter(Q(first__in=self.countries) | Q(second__in=self.countries))
        for question in self.questions:
            rows = rows.filter(question.condition(self.day))
        return dict(rows.values_list("code", "version"))

    @cached_property
    def members(self) -> list[str]:
        """The organisation of `group` and its members of the day."""
        own = self.index.by_organisation.get(self.group, ())
        return [self.group, *(one.member for one in own if one.covers(self.day))] if self.group else []

    def exists(self, code: str) -> bool:
        """False for a country of another time than the day's."""
        country = self.index.by_code[code]
        return (country.from_year or 0) <= self.day.year <= (country.to_year or self.day.year)

    @property
    def named(self) -> list[str]:
        return list(dict.fromkeys([*self.members, *self.countries]))

    def form(self, ending: str, **changed: str) -> str:
        """`/relations.svg?track=trend`"""
        return f"/relations{ending}?{self.query(**changed)}".rstrip("?")


def ages() -> dict[str, str]:
    """The choices of `stale` in words."""
    return {"any": _("of any age"), "only": _("only old ones")}


def _texts(given: Sequence[str]) -> list[str]:
    """Values without empty ones: a form sends the fields that nobody filled in, too."""
    parts = (part.strip() for text in given for part in text.split(","))
    return [part.replace("\0", "�")[:_LONGEST] for part in parts if part]
