"""Inserts many rows of one table by COPY: an import writes tens of thousands, and INSERT sends each value apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import batched

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

_BATCH = 1000
_FEW = 20
"""Up to this many rows one INSERT is faster: COPY needs a round trip for the ids and another one for its end."""


def insert[M: Model](model: type[M], rows: Iterable[M]) -> None:
    """Inserts the rows in their order and gives each its id; a generator's rows are read a batch at a time."""
    for batch in batched(rows, _BATCH):
        if len(batch) <= _FEW:
            model._default_manager.bulk_create(batch)
        else:
            _assign_ids(batch)
            copy_in(model, batch)


def _assign_ids(rows: Sequence[Model]) -> None:
    """Gives new rows of one table their ids, in their order: COPY returns none."""
    table, column = rows[0]._meta.db_table, rows[0]._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, len(rows)]
        )
        for row, (key,) in zip(rows, cursor, strict=True):
            row.pk = key


def copy_in(model: type[Model], rows: Iterable[Model]) -> None:
    """Inserts the rows in their order; the table assigns the ids, unless the first row has one."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    fields = [
        field
        for field in model._meta.concrete_fields
        if not (field.generated or (field.primary_key and first.pk is None))
    ]
    database = connections[connection.alias]  # `connection` itself looks it up again for each value
    values = (_values(row, fields, database) for whole in ((first,), rows) for row in whole)
    copy_rows(model, [str(field.column) for field in fields], values)


def copy_rows(model: type[Model], columns: Iterable[str], rows: Iterable[Sequence[object]]) -> None:
    """Copies plain values. Constraints and triggers apply as to INSERT; their errors are Django's own."""
    into = f'COPY "{model._meta.db_table}" ({", ".join(map(connection.ops.quote_name, columns))}) FROM STDIN'
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)


def _values(
    row: Model,
    fields: Iterable[Field],  # type: ignore[type-arg]  # columns of any type
    database: BaseDatabaseWrapper,
) -> list[object]:
    row._state.adding, row._state.db = False, database.alias  # noqa: SLF001  # as Django's own bulk_create does
    return [field.get_db_prep_save(getattr(row, field.attname), database) for field in fields]
