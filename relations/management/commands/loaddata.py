"""Django's own `loaddata`, beside which others may go on recording."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.management.commands import loaddata
from django.db.models import AutoField, Model

_RAISE = """
    SELECT setval(sequence, highest)
    FROM (SELECT pg_get_serial_sequence(%s, %s)::regclass AS sequence, max({column}) AS highest FROM {table}) AS loaded
    WHERE highest > coalesce(pg_sequence_last_value(sequence), 0)
"""


class Command(loaddata.Command):
    def reset_sequences(self, connection: Any, models: Iterable[type[Model]]) -> None:
        """Raises what a file with ids of its own has overtaken, and leaves the rest.

        Django sets every sequence to the highest id that it sees. The ids of acts under way are higher, and not to be
        seen yet: they would be given away a second time.
        """
        quoted = connection.ops.quote_name
        with connection.cursor() as cursor:
            for model in models:
                key, table = model._meta.pk, quoted(model._meta.db_table)
                if isinstance(key, AutoField):
                    cursor.execute(_RAISE.format(column=quoted(key.column), table=table), [table, key.column])
