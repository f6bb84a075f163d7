"""References of facts in filters: programmes and travel-ban lists, by id or by code."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Concat

from relations.api.http.any_of import AnyOf
from relations.api.http.values import number
from relations.models import SanctionProgramme, TravelBanList
from relations.representation.references import did_you_mean


class _ByIdOrCode(AnyOf):
    """Rows that refer to one of them; a value is the ids of those that it names."""

    schema = {"type": "string", "example": "12"}
    what = ""

    def __init__(self, field_name: str, *, label: str, empty: Q | None = None) -> None:
        super().__init__(field_name, label=label, empty=empty, convert=self._ids)

    def condition(self, values: list[tuple[int, ...] | None]) -> Q:
        return super().condition([each for ids in values for each in ((None,) if ids is None else ids)])

    @classmethod
    def rows(cls) -> QuerySet[Any, Any]:
        """All that have a code, annotated as `own_code` and in full as `full`."""
        raise NotImplementedError

    @classmethod
    def _ids(cls, text: str) -> tuple[int, ...]:
        rows = cls.rows().order_by("pk")
        if ids := tuple(rows.filter(Q(own_code__iexact=text) | Q(full__iexact=text)).values_list("pk", flat=True)):
            return ids
        if text.isascii() and text.isdigit():
            return (number(text),)
        near = did_you_mean(text[:60], rows.values_list("own_code", flat=True))
        raise ValueError(f"{text[:40]!r} is neither an id nor a code of a {cls.what}.{near}")


class Programmes(_ByIdOrCode):
    """By the list's own word, which is a programme of each list that has it: `BELARUS`, or `ofac:BELARUS`."""

    schema = {"type": "string", "example": "ofac:BELARUS"}
    what = "programme"

    @classmethod
    def rows(cls) -> QuerySet[Any, Any]:
        full = Concat(F("list"), Value(":"), F("code"), output_field=CharField())
        return SanctionProgramme.objects.exclude(code="").annotate(own_code=F("code"), full=full)


class BanLists(_ByIdOrCode):
    """By the legal act: `Proclamation 9983`, or `US:Proclamation 9983`."""

    schema = {"type": "string", "example": "Proclamation 9983"}
    what = "travel-ban list"

    @classmethod
    def rows(cls) -> QuerySet[Any, Any]:
        full = Concat(F("issuer_id"), Value(":"), F("instrument"), output_field=CharField())
        return TravelBanList.objects.exclude(instrument="").annotate(own_code=F("instrument"), full=full)
