"""Many new rows of one table in one COPY: an import writes tens of thousands, and INSERT names every value apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import batched

from django.db import connection
from django.db.models import Field, Model

_AT_ONCE = 1000
_FEW = 20
"""Up to so many rows one INSERT is faster: COPY has to be told that it ends, and the ids are asked for beforehand."""


def insert[M: Model](model: type[M], rows: Iterable[M]) -> None:
    """Inserts the rows in their order and gives each its id; of a generator's rows few are held at once."""
    for some in batched(rows, _AT_ONCE):
        if len(some) <= _FEW:
            model._default_manager.bulk_create(some)
        else:
            number(some)
            copy_in(model, some)


def number(rows: Sequence[Model]) -> None:
    """Gives new rows of one table their ids beforehand, in their order: COPY does not tell which it gave."""
    if not rows:
        return
    table, column = rows[0]._meta.db_table, rows[0]._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, len(rows)]
        )
        for row, (key,) in zip(rows, cursor, strict=True):
            row.pk = key


def copy_in(model: type[Model], rows: Iterable[Model]) -> None:
    """Inserts the rows in their order. Where none has an id the table gives it; `number` does beforehand.

    Constraints and triggers hold as they do for INSERT, and what they refuse is raised as Django's own errors.
    """
    coming = iter(rows)
    first = next(coming, None)
    if first is None:
        return
    fields = [
        field
        for field in model._meta.concrete_fields
        if not (field.generated or (field.primary_key and first.pk is None))
    ]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    into = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(into) as copy:
        copy.write_row(_values(first, fields))
        for row in coming:
            copy.write_row(_values(row, fields))


def _values(row: Model, fields: Iterable[Field]) -> list[object]:  # type: ignore[type-arg]  # columns of any type
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001  # as Django's own bulk_create does
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
