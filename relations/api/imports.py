"""`/api/imports/`: imports from official sources, when and with what result; POST asks for another one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, NotRequired, TypedDict

from django.http import HttpResponse, QueryDict
from django.urls import path
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from relations import ledger
from relations.api.http import formats
from relations.api.http.endpoints import DetailEndpoint, Endpoint, ListEndpoint
from relations.api.http.filters import Containing, DayBound, Exactly, Filters, MomentBound, Numbers, Truth, Words
from relations.api.http.idempotency import idempotent
from relations.api.http.permissions import author
from relations.api.http.requests import DayField, RequestBody, TruthField, WordField, read
from relations.codes import ImportedList, RunState
from relations.errors import SomeRefused, Unfit
from relations.models import ImportRun
from relations.representation.json_types import Url, from_row, one_of
from relations.representation.references import site

_MOST_FILES = 10
_FLAGS = dict.fromkeys(serializers.BooleanField.TRUE_VALUES, True) | dict.fromkeys(
    serializers.BooleanField.FALSE_VALUES, False
)
"""Truth values as forms write them: all is text there."""
_NO_DAY = ("", "null")


class FileResponse(ledger.StoredFile):
    """A file in the archive; `download` is the address of its bytes, for those who may import."""

    download: Url


class UnreadableResponse(TypedDict):
    """A record that could not be read."""

    reference: Annotated[str, "The record's own reference; empty where it is unknown"]
    line: Annotated[int, "Counted from 1; 0 where it is unknown"]
    reason: str
    file: Annotated[str, "The name of its file"]


class DryRunNames(TypedDict):
    """The first names of what a dry run would change."""

    added: NotRequired[list[str]]
    amended: NotRequired[list[str]]
    ended: NotRequired[list[str]]


class ComplaintsResponse(TypedDict):
    """Records and parts that were not read or recorded, and why; each key only where there is something to say."""

    ignored: NotRequired[Annotated[int, "Records about other things than this list imports"]]
    unreadable: NotRequired[list[UnreadableResponse]]
    refused: NotRequired[Annotated[list[str], "Parts of the publication that were left out, and why"]]
    doubts: NotRequired[Annotated[list[str], "Reasons why the publication may be incomplete"]]
    unknown: NotRequired[Annotated[dict[str, int], "Fields that are not known, with the number of records"]]
    kept: NotRequired[Annotated[list[str], "References that were left as they were"]]
    left_out: NotRequired[Annotated[list[str], "Parts of the list that the publication does not have"]]
    unknown_programmes: NotRequired[Annotated[list[str], "Codes of programmes without an entry in the table"]]
    ambiguous_programmes: NotRequired[Annotated[list[str], "Programmes that fit several regimes"]]
    changes: NotRequired[DryRunNames]


class RunResponse(TypedDict):
    """One import of one publication; `reason` says why it was refused or failed, or what it waits for."""

    id: int
    self: Url
    list: Annotated[str, one_of(ImportedList)]
    dated: dt.date | None
    sha256: str
    files: Annotated[list[FileResponse], "What the archive has"]
    state: Annotated[str, one_of(RunState)]
    reason: str
    read: int
    added: int
    amended: int
    ended: int
    refused: int
    complaints: ComplaintsResponse
    accept_shrink: bool
    dry_run: bool
    source: int | None
    job: int | None
    started_at: dt.datetime
    duration: Annotated[float | None, "Seconds"]
    started_by: str | None


class ImportRequest(RequestBody):
    """JSON fetches the list; a form (multipart/form-data) comes with its files, each as `file`."""

    dated = DayField(required=False, allow_null=True, default=None)
    accept_shrink = TruthField(required=False, default=False)
    dry_run = TruthField(required=False, default=False)
    list = WordField(choices=ImportedList.choices)


class RunFilters(Filters):
    unfiltered: ClassVar[frozenset[str]] = frozenset({"files", "complaints", "duration"})

    id = Numbers("id", label="Number of the import")
    dated_after, dated_before = DayBound.pair("dated", "Publications of this day")
    sha256 = Exactly("sha256", label="Digest of the publication's files")
    state = Words("state", words=RunState, label="State of the import")
    reason = Containing("reason", label="Words of the reason")
    read = Numbers("read", label="Records read")
    added = Numbers("added", label="Records that were new")
    amended = Numbers("amended", label="Records that had changed")
    ended = Numbers("ended", label="Records that were gone")
    refused = Numbers("refused", label="Records that could not be read")
    accept_shrink = Truth("accept_shrink", label="Many may have ended (1) or may not (0)")
    dry_run = Truth("dry_run", label="Only tried (1) or for good (0)")
    source = Numbers("source", label="The source that it is cited as")
    job = Numbers("job", label="The job that ran it")
    started_after, started_before = MomentBound.pair("started_at", "Begun at this moment")
    started_by = Exactly("started_by__username", label="Who asked for it")
    # The last of the filters: from here on `list` in this class is the filter.
    list = Words("list", words=ImportedList, label="The list")


class _Runs(Endpoint):
    queryset = ImportRun.objects.select_related("started_by")
    response_type = RunResponse

    def body(self, row: ImportRun) -> RunResponse:
        own = f"{site(self.request)}/api/imports/{row.pk}/"
        return from_row(
            RunResponse, row,
            self=own, files=[{**one, "download": f"{own}files/{one['sha256']}/"} for one in row.files],
            source=row.source_id,
            started_by=row.started_by.get_username() if row.started_by else None,
        )  # fmt: skip


class RunList(_Runs, ListEndpoint):
    """Imports, the newest first; POST asks for one."""

    serializer_class, filterset_class = ImportRequest, RunFilters
    orderings = {"id": ("id",), "started_at": ("started_at", "id")}
    default_ordering = "-id"
    name = "imports"
    accepted = ("202", ListEndpoint.accepted[1])
    parser_classes = (formats.JsonParser, MultiPartParser)

    def post(self, request: Request) -> HttpResponse:
        """Stores the files, if there are any, and enqueues the import for a worker: 202 with the run that waits."""
        files = request.FILES.getlist("file") if request.FILES else []
        given = request.data
        if isinstance(given, Mapping):
            given = _as_json(given) if isinstance(given, QueryDict) else given
            given = {name: value for name, value in given.items() if name != "file"}
        values, unfit = read(ImportRequest, given)
        unfit += _unfit_files(request, len(files))
        if unfit:
            raise SomeRefused({0: unfit})
        stored = [ledger.store_file(one.file, name=one.name, media_type=one.content_type or "") for one in files]
        # A form sent again has another boundary, and is too long for memory: its values are compared.
        content = formats.dumps([values, [(one["name"], one["sha256"]) for one in stored]])
        return idempotent(request, lambda: self._enqueued(request, stored, values), body=content)

    def _enqueued(self, request: Request, stored: list[ledger.StoredFile], values: dict[str, Any]) -> HttpResponse:
        code = values.pop("list")
        run = ledger.enqueue_import(code, author=author(request), files=stored, **values)
        body = self.body(run)
        return formats.answered(body, status=202, headers={"Location": body["self"]})


def _as_json(form: QueryDict) -> dict[str, Any]:
    """The fields of a form with the values that JSON would have."""
    values: dict[str, Any] = dict(form.items())
    for name in ("accept_shrink", "dry_run"):
        if (word := values.get(name, "").lower()) in _FLAGS:
            values[name] = _FLAGS[word]
    if values.get("dated") in _NO_DAY:
        values["dated"] = None
    return values


def _unfit_files(request: Request, count: int) -> list[Unfit]:
    named = set(request.FILES or ()) - {"file"}
    if named:
        why = f"Send files as `file`, not as {', '.join(sorted(map(repr, named)))}."
        return [Unfit(field="file", word="unknown_field", why=why)]
    if count > _MOST_FILES:
        return [Unfit(field="file", word="max_length", why=f"At most {_MOST_FILES} files: pack them as .tar.gz.")]
    return []


class RunDetail(_Runs, DetailEndpoint):
    """One import."""


urlpatterns = [
    path("imports/", RunList.as_view(), name="imports"),
    path("imports/<int:number>/", RunDetail.as_view(), name="imports-detail"),
]
