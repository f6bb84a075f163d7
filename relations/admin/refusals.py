"""Refusals of the ledger and of the database as errors of a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, override

from django import forms
from django.db import DataError, Error, IntegrityError, OperationalError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from relations.admin.hardened import HardenedAdmin
from relations.errors import AlreadyRetracted, Invalid, Refused, SomeRefused, StaleVersion
from relations.ledger.rules import rule_of
from tracker.problems import LOCKED, MET, state_of

REFUSED = (Refused, IntegrityError, DataError, OperationalError)
"""Exceptions of a command. A form can show all of them but those of a database that does not answer."""

FORM_FIELDS: Mapping[str, str] = {"from": "from_country", "to": "to_country", "country": "to_country"}
"""The form's names of the ledger's inputs, where they differ."""


def refusals_of(error: Refused | Error) -> list[Refused]:
    """All reasons of one refusal. Raises the error again where the database does not answer."""
    match error:
        case SomeRefused():
            return [refusal for row in error.rows.values() for refusal in row]
        case Refused():
            return [error]
        case OperationalError() if state_of(error) in (LOCKED, *MET):
            return [Invalid(why="Another command on the same rows is running: save again in a moment.")]
        case OperationalError():
            raise error
        case _:
            return [Invalid(why=rule_of(error))]


def show(form: forms.BaseForm, refusals: Iterable[Refused]) -> None:
    """Adds each refusal to the field that has to change, or to the form where it has no such field."""
    for refusal in refusals:
        field = FORM_FIELDS.get(refusal.field, refusal.field)
        form.add_error(field if field in form.fields else None, refusal.detail)


class LedgerAdmin[M: Model](HardenedAdmin[M]):
    """Pages whose form shows refusals of the ledger, with the typed values."""

    @override
    def get_form(self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusals = getattr(request, "refusals", ())
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:  # fmt: skip
        """Raises only `StaleVersion` and `AlreadyRetracted`: an edit conflict has its own page."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (StaleVersion, AlreadyRetracted):
            raise
        except REFUSED as error:
            request.refusals = refusals_of(error)  # type: ignore[attr-defined]  # read by get_form
            return super().changeform_view(request, object_id, form_url, extra_context)
