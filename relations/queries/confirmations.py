"""Numbers of confirmations of facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, DateTimeField, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from relations.models import FACT_MODELS, Confirmation, Fact
from relations.queries.facts import columns_of_a_word

_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def confirmation_counts(facts: Iterable[Fact], *, known_at: dt.datetime | None = None) -> Mapping[Fact, int]:
    """The number of confirmations of each of the facts: one query.

    A version shares the confirmations of other versions that say the same, as its status does: those recorded by
    `known_at`, and while it was current.
    """
    by_row = {(fact.resource, fact.pk): fact for fact in facts}
    models = {type(fact) for fact in by_row.values()}
    counted = [_counted(model, by_row, known_at) for model in FACT_MODELS if model in models]
    if not counted:
        return {}
    rows = counted[0].union(*counted[1:], all=True) if len(counted) > 1 else counted[0]
    return {by_row[resource, key]: count for resource, key, count in rows}


def _counted(
    model: type[Fact], rows: Iterable[tuple[str, int]], known_at: dt.datetime | None
) -> QuerySet[Any, tuple[str, int, int]]:
    """Kind, primary key and number of the rows of one kind."""
    own = model._default_manager.filter(pk__in=[key for resource, key in rows if resource == model.resource])
    confirmed = Subquery(_confirmed(model, known_at), output_field=IntegerField())
    counted: QuerySet[Any, tuple[str, int, int]] = (
        own.order_by()
        .annotate(slug=Value(model.resource), confirmed=Coalesce(confirmed, 0))
        .values_list("slug", "pk", "confirmed")
    )
    return counted


def _confirmed(model: type[Fact], known_at: dt.datetime | None) -> QuerySet[Any, Any]:
    """The number for the fact of the outer query; no row where there are none."""
    same = {f"{model.column}__{name}": OuterRef(name) for name in columns_of_a_word(model)}
    until = Coalesce(OuterRef("superseded_at"), Value(_NEVER), output_field=DateTimeField())
    rows: QuerySet[Any] = Confirmation.objects.filter(recorded_at__lt=until, **same).order_by()
    if known_at is not None:
        rows = rows.filter(recorded_at__lte=known_at)
    counts: QuerySet[Any, Any] = rows.values(f"{model.column}__key").annotate(count=Count("pk")).values("count")
    return counts
