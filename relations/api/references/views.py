"""What facts refer to: programmes, lists and sources, read and edited like facts but without versions of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db import models, transaction
from django.http import Http404, HttpResponse
from django.urls import URLPattern, path
from rest_framework.request import Request

from relations.api.http import conditional, formats
from relations.api.http.endpoints import Endpoint, ListEndpoint
from relations.api.http.idempotency import once
from relations.api.http.parameters import chosen_fields, only
from relations.api.http.requests import Body, read
from relations.errors import SomeRefused, StaleVersion, Unfit
from relations.models import Country, Source
from relations.representation.references import site

_COUNTRIES = ("issuer", "target")


class ReferenceList(ListEndpoint):
    """A list of them; POST makes one."""

    body: ClassVar[type[Body]]
    as_json: ClassVar[Callable[[Any, str], dict[str, Any]]]
    """(row, site) -> the row as JSON."""
    make: ClassVar[Callable[[Mapping[str, Any]], models.Model]]
    orderings = {"id": ("id",), "title": ("title", "id")}
    default_ordering = "id"

    def rows(self) -> models.QuerySet[Any]:
        return self.model._default_manager.all()

    def bodies(self, rows: list[Any]) -> list[dict[str, Any]]:
        return [type(self).as_json(row, site(self.request)) for row in rows]

    def post(self, request: Request) -> HttpResponse:
        return once(request, lambda: self._make(request))

    def _make(self, request: Request) -> HttpResponse:
        row = type(self).make(written(self.body, request.data, partial=False))
        body = type(self).as_json(row, site(request))
        content = formats.dumps(body)
        headers = {"Location": body["self"], "ETag": conditional.etag(version_of(row), content)}
        return HttpResponse(content, status=201, content_type="application/json", headers=headers)


class ReferenceDetail(Endpoint):
    """One of them. Its version is a digest of what is stored, for `If-Match`."""

    body: ClassVar[type[Body]]
    as_json: ClassVar[Callable[[Any, str], dict[str, Any]]]
    change: ClassVar[Callable[[Any, Mapping[str, Any]], models.Model]]
    remove: ClassVar[Callable[[Any], None]]
    keys: ClassVar[tuple[str, ...]]
    parameters = {"GET": {"fields"}}

    def get(self, request: Request, number: int) -> HttpResponse:
        row = self._row(self.model._default_manager.all(), number)
        body = only(type(self).as_json(row, site(request)), chosen_fields(request, self.keys))
        return conditional.cached(request, body, version=version_of(row))

    def patch(self, request: Request, number: int) -> HttpResponse:
        with self._agreed(request, number) as row:
            changed = type(self).change(row, written(self.body, request.data, partial=True))
        return conditional.cached(request, type(self).as_json(changed, site(request)), version=version_of(changed))

    def delete(self, request: Request, number: int) -> HttpResponse:
        with self._agreed(request, number) as row:
            type(self).remove(row)
        return HttpResponse(status=204)

    @contextmanager
    def _agreed(self, request: Request, number: int) -> Iterator[Any]:
        """The row, locked to the end of the act, if it is still what the request has seen."""
        with transaction.atomic():
            row = self._row(self.model._default_manager.select_for_update(), number)
            version, seen = version_of(row), conditional.seen_versions(request)
            if seen is not None and version not in seen:
                refusal = StaleVersion(field="If-Match", current=version, expected=", ".join(seen) or "none")
                content = formats.dumps(type(self).as_json(row, site(request)))
                refusal.headers["ETag"] = conditional.etag(version, content)
                raise refusal
            yield row

    @staticmethod
    def _row(rows: models.QuerySet[Any], number: int) -> Any:
        found = rows.filter(pk=number).first()
        if found is None:
            raise Http404
        return found


def version_of(row: models.Model) -> str:
    """A digest of every column: two rows that say the same are one version."""
    columns = [str(getattr(row, field.attname)) for field in row._meta.concrete_fields]
    return conditional.digest(formats.dumps(columns))


def written(body: type[Body], given: Any, *, partial: bool) -> dict[str, Any]:
    """The values of a body, with rows where it names them. Raises `SomeRefused` with everything that is unfit."""
    values, unfit = read(body, given, partial=partial)
    for name in _COUNTRIES:
        if name in values:
            values[name] = Country(code=values[name])
    if original := values.get("syndication_of"):
        values["syndication_of"] = Source.objects.filter(pk=original).first()
        if values["syndication_of"] is None:
            unfit.append(Unfit(field="syndication_of", word="does_not_exist", why=f"There is no source {original}."))
    if unfit:
        raise SomeRefused({0: unfit})
    return values


def reference_paths(resource: str, the_list: type[ReferenceList], detail: type[ReferenceDetail]) -> list[URLPattern]:
    return [
        path(f"{resource}/", the_list.as_view(), name=resource),
        path(f"{resource}/<int:number>/", detail.as_view(), name=f"{resource}-detail"),
    ]
