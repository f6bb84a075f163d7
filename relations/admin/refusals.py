"""What the ledger and the database said no to, as errors of a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import forms
from django.db import Error

from relations.errors import Invalid, Refused, SomeRefused
from relations.ledger.rules import rule_of
from tracker.problems import LOCKED, state_of

FORM_FIELDS: Mapping[str, str] = {
    "from": "from_country",
    "to": "to_country",
    "country": "to_country",
}
"""The ledger's names of inputs that a form calls something else."""


def refusals_of(error: Refused | Error) -> list[Refused]:
    """Everything that one refused act was refused for."""
    match error:
        case SomeRefused():
            return [refusal for row in error.rows.values() for refusal in row]
        case Refused():
            return [error]
        case _ if state_of(error) == LOCKED:
            return [Invalid(why="Another act on the same rows is under way: save again in a moment.")]
        case _:
            return [Invalid(why=rule_of(error))]


def show(form: forms.BaseForm, refusals: Iterable[Refused]) -> None:
    """Puts each refusal at the field that has to change, or on top where the form has no such field."""
    for refusal in refusals:
        field = FORM_FIELDS.get(refusal.field, refusal.field)
        form.add_error(field if field in form.fields else None, refusal.detail)
