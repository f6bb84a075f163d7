"""Endpoints of what facts refer to: read and edited like facts, but without versions of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from rest_framework.request import Request

from relations.api.http import conditional, formats
from relations.api.http.endpoints import DetailEndpoint, Endpoint, ListEndpoint
from relations.api.http.filters import Filters
from relations.api.http.requests import RequestBody, read
from relations.api.http.writing import WRITE, write
from relations.errors import SomeRefused, Unfit
from relations.models import Country, Regime, Source
from relations.representation.references import site

_COUNTRIES = ("issuer", "target")
_REFERRED: Mapping[str, type[models.Model]] = {"syndication_of": Source, "regime": Regime}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One kind of what facts refer to: its model, its JSON, its requests, and the commands of the ledger."""

    model: type[models.Model]
    request: type[RequestBody]
    as_json: Callable[[Any, str], Any]
    """(row, site) -> the row as JSON."""
    filters: type[Filters]
    record: Callable[[Mapping[str, Any]], models.Model]
    change: Callable[[Any, Mapping[str, Any]], models.Model]
    remove: Callable[[Any], None]
    lock: Callable[[Any, Mapping[str, Any]], models.Model] | None = None
    """(row, values) -> the row as it is now, locked for this change with others; None where it is locked alone."""


class ReferenceEndpoint(Endpoint):
    """A URL of one kind of them; `reference_paths` gives the kind."""

    reference: Reference = None  # type: ignore[assignment]  # reference_paths gives it

    def body(self, row: Any) -> Any:
        return self.reference.as_json(row, site(self.request))


class ReferenceList(ReferenceEndpoint, ListEndpoint):
    """A list of them; POST makes one."""

    parameters = {"POST": WRITE}
    orderings = {"id": ("id",), "title": ("title", "id")}
    default_ordering = "id"

    @write
    def post(self, request: Request) -> HttpResponse:
        row = self.reference.record(_values(self.reference, request.data, partial=False))
        body = self.body(row)
        return conditional.created(body, version=version_of(row), url=body["self"])


class ReferenceDetail(ReferenceEndpoint, DetailEndpoint):
    """One of them. Its version is a digest of what is stored, for `If-Match`."""

    parameters = {**DetailEndpoint.parameters, "PATCH": WRITE, "DELETE": WRITE}

    def version(self, row: Any) -> str:
        return version_of(row)

    @write
    def patch(self, request: Request, number: int) -> HttpResponse:
        lock = self.reference.lock
        with transaction.atomic():
            row = self._current(number, is_locked=lock is None)
            values = _values(self.reference, request.data, partial=True)
            if lock:
                row = lock(row, values)
                self.refuse_stale(row)
            changed = self.reference.change(row, values)
        return conditional.cached(request, self.body(changed), version=version_of(changed))

    @write
    def delete(self, request: Request, number: int) -> HttpResponse:
        with transaction.atomic():
            self.reference.remove(self._current(number, is_locked=True))
        return HttpResponse(status=204)

    def _current(self, number: int, *, is_locked: bool) -> models.Model:
        """The row, locked to the end of the command or not, if the request has seen its current version."""
        rows = self.get_queryset()
        row: models.Model = get_object_or_404(rows.select_for_update() if is_locked else rows, pk=number)
        self.refuse_stale(row)
        return row


def version_of(row: models.Model) -> str:
    """A digest of every column: two rows that say the same are one version."""
    columns = [str(getattr(row, field.attname)) for field in row._meta.concrete_fields]
    return conditional.digest(formats.dumps(columns))


def _values(reference: Reference, given: Any, *, partial: bool) -> dict[str, Any]:
    """The values of a body, with rows where it names them. Raises `SomeRefused` with everything that is unfit."""
    values, unfit = read(reference.request, given, partial=partial)
    for name in _COUNTRIES:
        if name in values:
            values[name] = Country(code=values[name])
    for name, model in _REFERRED.items():
        if number := values.get(name):
            values[name] = model._default_manager.filter(pk=number).first()
            if values[name] is None:
                why = f"There is no {model._meta.verbose_name} {number}."
                unfit.append(Unfit(field=name, word="does_not_exist", why=why))
    if unfit:
        raise SomeRefused({0: unfit})
    return values


def reference_paths(
    resource: str, reference: Reference, *, list_view: type[ReferenceList] = ReferenceList
) -> list[URLPattern]:
    shared = {
        "reference": reference, "queryset": reference.model._default_manager.all(),
        "serializer_class": reference.request, "response_type": reference.request.answer,
    }  # fmt: skip
    rows = list_view.as_view(**shared, filterset_class=reference.filters, name=resource)
    return [
        path(f"{resource}/", rows, name=resource),
        path(f"{resource}/<int:number>/", ReferenceDetail.as_view(**shared), name=f"{resource}-detail"),
    ]
