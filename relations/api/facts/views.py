"""Lists of facts, one fact, all its versions: read, recorded, corrected and retracted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleIn
from django.http import HttpResponse
from django.urls import URLPattern, path
from rest_framework.request import Request

from relations import ledger
from relations.api.facts import commands
from relations.api.facts.filters import FactFilters, HistoryFilters
from relations.api.http import conditional, formats
from relations.api.http.endpoints import Endpoint, ListEndpoint
from relations.api.http.idempotency import once
from relations.api.http.parameters import as_of, chosen_fields, expanded, known_at, only, single
from relations.api.http.permissions import author
from relations.api.http.requests import FactBody
from relations.codes import Reason
from relations.errors import NoSuchFact, NothingToCorrect, NotKnownThen, ReasonRequired, Retracted, StaleVersion
from relations.models import Fact, StatusChange
from relations.queries.facts import fact_values
from relations.representation.facts import (
    LIST,
    PROGRAMME,
    SOURCES,
    citations_of,
    fact_bodies,
    fact_body,
    fact_url,
    is_contested,
    keys_of,
    with_company,
)
from relations.representation.references import site
from relations.representation.shapes import RetractionShape
from relations.status import contradictions

_FOREIGN = {PROGRAMME: "programme", LIST: "list"}
ORDERINGS = {"on": ("latest", "id"), "earliest": ("earliest", "id"), "recorded_at": ("recorded_at", "id")}


class FactList(ListEndpoint):
    """The facts of one kind that are known, or were known at `known_at`; POST records one or a list of them."""

    model: ClassVar[type[Fact]]
    body: ClassVar[type[FactBody]]
    filters: ClassVar[type[FactFilters]]
    parameters = {"GET": {"known_at"}}
    takes_lists = True
    orderings = ORDERINGS
    default_ordering = "-on"

    def rows(self) -> QuerySet[Any]:
        known = self.model.objects.known_at(known_at(self.request))
        rows = with_company(known, known)
        foreign = [_FOREIGN[name] for name in self._expand() if name in _FOREIGN]
        return rows.select_related(*foreign) if foreign else rows

    def bodies(self, rows: list[Any]) -> list[dict[str, Any]]:
        return fact_bodies(rows, known_at=known_at(self.request), site=site(self.request), expand=self._expand())

    def _expand(self) -> frozenset[str]:
        return expanded(self.request, self.expandable)

    def post(self, request: Request) -> HttpResponse:
        return once(request, lambda: self._record(request))

    def _record(self, request: Request) -> HttpResponse:
        given = request.data
        rows = given if isinstance(given, list) else [given]
        facts = commands.record(self.model, self.body, rows, author=author(request))
        bodies = fact_bodies(facts, site=site(request))
        if isinstance(given, list):
            return formats.answered(bodies, status=201)
        content = formats.dumps(bodies[0])
        headers = {"Location": bodies[0]["url"], "ETag": conditional.etag(1, content)}
        return HttpResponse(content, status=201, content_type="application/json", headers=headers)


class FactDetail(Endpoint):
    """One fact: its current version, or the one that was known at `known_at`."""

    model: ClassVar[type[Fact]]
    body: ClassVar[type[FactBody]]
    expandable: ClassVar[tuple[str, ...]] = (SOURCES,)
    parameters: ClassVar[Mapping[str, Any]] = {
        "GET": {"as_of", "known_at", "fields", "expand"}, "PUT": {"reason"}, "PATCH": {"reason"}, "DELETE": {"reason"},
    }  # fmt: skip

    def get(self, request: Request, key: UUID) -> HttpResponse:
        expand = expanded(request, self.expandable)
        fields = chosen_fields(request, keys_of(self.model))
        day, moment = as_of(request), known_at(request)
        fact = self._current(key) if moment is None else self._known(key, moment)
        if day is not None and fact.earliest > day:
            raise NoSuchFact(key=key)
        (body,) = fact_bodies([fact], known_at=moment, site=site(request), expand=expand)
        return conditional.cached(request, only(body, fields), version=fact.version)

    def put(self, request: Request, key: UUID) -> HttpResponse:
        return self._correct(request, key, partial=False)

    def patch(self, request: Request, key: UUID) -> HttpResponse:
        return self._correct(request, key, partial=True)

    def delete(self, request: Request, key: UUID) -> HttpResponse:
        fact = self._current(key)
        version = self._agreed(request, fact)
        why = single(request, "reason", str)
        if why is None:
            raise ReasonRequired(field="reason")
        with self._told_of_newer_versions(key):
            ledger.retract(self.model, key, why=why, author=author(request), version=version)
        return HttpResponse(status=204)

    def _correct(self, request: Request, key: UUID, *, partial: bool) -> HttpResponse:
        fact = self._current(key)
        version = self._agreed(request, fact)
        why = single(request, "reason", str) or ""
        try:
            with self._told_of_newer_versions(key):
                fact = commands.correct(
                    fact, self.body, request.data, partial=partial, version=version, author=author(request), why=why
                )
        except NothingToCorrect:
            fact = self._current(key)
        (body,) = fact_bodies([fact], site=site(request))
        return conditional.cached(request, body, version=fact.version)

    def _current(self, key: UUID) -> Fact:
        latest = self.model.objects.filter(key=key).order_by("-version").first()
        if latest is None:
            raise NoSuchFact(key=key)
        if latest.superseded_at is not None:
            raise self._retracted(latest)
        return latest

    def _known(self, key: UUID, moment: dt.datetime) -> Fact:
        versions = self.model.objects.filter(key=key)
        found = versions.known_at(moment).first()
        if found is not None:
            return found
        last = versions.filter(recorded_at__lte=moment).order_by("-version").first()
        if last is not None:
            raise self._retracted(last)
        raise NotKnownThen(key=key, moment=f"{moment:%Y-%m-%dT%H:%M:%SZ}") if versions.exists() else NoSuchFact(key=key)

    def _retracted(self, last: Fact) -> Retracted:
        history = f"{fact_url(last, site(self.request))}history/"
        refusal = Retracted(key=last.key, when=f"{last.superseded_at:%Y-%m-%d}", history=history)
        refusal.headers["Link"] = f'<{history}>; rel="version-history"'
        return refusal

    def _agreed(self, request: Request, fact: Fact) -> int | None:
        """The version that the request has seen and that stands; None where it takes whichever stands."""
        seen = conditional.seen_versions(request)
        if seen is None:
            return None
        if str(fact.version) not in seen:
            raise self._stale(fact, ", ".join(seen) or "none")
        return fact.version

    def _stale(self, fact: Fact, expected: object) -> StaleVersion:
        (body,) = fact_bodies([fact], site=site(self.request))
        refusal = StaleVersion(field="If-Match", current=fact.version, expected=expected)
        refusal.headers["ETag"] = conditional.etag(fact.version, formats.dumps(body))
        return refusal

    @contextmanager
    def _told_of_newer_versions(self, key: UUID) -> Iterator[None]:
        """Where another edit came in between, the refusal carries the ETag that stands now."""
        try:
            yield
        except StaleVersion as refusal:
            raise self._stale(self._current(key), refusal.particulars["expected"]) from refusal


class FactHistory(ListEndpoint):
    """All versions of a fact, the first one first, each with who recorded it and why; and how it was retracted."""

    model: ClassVar[type[Fact]]
    orderings = {"version": ("version", "id")}
    default_ordering = "version"
    filters = HistoryFilters
    extra_shapes = {"retraction": RetractionShape}

    def rows(self) -> QuerySet[Any]:
        rows = self.model.objects.filter(key=self.kwargs["key"])
        if not rows.exists():
            raise NoSuchFact(key=self.kwargs["key"])
        return rows.select_related("recorded_by")

    def bodies(self, rows: list[Any]) -> list[dict[str, Any]]:
        cited, lines = citations_of(rows), _lines(self.kwargs["key"])
        contradicted = _contradicted_then(rows)
        return [
            fact_body(
                fact,
                cited[fact.pk],
                disputed=fact.pk in contradicted or is_contested(cited[fact.pk]),
                site=site(self.request),
            )
            | _circumstances(fact, lines.get((fact.version, False)))
            for fact in rows
        ]

    def extra(self) -> dict[str, Any]:
        lines = _lines(self.kwargs["key"])
        gone = next((line for (_, retracted), line in lines.items() if retracted), None)
        if gone is None:
            return {"retraction": None}
        told = {"at": gone.recorded_at, "by": _name(gone), "why": gone.note, "request_id": gone.request_id}
        return {"retraction": told}


HISTORY_KEYS = ("recorded_by", "reason", "why", "request_id")


def _circumstances(fact: Fact, line: StatusChange | None) -> dict[str, Any]:
    """Who recorded the version, why and in which request, as the change log tells it."""
    return {
        "recorded_by": fact.recorded_by.get_username() if fact.recorded_by else None,
        "reason": line.reason if line else None,
        "why": line.note if line else "",
        "request_id": line.request_id if line else "",
    }


def _lines(key: UUID) -> dict[tuple[int | None, bool], StatusChange]:
    """The first line of the log about each act on the fact, by version and whether it was a retraction."""
    lines = StatusChange.objects.filter(cause_key=key).exclude(reason=Reason.DATE_REACHED)
    found: dict[tuple[int | None, bool], StatusChange] = {}
    for line in lines.select_related("recorded_by").order_by("id"):
        found.setdefault((line.cause_version, line.reason == Reason.RETRACTED), line)
    return found


def _name(line: StatusChange) -> str | None:
    return line.recorded_by.get_username() if line.recorded_by else None


def _contradicted_then(versions: list[Fact]) -> set[int]:
    """The primary keys of those versions that another fact contradicted to the last moment at which they were known."""
    days = {(fact.pair_id, fact.latest) for fact in versions}
    if not days:
        return set()
    near = list(fact_values(type(versions[0]).objects.filter(TupleIn(Tuple("pair_id", "latest"), sorted(days)))))
    found = set()
    for fact in versions:
        end = fact.superseded_at - dt.timedelta(microseconds=1) if fact.superseded_at else dt.datetime.now(dt.UTC)
        if str(fact.key) in contradictions(act for act in near if act.known_at(end)):
            found.add(fact.pk)
    return found


def fact_paths(
    resource: str, the_list: type[FactList], detail: type[FactDetail], history: type[FactHistory]
) -> list[URLPattern]:
    return [
        path(f"{resource}/", the_list.as_view(), name=resource),
        path(f"{resource}/<uuid:key>/", detail.as_view(), name=f"{resource}-detail"),
        path(f"{resource}/<uuid:key>/history/", history.as_view(), name=f"{resource}-history"),
    ]
