"""Every write: tried with `?dry_run=1`, and in effect once for each `Idempotency-Key`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Concatenate, Literal, TypedDict, cast

import orjson
from django.http import HttpResponse
from rest_framework.request import Request

from relations import ledger
from relations.api.http import formats
from relations.api.http.idempotency import checked_key, idempotent
from relations.api.http.parameters import single, truth
from relations.codes import Reason
from relations.representation.changes import LoggedValue, change_bodies
from relations.representation.json_types import PairCode, keys, one_of
from relations.representation.references import site

WRITE = frozenset({"dry_run"})
"""The parameters of a method that is decorated by `write`."""


class PlannedChangeResponse(TypedDict):
    """An entry that the log would get; `old` and `new` are null on the track `facts`."""

    pair: PairCode
    version: Annotated[int, "Of the pair"]
    track: str
    old: LoggedValue | None
    new: LoggedValue | None
    effective: dt.date
    reason: Annotated[str, one_of(Reason)]
    reaches: Annotated[list[str], "Pairs of members that inherit it"]


class DryRunResponse(TypedDict):
    """The effects that a write would have. Nothing was written; keys and ids of new rows are in use nowhere."""

    dry_run: Literal[True]
    status: Annotated[int, "The status that the write would be answered with"]
    result: Annotated[None, "The answer would have no body"]
    changes: list[PlannedChangeResponse]


type _Write[V, **P] = Callable[Concatenate[V, Request, P], HttpResponse]


def write[V, **P](method: _Write[V, P]) -> _Write[V, P]:
    """Decorates a method of an endpoint that writes; `parameters` has to name those of `WRITE` for it."""

    @wraps(method)
    def once(view: V, request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not is_dry_run(request):
            return idempotent(request, lambda: method(view, request, *args, **kwargs))
        checked_key(request)
        request.is_rehearsed = True  # type: ignore[attr-defined]  # ours: a refusal is marked, too
        return _rehearsed(request, lambda: method(view, request, *args, **kwargs))

    return cast("_Write[V, P]", once)


def is_dry_run(request: Request) -> bool:
    return bool(single(request, "dry_run", truth))


def _rehearsed(request: Request, command: Callable[[], HttpResponse]) -> HttpResponse:
    with ledger.rehearsal() as entries:
        response = command()
    planned = keys(PlannedChangeResponse)
    body = {
        "dry_run": True,
        "status": response.status_code,
        "result": orjson.Fragment(response.content or b"null"),
        "changes": [
            {key: value for key, value in change.items() if key in planned}
            for change in change_bodies(entries, site=site(request))
        ],
    }
    # An answer without a body could not say what it would change.
    return formats.answered(body, status=200 if response.status_code == 204 else response.status_code)
