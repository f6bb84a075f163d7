"""One fact and its versions: read, corrected and retracted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, TypedDict
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from relations import ledger
from relations.api.facts import commands
from relations.api.facts.filters import HistoryFilters
from relations.api.facts.requests import FactRequest
from relations.api.http import conditional, formats
from relations.api.http.endpoints import Endpoint, ListEndpoint
from relations.api.http.parameters import as_of, chosen_fields, expanded, known_at, only, single
from relations.api.http.permissions import author
from relations.api.http.writing import WRITE, write
from relations.codes import Reason
from relations.errors import NoSuchFact, NothingToCorrect, NotKnownThen, ReasonRequired, Retracted, StaleVersion
from relations.models import Fact, StatusChange
from relations.queries.citations import citations_of
from relations.queries.confirmations import confirmation_counts
from relations.queries.facts import facts_of_days
from relations.representation.fact_responses import Circumstances, Retraction
from relations.representation.facts import fact_bodies, fact_body, fact_url, is_contested
from relations.representation.references import site
from relations.status import contradictions


class FactEndpoint(Endpoint):
    """A URL of one kind of fact; `facts.kinds` gives the kind."""

    serializer_class: type[FactRequest]
    model: type[Fact] = Fact  # type: ignore[type-abstract]  # facts.kinds gives it

    def current(self, key: UUID) -> Fact:
        """The current version. Raises `NoSuchFact` or `Retracted`."""
        latest = self.model.objects.filter(key=key).order_by("-version").first()
        if latest is None:
            raise NoSuchFact(key=key)
        if latest.superseded_at is not None:
            raise self.retracted(latest)
        return latest

    def retracted(self, last: Fact) -> Retracted:
        history = f"{fact_url(last, site(self.request))}history/"
        refusal = Retracted(key=last.key, when=f"{last.superseded_at:%Y-%m-%d}", history=history)
        refusal.headers["Link"] = f'<{history}>; rel="version-history"'
        return refusal


class FactDetail(FactEndpoint):
    """One fact: its current version, or the one that was known at `known_at`."""

    parameters: ClassVar[Mapping[str, Any]] = {
        "GET": {"as_of", "known_at", "fields", "expand"},
        **{method: {"reason", *WRITE} for method in ("PUT", "PATCH", "DELETE")},
    }  # fmt: skip

    def get(self, request: Request, key: UUID) -> HttpResponse:
        expand = expanded(request, self.expandable)
        fields = chosen_fields(request, self.keys)
        day, moment = as_of(request), known_at(request)
        fact = self.current(key) if moment is None else self._known(key, moment)
        if day is not None and fact.earliest > day:
            raise NoSuchFact(key=key)
        (body,) = fact_bodies([fact], known_at=moment, site=site(request), expand=expand)
        return conditional.cached(request, only(body, fields), version=fact.version)

    @write
    def put(self, request: Request, key: UUID) -> HttpResponse:
        return self._correct(request, key, partial=False)

    @write
    def patch(self, request: Request, key: UUID) -> HttpResponse:
        return self._correct(request, key, partial=True)

    @write
    def delete(self, request: Request, key: UUID) -> HttpResponse:
        version = self._expected_version(request, self.current(key))
        why = required_reason(request)
        with self._current_etag_if_stale(key):
            ledger.retract(self.model, key, why=why, author=author(request), version=version)
        return HttpResponse(status=204)

    def _correct(self, request: Request, key: UUID, *, partial: bool) -> HttpResponse:
        fact = self.current(key)
        version = self._expected_version(request, fact)
        why = single(request, "reason", str) or ""
        try:
            with self._current_etag_if_stale(key):
                fact = commands.correct(
                    fact, self.serializer_class, request.data,
                    partial=partial, version=version, author=author(request), why=why,
                )  # fmt: skip
        except NothingToCorrect:
            fact = self.current(key)
        (body,) = fact_bodies([fact], site=site(request))
        return conditional.cached(request, body, version=fact.version)

    def _known(self, key: UUID, moment: dt.datetime) -> Fact:
        versions = self.model.objects.filter(key=key)
        known = versions.known_at(moment).first()
        if known is not None:
            return known
        last = versions.filter(recorded_at__lte=moment).order_by("-version").first()
        if last is not None:
            raise self.retracted(last)
        raise NotKnownThen(key=key, moment=f"{moment:%Y-%m-%dT%H:%M:%SZ}") if versions.exists() else NoSuchFact(key=key)

    def _expected_version(self, request: Request, fact: Fact) -> int | None:
        """The current version, if the request has seen it; None where the request takes any."""
        is_seen = conditional.refuse_stale(request, version=fact.version, tag=lambda: self._etag(fact))
        return fact.version if is_seen else None

    def _etag(self, fact: Fact) -> str:
        (body,) = fact_bodies([fact], site=site(self.request))
        return conditional.etag(fact.version, formats.dumps(body))

    @contextmanager
    def _current_etag_if_stale(self, key: UUID) -> Iterator[None]:
        """Adds the current ETag to the refusal where another edit came in between."""
        try:
            yield
        except StaleVersion as refusal:
            fact = self.current(key)
            raise conditional.stale(fact.version, refusal.particulars["expected"], self._etag(fact)) from refusal


def required_reason(request: Request) -> str:
    """The reason of a retraction. Raises `ReasonRequired`."""
    why = single(request, "reason", str)
    if why is None:
        raise ReasonRequired(field="reason")
    return why


class RetractionResponse(TypedDict):
    retraction: Retraction | None


class FactHistory(FactEndpoint, ListEndpoint):
    """All versions of a fact, the first one first, each with who recorded it and why; and how it was retracted."""

    orderings = {"version": ("version", "id")}
    default_ordering = "version"
    resumed_by = "version"
    filterset_class = HistoryFilters
    extra_response_type = RetractionResponse

    def get_queryset(self) -> QuerySet[Any]:
        rows = self.model.objects.filter(key=self.kwargs["key"])
        if not rows.exists():
            raise NoSuchFact(key=self.kwargs["key"])
        return rows.select_related("recorded_by")

    def bodies(self, rows: list[Any]) -> list[dict[str, Any]]:
        cited, confirmed, changes = citations_of(rows), confirmation_counts(rows), _changes(self.kwargs["key"])
        contradicted = contradicted_then(rows)
        return [
            {
                **fact_body(
                    fact, cited[fact.row], disputed=fact.pk in contradicted or is_contested(cited[fact.row]),
                    confirmations=confirmed[fact.row], site=site(self.request),
                ),
                **_circumstances(fact, changes.get((fact.version, False))),
            }
            for fact in rows
        ]  # fmt: skip

    def extra(self) -> dict[str, Any]:
        changes = _changes(self.kwargs["key"])
        return {
            "retraction": next((retraction_body(each) for (_, retracted), each in changes.items() if retracted), None)
        }


def _circumstances(fact: Fact, change: StatusChange | None) -> Circumstances:
    """The author of a version, and why and in which request it was recorded, from the change log."""
    return {
        "recorded_by": fact.recorded_by.get_username() if fact.recorded_by else None,
        "reason": change.reason if change else None,
        "why": change.note if change else "",
        "request_id": change.request_id if change else "",
    }


def retraction_body(change: StatusChange) -> Retraction:
    by = change.recorded_by.get_username() if change.recorded_by else None
    return {"at": change.recorded_at, "by": by, "why": change.note, "request_id": change.request_id}


def _changes(key: UUID) -> dict[tuple[int | None, bool], StatusChange]:
    """The first change that each command on the fact logged, by version and whether it was a retraction."""
    changes = StatusChange.objects.filter(cause_key=key).exclude(reason=Reason.DATE_REACHED)
    first: dict[tuple[int | None, bool], StatusChange] = {}
    for change in changes.select_related("recorded_by").order_by("id"):
        first.setdefault((change.cause_version, change.reason == Reason.RETRACTED), change)
    return first


def contradicted_then(versions: list[Fact]) -> set[int]:
    """The primary keys of the versions that another fact contradicted at the last moment at which they were known."""
    days = {(fact.pair_id, fact.latest) for fact in versions}
    if not days:
        return set()
    near = list(facts_of_days({type(versions[0]): days}, every_version=True))
    contradicted = set()
    for fact in versions:
        end = fact.superseded_at - dt.timedelta(microseconds=1) if fact.superseded_at else dt.datetime.now(dt.UTC)
        if str(fact.key) in contradictions(each for each in near if each.known_at(end)):
            contradicted.add(fact.pk)
    return contradicted
