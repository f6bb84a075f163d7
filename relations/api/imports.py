"""`/api/imports/`: what was taken in from official sources, when and with what result; POST asks for another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.urls import path
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from relations import ledger
from relations.api.http import conditional, formats
from relations.api.http.endpoints import Endpoint, ListEndpoint
from relations.api.http.filters import Containing, DayBound, Exactly, Filters, MomentBound, Numbers, Truth, Words
from relations.api.http.idempotency import once
from relations.api.http.parameters import chosen_fields, only
from relations.api.http.permissions import author
from relations.api.http.requests import Body, read
from relations.codes import ImportedList, RunState
from relations.errors import SomeRefused, Unfit
from relations.models import ImportRun
from relations.representation.references import site

KEYS = (
    "id", "self", "list", "dated", "sha256", "files", "state", "reason", "read", "added", "amended", "ended", "refused",
    "complaints", "accept_shrink", "dry_run", "source", "job", "started_at", "duration", "started_by",
)  # fmt: skip
_MOST_FILES = 10


def run_body(run: ImportRun, site: str) -> dict[str, Any]:
    """`duration` is in seconds; `files` says what the archive keeps, `complaints` what could not be read and why."""
    return {
        "id": run.pk,
        "self": f"{site}/api/imports/{run.pk}/",
        "list": run.list,
        "dated": run.dated,
        "sha256": run.sha256,
        "files": run.files,
        "state": run.state,
        "reason": run.reason,
        "read": run.read,
        "added": run.added,
        "amended": run.amended,
        "ended": run.ended,
        "refused": run.refused,
        "complaints": run.complaints,
        "accept_shrink": run.accept_shrink,
        "dry_run": run.dry_run,
        "source": run.source_id,
        "job": run.job,
        "started_at": run.started_at,
        "duration": run.duration,
        "started_by": run.started_by.get_username() if run.started_by else None,
    }


class RunShape(serializers.Serializer[Any]):
    """One import of one publication; `reason` says why it was refused or failed, or what it waits for."""

    id = serializers.IntegerField()
    self = serializers.URLField()
    list = serializers.ChoiceField(choices=ImportedList.choices)
    dated = serializers.DateField(allow_null=True)
    sha256 = serializers.CharField()
    files = serializers.JSONField()
    state = serializers.ChoiceField(choices=RunState.choices)
    reason = serializers.CharField()
    read = serializers.IntegerField()
    added = serializers.IntegerField()
    amended = serializers.IntegerField()
    ended = serializers.IntegerField()
    refused = serializers.IntegerField()
    complaints = serializers.JSONField()
    accept_shrink = serializers.BooleanField()
    dry_run = serializers.BooleanField()
    source = serializers.IntegerField(allow_null=True)  # type: ignore[assignment]  # DRF's own attribute, shadowed
    job = serializers.IntegerField(allow_null=True)
    started_at = serializers.DateTimeField()
    duration = serializers.FloatField(allow_null=True)
    started_by = serializers.CharField(allow_null=True)


class ImportBody(Body):
    """As JSON the list is fetched; as a form (multipart/form-data) it comes with its files, each as `file`."""

    dated = serializers.DateField(required=False, allow_null=True, default=None)
    accept_shrink = serializers.BooleanField(required=False, default=False)
    dry_run = serializers.BooleanField(required=False, default=False)
    list = serializers.ChoiceField(choices=ImportedList.choices)


class RunFilters(Filters):
    unfiltered: ClassVar[frozenset[str]] = frozenset({"files", "complaints", "duration"})

    id = Numbers("id", label="Number of the import")
    dated_after = DayBound("dated", "gte", label="Publications of this day or later")
    dated_before = DayBound("dated", "lte", label="Publications of this day or earlier")
    sha256 = Exactly("sha256", label="Digest of the publication's files")
    state = Words("state", words=RunState, label="Where the import stands")
    reason = Containing("reason", label="Words of the reason")
    read = Numbers("read", label="Records read")
    added = Numbers("added", label="Records that were new")
    amended = Numbers("amended", label="Records that had changed")
    ended = Numbers("ended", label="Records that were gone")
    refused = Numbers("refused", label="Records that could not be read")
    accept_shrink = Truth("accept_shrink", Q(accept_shrink=True), label="Many may have ended (1) or may not (0)")
    dry_run = Truth("dry_run", Q(dry_run=True), label="Only tried (1) or for good (0)")
    source = Numbers("source", label="The source that it is cited as")
    job = Numbers("job", label="The job that ran it")
    started_after = MomentBound("started_at", after=True, label="Begun at this moment or later")
    started_before = MomentBound("started_at", after=False, label="Begun at this moment or earlier")
    started_by = Exactly("started_by__username", label="Who asked for it")
    # The last of the filters: from here on `list` in this class is the filter.
    list = Words("list", words=ImportedList, label="The list")


class RunList(ListEndpoint):
    model, filters, keys, shape, body = ImportRun, RunFilters, KEYS, RunShape, ImportBody
    orderings = {"id": ("id",), "started_at": ("started_at", "id")}
    default_ordering = "-id"
    name = "imports"
    posted = "202"
    parser_classes = (formats.JsonParser, MultiPartParser)

    def rows(self) -> QuerySet[Any]:
        return ImportRun.objects.select_related("started_by")

    def bodies(self, rows: list[Any]) -> list[dict[str, Any]]:
        return [run_body(run, site(self.request)) for run in rows]

    def post(self, request: Request) -> HttpResponse:
        """Keeps the files, if there are any, and puts the import by for a worker: 202 with the run that waits."""
        files = request.FILES.getlist("file") if request.FILES else []
        given = request.data
        if isinstance(given, Mapping):
            given = {name: value for name, value in given.items() if name != "file"}
        values, unfit = read(ImportBody, given)
        unfit += _unfit_files(request, len(files))
        if unfit:
            raise SomeRefused({0: unfit})
        kept = [ledger.store_file(one.file, name=one.name) for one in files]
        # A form sent again has another boundary, and is too long to be held: what it says is compared.
        said = formats.dumps([values, [(one["name"], one["sha256"]) for one in kept]])
        return once(request, lambda: self._asked(request, kept, values), body=said)

    @staticmethod
    def _asked(request: Request, kept: list[ledger.StoredFile], values: dict[str, Any]) -> HttpResponse:
        code = values.pop("list")
        run = ledger.enqueue_import(code, author=author(request), files=kept, **values)
        body = run_body(run, site(request))
        return formats.answered(body, status=202, headers={"Location": body["self"]})


def _unfit_files(request: Request, count: int) -> list[Unfit]:
    named = set(request.FILES or ()) - {"file"}
    if named:
        why = f"Send files as `file`, not as {', '.join(sorted(map(repr, named)))}."
        return [Unfit(field="file", word="unknown_field", why=why)]
    if count > _MOST_FILES:
        return [Unfit(field="file", word="max_length", why=f"At most {_MOST_FILES} files: pack them as .tar.gz.")]
    return []


class RunDetail(Endpoint):
    model, shape = ImportRun, RunShape
    parameters = {"GET": {"fields"}}

    def get(self, request: Request, number: int) -> HttpResponse:
        run = ImportRun.objects.select_related("started_by").filter(pk=number).first()
        if run is None:
            raise Http404
        body = run_body(run, site(request))
        return conditional.cached(
            request, only(body, chosen_fields(request, KEYS)), version=conditional.digest(formats.dumps(body))
        )


urlpatterns = [
    path("imports/", RunList.as_view(), name="imports"),
    path("imports/<int:number>/", RunDetail.as_view(), name="imports-detail"),
]
