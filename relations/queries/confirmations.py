"""Numbers of confirmations of facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, DateTimeField, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from relations.models import Confirmation, Fact
from relations.queries.facts import columns_of_a_word

_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def confirmation_counts(facts: Sequence[Fact], *, known_at: dt.datetime | None = None) -> Mapping[int, int]:
    """The number of confirmations of each of the facts of one kind, by its primary key: one query.

    A version shares the confirmations of other versions that say the same, as its status does: those recorded by
    `known_at`, and while it was current.
    """
    if not facts:
        return {}
    rows: QuerySet[Any] = type(facts[0])._default_manager.filter(pk__in=[fact.pk for fact in facts]).order_by()
    return dict(with_confirmations(rows, known_at=known_at).values_list("pk", "confirmed"))


def with_confirmations(facts: QuerySet[Any], *, known_at: dt.datetime | None) -> QuerySet[Any]:
    """Annotates `confirmed`, the same number, without another query."""
    confirmed = Subquery(_confirmed(facts.model, known_at), output_field=IntegerField())
    return facts.annotate(confirmed=Coalesce(confirmed, 0))


def _confirmed(model: type[Fact], known_at: dt.datetime | None) -> QuerySet[Any, Any]:
    """The number for the fact of the outer query; no row where there are none."""
    same = {f"{model.column}__{name}": OuterRef(name) for name in columns_of_a_word(model)}
    until = Coalesce(OuterRef("superseded_at"), Value(_NEVER), output_field=DateTimeField())
    rows: QuerySet[Any] = Confirmation.objects.filter(recorded_at__lt=until, **same).order_by()
    if known_at is not None:
        rows = rows.filter(recorded_at__lte=known_at)
    counts: QuerySet[Any, Any] = rows.values(f"{model.column}__key").annotate(count=Count("pk")).values("count")
    return counts
