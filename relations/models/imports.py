"""Import runs, and the links from sources' statements to facts."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from relations.codes import SUCCESSORS, ImportedList, RunState
from relations.models.epochs import IMPORT_STARTS_AN_EPOCH
from relations.models.sources import Source


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def succeeded(self) -> ImportRunQuerySet:
        """The last to begin comes first: a run enqueued earlier may have had to wait."""
        return self.filter(state=RunState.SUCCEEDED).order_by("-started_at", "-id")

    def read(self) -> ImportRunQuerySet:
        """The runs that have read a publication and changed what is known: those that have a page."""
        return self.filter(state=RunState.SUCCEEDED, dry_run=False)

    def publications(self, *, known_at: dt.datetime | None = None) -> ImportRunQuerySet:
        """The runs that have read a dated publication by then; None means now."""
        known = Q() if known_at is None else Q(started_at__lte=known_at)
        return self.read().filter(known, dated__isnull=False).order_by()

    def read_days(self, *, known_at: dt.datetime | None = None) -> dict[str, tuple[dt.date, dt.date]]:
        """The days of the first and the last publication that was read by then, by list: one query."""
        rows = (
            self.publications(known_at=known_at).values_list("list").annotate(models.Min("dated"), models.Max("dated"))
        )
        return {code: (first, last) for code, first, last in rows}

    def replaced_lists(self, *, known_at: dt.datetime | None = None) -> dict[str, dt.date]:
        """Closed lists whose successor was read by then, each with the day of its successor's first publication."""
        days = self.filter(list__in=SUCCESSORS.values()).read_days(known_at=known_at)
        return {closed: days[successor][0] for closed, successor in SUCCESSORS.items() if successor in days}


class ImportRun(models.Model):
    """One import of one publication of one list.

    `dated` is the publication's own day, `sha256` the digest of its files' bytes in the order of their names. `read`
    counts records, `refused` those that could not be read; `complaints` names them (reference, line, reason) and
    `reason` says why a run was refused or failed, or what it waits for. `duration` is in seconds.

    An enqueued run waits for `job` (procrastinate's number); until it begins, `started_at` is when it was enqueued and
    `dated` the day given with it. `files` are in the archive: name, sha256, bytes and, where they
    were fetched, url, etag and last_modified.
    """

    files = models.JSONField(default=list)
    job = models.BigIntegerField(null=True)
    # From here on `list` in this class is the field.
    list = models.CharField(max_length=20)
    dated = models.DateField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.RUNNING)
    read = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    amended = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    complaints = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    accept_shrink = models.BooleanField(default=False)
    dry_run = models.BooleanField(default=False)
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="import_runs")
    started_at = models.DateTimeField()
    duration = models.FloatField(null=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="a_list_is_imported_by_one_run_at_a_time", fields=["list"], condition=Q(state=RunState.RUNNING)
            ),
            models.CheckConstraint(
                name="a_run_that_did_not_succeed_says_why",
                condition=Q(state__in=[RunState.WAITING, RunState.RUNNING, RunState.SUCCEEDED]) | ~Q(reason=""),
            ),
            models.CheckConstraint(name="a_run_refuses_no_more_than_it_reads", condition=Q(refused__lte=F("read"))),
        )
        indexes = (
            # Read by /api/imports/?list=.
            models.Index(name="runs_of_a_list", fields=["list", "-id"]),
            # Read before each import: the last good run of the list.
            models.Index(name="runs_of_a_list_in_order", fields=["list", "-started_at"]),
        )
        triggers = (IMPORT_STARTS_AN_EPOCH,)

    def __str__(self) -> str:
        counted = [f"{name} {getattr(self, name)}" for name in ("read", "added", "amended", "ended", "refused")]
        took = [] if self.duration is None else [f"{self.duration} s"]
        summary = f"{ImportedList(self.list).label} of {self.dated or 'no day'}: "
        summary += ", ".join([RunState(self.state).label.lower(), *counted, *took])
        summary += " (a dry run: nothing has changed)" if self.dry_run else ""
        return f"{summary}. {self.reason}" if self.reason else summary


class SourceLink(models.Model):
    """A source's statement under one reference, and the fact that an import made of it.

    `content` is `Statement.content()`, with which the next publication is compared. `version` is the fact's version
    that an import wrote last: if another one is current, or none, an editor has changed the fact, and it is the
    editor's. `bounded` as in the statement; `stated_on` is the day of the last publication that stated it.
    """

    list = models.CharField(max_length=20)
    reference = models.CharField(max_length=300)
    kind = models.CharField(max_length=20)
    key = models.UUIDField()
    version = models.PositiveIntegerField()
    content = models.JSONField()
    bounded = models.BooleanField(default=False)
    stated_on = models.DateField(null=True)
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="facts")

    class Meta:
        constraints = (
            models.UniqueConstraint(name="a_reference_states_one_fact_of_a_list", fields=["list", "reference"]),
            models.UniqueConstraint(name="a_fact_is_stated_under_one_reference", fields=["key"]),
        )

    def __str__(self) -> str:
        return f"{self.list} {self.reference}"
