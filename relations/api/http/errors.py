"""Every error of the API in one form: RFC 9457, `application/problem+json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Annotated, Any, NotRequired, TypedDict, cast

import orjson
from django.conf import settings
from django.core import exceptions as django
from django.db import DatabaseError, DataError, IntegrityError, InternalError, OperationalError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from psycopg import Error as PsycopgError
from rest_framework import exceptions as drf
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from relations.errors import Refused, SomeRefused, TooExpensive, Unfit
from relations.ledger.rules import rule_of
from tracker.problems import CANCELLED, state_of, why_unavailable

TYPES = "/api/docs/errors/#"
"""The beginning of a problem's `type`: relative to the site, so that it is the same everywhere."""

INVALID = "invalid"

_RETRY_AFTER = 1
_NO_FILTERS = {"format", "fields", "expand", "cursor", "ordering"}
_DUPLICATE, _MISSING, _CHECK = "23505", "23503", "23514"
_CONSTRAINT_STATUS = {_DUPLICATE: 409, _MISSING: 409, _CHECK: 400, "23P01": 409, "23001": 409, "23502": 400}
"""HTTP status by SQLSTATE (PostgreSQL, appendix A): 400 for a fault of a row by itself, 409 for one with others."""


class ErrorResponse(TypedDict):
    """A fault in one place: of the body (`pointer`), of the query (`parameter`) or of the headers (`header`)."""

    pointer: NotRequired[Annotated[str, "JSON pointer (RFC 6901) into the body, or into the list of its lines"]]
    line: NotRequired[Annotated[int, "Of JSON Lines: the line, from 1 on"]]
    parameter: NotRequired[str]
    header: NotRequired[str]
    code: str
    detail: str


class ProblemResponse(TypedDict):
    """RFC 9457."""

    type: Annotated[str, "Which kind of problem: its page is /api/docs/errors/"]
    title: str
    status: int
    detail: str
    instance: str
    request_id: str | None
    errors: NotRequired[list[ErrorResponse]]
    newest: NotRequired[Annotated[str, "Of not-finished: the newest moment that known_at accepts"]]
    dry_run: NotRequired[Annotated[bool, "Of a write that was only tried"]]
    end: NotRequired[Annotated[int, "Of beyond-the-log and other-log: the id of the last change; `after` takes it"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One answer: `code` becomes the type; `errors` lists what is wrong in the request, place by place.

    `members` are those of its type alone.
    """

    code: str
    status: int
    detail: str
    errors: list[ErrorResponse] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)

    def body(self, request: Any) -> ProblemResponse:
        slug = self.code.replace("_", "-")
        body: ProblemResponse = {
            "type": TYPES + slug,
            "title": slug.replace("-", " ").capitalize(),
            "status": self.status,
            "detail": self.detail,
            "instance": request.path,
            "request_id": getattr(request, "request_id", None),
        }
        if self.errors:
            body["errors"] = self.errors
        return cast("ProblemResponse", {**body, **self.members})


def problem(exception: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's exception handler; None leaves unforeseen exceptions to the log and to the 500 of `tracker.problems`."""
    request: Request | None = context.get("request")
    if request is not None and state_of(exception) == CANCELLED:
        exception = _too_expensive(request)
    answer = as_problem(exception, in_bulk=_in_bulk(request, context.get("view")))
    if answer and isinstance(exception, SomeRefused) and getattr(request, "has_lines", False):
        answer = replace(answer, errors=[_with_line(each) for each in answer.errors])
    if answer and getattr(request, "is_rehearsed", False):
        answer = replace(answer, members={**answer.members, "dry_run": True})
    return response(answer, request) if answer else None


def response(answer: Problem, request: Any) -> HttpResponse:
    content = orjson.dumps(answer.body(request))
    return HttpResponse(
        content, status=answer.status, content_type="application/problem+json", headers=dict(answer.headers)
    )


def as_problem(exception: Exception, *, in_bulk: bool = False) -> Problem | None:  # noqa: PLR0911  # one a kind
    match exception:
        case SomeRefused():
            return _some_refused(exception, in_bulk=in_bulk)
        case Refused():
            return _refused(exception)
        case drf.APIException():
            return _of_drf(exception)
        case ProtectedError() | RestrictedError():
            return Problem(code="conflict", status=409, detail="Something refers to it.")
        case IntegrityError() | InternalError() | DataError():
            return _of_database(exception)
        case OperationalError():
            return _unavailable(why_unavailable(exception))
        case UnreadablePostError():
            return _unavailable("The body did not arrive; try again.")
        case _:
            return _of_django(exception)


def _too_expensive(request: Request) -> TooExpensive:
    """Names the parameters of the request, which a client may leave out."""
    if request.method not in SAFE_METHODS:
        return TooExpensive(seconds=settings.WRITE_TIMEOUT_MS / 1000, narrower="send fewer rows at a time")
    asked = ", ".join(sorted(name for name in request.query_params if name not in _NO_FILTERS)[:10])
    narrower = f"give fewer or longer values for {asked}" if asked else "add a filter or ask for a smaller page"
    return TooExpensive(seconds=settings.READ_TIMEOUT_MS / 1000, narrower=narrower)


def entry(place: str, where: str, code: str, detail: str) -> ErrorResponse:
    return cast("ErrorResponse", {place: where, "code": code, "detail": detail})


def pointer(*steps: object) -> str:
    """A JSON pointer (RFC 6901): `pointer(3, "citations", 0)` -> `/3/citations/0`."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


# --- what the tracker itself refuses --------------------------------------------------------------------------------


def _refused(refusal: Refused) -> Problem:
    headers = dict(refusal.headers)
    if "seconds" in refusal.particulars:
        headers["Retry-After"] = str(refusal.particulars["seconds"])
    errors = [_entry_of(refusal)] if refusal.field else []
    members = {name: refusal.particulars[name] for name in refusal.members}
    return Problem(
        code=refusal.code, status=refusal.status, detail=refusal.detail, errors=errors, headers=headers, members=members
    )


def _some_refused(refusal: SomeRefused, *, in_bulk: bool) -> Problem:
    errors = [
        _entry_of(each, *([index] if in_bulk else []))
        for index, wrong in sorted(refusal.rows.items())
        for each in wrong
    ]
    if not in_bulk:
        return _invalid(errors)
    return Problem(code=refusal.code, status=refusal.status, detail=refusal.detail, errors=errors)


def _entry_of(refusal: Refused, *row: int) -> ErrorResponse:
    """`citations/0/quote` in row 3 -> `/3/citations/0/quote`; columns are named as the body names them."""
    if refusal.place != "pointer":
        return entry(refusal.place, refusal.field, refusal.code, refusal.detail)
    name, slash, rest = refusal.field.partition("/")
    # What is unfit in a body is called as the body calls it.
    name = name if isinstance(refusal, Unfit) else name.removesuffix("_country")
    where = f"/{name}{slash}{rest}" if refusal.field else ""
    return entry("pointer", pointer(*row) + where, refusal.code, refusal.detail)


def _invalid(errors: list[ErrorResponse]) -> Problem:
    detail = errors[0]["detail"] if len(errors) == 1 else f"{len(errors)} things are wrong with the request."
    return Problem(code=INVALID, status=400, detail=detail, errors=errors)


def flat(detail: Any, *steps: object) -> Iterator[tuple[str, drf.ErrorDetail]]:
    """DRF's nested errors, each with its pointer; what concerns an object as a whole points to the object."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            whole = name == "non_field_errors"
            yield from flat(inner, *steps) if whole else flat(inner, *steps, name)
    elif isinstance(detail, list) and any(isinstance(inner, Mapping | list) for inner in detail):
        for index, inner in enumerate(detail):
            yield from flat(inner, *steps, index)
    elif isinstance(detail, list):
        for inner in detail:
            yield pointer(*steps), inner
    else:
        yield pointer(*steps), detail


def _in_bulk(request: Request | None, view: object) -> bool:
    """Says whether the body is a list where lists are taken, as far as it was read before the refusal."""
    takes = getattr(view, "takes_lists", False) or (request and request.method in getattr(view, "bulk_rows", ()))
    return bool(takes) and isinstance(getattr(request, "_full_data", None), list)


def _with_line(error: ErrorResponse) -> ErrorResponse:
    row = error.get("pointer", "").split("/")[1:2]
    return {**error, "line": int(row[0]) + 1} if row else error


# --- what others refuse ---------------------------------------------------------------------------------------------


def _of_drf(exception: drf.APIException) -> Problem:
    if isinstance(exception, drf.ValidationError):
        return _invalid([entry("pointer", at, str(error.code), str(error)) for at, error in flat(exception.detail)])
    headers: dict[str, str] = {}
    if header := getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(exception, "wait", None):
        headers["Retry-After"] = str(int(wait))
    detail = " ".join(str(error) for _, error in flat(exception.detail))
    code = "malformed" if isinstance(exception, drf.ParseError) else exception.default_code
    return Problem(code=code, status=exception.status_code, detail=detail, headers=headers)


def _of_database(exception: DatabaseError) -> Problem | None:
    cause = exception.__cause__
    if not isinstance(cause, PsycopgError):
        return None
    state = state_of(exception)
    if isinstance(exception, DataError) and state.startswith("22"):
        return Problem(code=INVALID, status=400, detail="A value is beyond what can be stored.")
    if state not in _CONSTRAINT_STATUS:
        return None
    status = _CONSTRAINT_STATUS[state]
    return Problem(code="conflict" if status == 409 else INVALID, status=status, detail=rule_of(exception))


def _unavailable(why: str) -> Problem:
    return Problem(code="unavailable", status=503, detail=why, headers={"Retry-After": str(_RETRY_AFTER)})


def _of_django(exception: Exception) -> Problem | None:  # noqa: PLR0911  # one a kind
    match exception:
        case Http404():
            return Problem(code="not_found", status=404, detail="There is nothing at this address.")
        case django.PermissionDenied():
            return Problem(code="permission_denied", status=403, detail="You may not do this.")
        case django.RequestDataTooBig():
            return Problem(code="too_large", status=413, detail=str(exception))
        case django.TooManyFieldsSent():
            return Problem(code="malformed", status=400, detail="The request has too many parameters.")
        case django.SuspiciousOperation() | django.BadRequest() | MultiPartParserError():
            return Problem(code="malformed", status=400, detail=str(exception) or HTTPStatus(400).phrase)
        case RecursionError():
            return Problem(code="malformed", status=400, detail="The body is nested too deeply.")
        case _:
            return None
