"""Filters of `/api/designations/`."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import partial, reduce
from operator import or_
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import BigIntegerField, BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value

from relations.api.http import filters, patterns
from relations.api.http.any_of import MAX_CHARACTERS
from relations.api.http.parameters import as_of, known_at
from relations.codes import ListCode, PartyChange, PartyKind
from relations.codes.country_names import code_by_name
from relations.dates import When, parse_field
from relations.errors import BadParameter
from relations.models import Designation, EventParty, SanctionProgramme, on_replaced_list
from relations.queries.countries import current_country_index
from relations.queries.party_search import search
from relations.queries.same_party import lists_of_same_parties

_NOTHING = Q(pk__in=[])
_TEXTS = ArrayField(TextField())
_ID_DIGITS = 19

type Texts = list[str]


class _Programme(filters.OverlappingTexts):
    """Parties under a programme: the list's own name for it, or the id of one of `/api/sanction-programmes/`."""

    def condition(self, values: Texts) -> Q:
        ids = [int(each) for each in values if each.isascii() and each.isdigit() and len(each) < _ID_DIGITS]
        return super().condition(values) | _under(SanctionProgramme.objects.filter(pk__in=ids) if ids else None)


class _Target(filters.Countries):
    """Parties under a programme that is aimed at the country."""

    def condition(self, values: Texts) -> Q:
        return _under(SanctionProgramme.objects.filter(target__in=values))


def _under(programmes: QuerySet[SanctionProgramme] | None) -> Q:
    """Parties that their list names under one of the programmes; none for programmes without a code."""
    codes: defaultdict[str, list[str]] = defaultdict(list)
    for code, word in programmes.exclude(code="").values_list("list", "code") if programmes is not None else ():
        codes[code].append(word)
    return reduce(or_, (Q(party__list=code, programmes__overlap=words) for code, words in codes.items()), _NOTHING)


class _Nationality(filters.Countries):
    lookup = "overlap"


class _AddressCountry(filters.Countries):
    """Parties with an address in the country, by its code or by any of its names that a list uses."""

    def condition(self, values: Texts) -> Q:
        written = Designation.objects.annotate(written=Func(F("address_countries"), function="unnest")).order_by()
        names = written.values_list("written", flat=True).distinct()
        return Q(address_countries__overlap=[name for name in names if {name, code_by_name(name)} & {*values}])


class _AllWords(filters.SingleValue):
    """Rows with every one of the words, whatever their case, accents and order."""

    longest = MAX_CHARACTERS
    is_indexed = False  # by words, and not by trigrams

    @staticmethod
    def convert(text: str) -> str:
        if not any(map(str.isalnum, text)):
            raise ValueError("Give the words to look for.")
        return text

    def condition_of(self, value: str) -> Q:
        words = Func(Value(value), function="party_words", output_field=_TEXTS)
        return Q(**{f"{self.field_name}__contains": words})


class _Number(_AllWords):
    """Parties with the number of a document, whatever its kind, its spaces, dashes and case."""

    def condition_of(self, value: str) -> Q:
        number = Func(Value(value), template="ARRAY[party_number(%(expressions)s)]", output_field=_TEXTS)
        return Q(numbers__contains=number)


class _Imo(filters.SingleValue):
    """Vessels (and their owners) by the number of the International Maritime Organization."""

    schema = {"type": "string", "pattern": patterns.IMO, "example": "9187629"}

    @staticmethod
    def convert(text: str) -> str:
        digits = re.fullmatch(r"(?:imo)?\s*(\d{7})", text.strip(), re.ASCII | re.IGNORECASE)
        if digits is None:
            raise ValueError(f"{text[:40]!r} is not an IMO number, which has seven digits: 9187629.")
        return f"IMO{digits[1]}"

    def condition_of(self, value: str) -> Q:
        return Q(numbers__contains=[value])


class _Born(filters.SingleValue):
    """Parties by a date of birth that may be the given one: `1961-05-03` finds a man who was born in 1961."""

    convert = staticmethod(partial(parse_field, field="born"))
    schema = {"type": "string", "pattern": patterns.EDTF, "example": "1961-05"}

    def condition_of(self, value: When) -> Q:
        return _born(value.earliest, value.latest)


class _BornBound(_Born):
    """Parties with a date of birth that may be within both bounds."""

    def condition_of(self, value: When) -> Q:
        bounds = self.parent.form.cleaned_data
        after, before = ((bounds.get(name) or [None])[0] for name in ("born_after", "born_before"))
        first, last = after and after.earliest, before and before.latest
        if first and last and first > last:
            raise BadParameter(field="born_before", why="It is earlier than born_after.")
        return _born(first, last)


def _born(first: dt.date | None, last: dt.date | None) -> Q:
    days = Value(DateRange(first, last, "[]"), DateRangeField())
    return Q(Func(days, F("births"), template="(%(expressions)s))", arg_joiner=" && ANY(", output_field=BooleanField()))


class _Under(filters.SingleValue):
    """Versions that put their party under the programme, amended it there or took it from there."""

    def condition_of(self, value: str) -> Q:
        listed = Q(programmes__contains=[value], delisted_on__isnull=True)
        before = Designation.objects.filter(listed, party=OuterRef("party"), version=OuterRef("version") - 1)
        return listed | Q(Exists(before))


class _OfEvent(filters.Keys):
    """Parties of a sanction event, by the event's key: all of them, as their list names them now."""

    def condition(self, values: list[Any]) -> Q:
        return Q(party__in=EventParty.objects.filter(event__key__in=values).values("designation__party"))


class _AlsoOn(filters.Words):
    """Parties that may be on a list a second time: `same_as` offers another party of it."""

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        if value and known_at(self.parent.request) is not None:
            raise BadParameter(field="also_on", why="Parties are compared as known now: leave known_at out.")
        return super().filter(qs, value)

    def condition(self, values: Texts) -> Q:
        lists = lists_of_same_parties(current_country_index().epoch)
        parties = Value(
            [party for party, own in lists.items() if not own.isdisjoint(values)], ArrayField(BigIntegerField())
        )
        # One parameter: Django prepares each value of a list, which takes longer than the query.
        return Q(
            Func(F("party"), parties, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField())
        )


class _Current(filters.Truth):
    """Rows on the list. A closed list is not current once its successor has a publication."""

    def condition_of(self, value: bool) -> Q:  # noqa: FBT001  # the value that the filter is given
        request = self.parent.request
        day = as_of(request) or dt.datetime.now(dt.UTC).date()
        current = Q(delisted_on__isnull=True) & ~on_replaced_list(day, known_at=known_at(request))
        return current if value else ~current


class _Query(filters.SingleValue):
    """Rows by name; the list then orders them by their score."""

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return search(qs, value[0]) if value else qs


class DesignationFilters(filters.Filters):
    unfiltered: ClassVar[frozenset[str]] = frozenset({"id", "content"})
    replaced: ClassVar[Mapping[str, str]] = {
        "party": "key", "programmes": "programme", "nationalities": "nationality",
        "recorded_at": "recorded_after", "superseded_at": "superseded_after",
    }  # fmt: skip

    key = filters.Keys("party__key", label="The party's key")
    list = filters.Words("party__list", words=ListCode, label="The list")
    reference = filters.Exactly("party__reference", label="The issuer's own reference")
    programme = _Programme("programmes", label="A programme, as the list names it, or the id of a sanction programme")
    target = _Target("programmes", label="The country at which a programme of the party is aimed")
    under = _Under("programmes", label="A programme under which the version listed, amended or delisted the party")
    event = _OfEvent("party", label="The key of a sanction event: its parties")
    also_on = _AlsoOn(
        "party", words=ListCode, label="Another party of this list may be the same: on two lists, or twice on its own"
    )
    kind = filters.Words("kind", words=PartyKind, label="Person, entity, vessel or aircraft")
    turn = filters.Words("change", words=PartyChange, label="What the last publication that spoke of the party did")
    name = filters.Exactly("name", label="Exactly this primary name")
    nationality = _Nationality("nationalities", label="A nationality, where the list gives its code")
    born = _Born("births", label="A date of birth in EDTF, 1961 or 1961-05-03, that may be the party's")
    born_after = _BornBound("births", label="Born on this date or later")
    born_before = _BornBound("births", label="Born on this date or earlier")
    document = _Number("numbers", label="The number of any document, with or without spaces, dashes and capitals")
    imo = _Imo("numbers", label="The IMO number of a vessel or a company")
    address = _AllWords("address_words", label="Words of the addresses, in any order")
    address_country = _AddressCountry("address_countries", label="The country of an address")
    remarks = _AllWords("remark_words", label="Words of the remarks, in any order")
    version = filters.Numbers("version", label="The version")
    digest = filters.Exactly("digest", label="The digest of the record's content")
    run = filters.Numbers("run", label="The import that wrote it")
    current = _Current("delisted_on", label="Is on the list (1) or is not (0)")
    listed_on = filters.DayBound("listed_on", "exact", label="Listed on this day")
    listed_after, listed_before = filters.DayBound.pair("listed_on", "Listed on this day")
    delisted_on = filters.DayBound("delisted_on", "exact", label="Delisted on this day")
    delisted_after, delisted_before = filters.DayBound.pair("delisted_on", "Delisted on this day")
    since = filters.DayBound("since", "exact", label="The list says this from this day on")
    recorded_after, recorded_before = filters.RecordedBound.pair("recorded_at", "Recorded then")
    superseded_after, superseded_before = filters.RecordedBound.pair("superseded_at", "Superseded then")
    q = _Query("name", label="Words of a name in any script: exact before near, each row with a score")
