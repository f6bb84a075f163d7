"""Conditions that Django has no lookup for."""

from __future__ import annotations

from typing import Any

from django.db.models import Lookup


class Holds(Lookup):
    """`note__holds="x"`: the column contains the text, in capitals or not.

    Django's `icontains` compares UPPER(column), which the trigram indexes are not about; ILIKE they answer.
    """

    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = self.process_lhs(compiler, connection)
        text = str(self.rhs).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"{column} ILIKE %s", [*params, f"%{text}%"]
