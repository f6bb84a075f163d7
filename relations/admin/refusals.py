"""Refusals of the ledger and of the database as errors of a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import forms
from django.db import DataError, Error, IntegrityError

from relations.errors import Invalid, Refused, SomeRefused
from relations.ledger.rules import rule_of
from tracker.problems import LOCKED, state_of

REFUSED = (Refused, IntegrityError, DataError)
"""Exceptions of a command that a form can show."""

FORM_FIELDS: Mapping[str, str] = {"from": "from_country", "to": "to_country", "country": "to_country"}
"""The form's names of the ledger's inputs, where they differ."""


def refusals_of(error: Refused | Error) -> list[Refused]:
    """All reasons of one refusal."""
    match error:
        case SomeRefused():
            return [refusal for row in error.rows.values() for refusal in row]
        case Refused():
            return [error]
        case _ if state_of(error) == LOCKED:
            return [Invalid(why="Another command on the same rows is running: save again in a moment.")]
        case _:
            return [Invalid(why=rule_of(error))]


def show(form: forms.BaseForm, refusals: Iterable[Refused]) -> None:
    """Adds each refusal to the field that has to change, or to the form where it has no such field."""
    for refusal in refusals:
        field = FORM_FIELDS.get(refusal.field, refusal.field)
        form.add_error(field if field in form.fields else None, refusal.detail)
