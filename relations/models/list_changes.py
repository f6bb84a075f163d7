"""The append-only log of publications' changes to the parties on sanctions lists."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q, Value

from relations.codes import TrackKind, pair_code
from relations.models.countries import Country
from relations.models.imports import ImportRun
from relations.models.sanctions import SanctionProgramme
from relations.models.triggers import never_edited


class ListChangeQuerySet(models.QuerySet["ListChange"]):
    def after(self, sequence: int) -> ListChangeQuerySet:
        """Entries after number `sequence`, in the order of their commits."""
        return self.filter(id__gt=sequence).order_by("id").select_related("run")


class ListChange(models.Model):
    """One entry: one import's changes to the parties of one programme of its list.

    Entries are numbered together with those of the change log, in the order of commits. `code` is the programme's code
    on the list, `title` its title in the table of programmes (empty: it is not there). `target` and `programme` are
    null without a single target. `parties` are the first of the parties (key, reference, name, `turn`); the counts
    are of all of them.
    """

    id = models.BigIntegerField(
        primary_key=True, db_default=Func(Value("relations_statuschange_id_seq"), function="nextval"), editable=False
    )
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="list_changes", db_index=False)
    list_title = models.CharField(max_length=300)
    code = models.CharField(max_length=300)
    title = models.CharField(max_length=300, blank=True)
    issuer = models.ForeignKey(Country, models.PROTECT, related_name="+", db_index=False)
    target = models.ForeignKey(Country, models.PROTECT, null=True, related_name="+", db_index=False)
    programme = models.ForeignKey(SanctionProgramme, models.PROTECT, null=True, related_name="list_changes")
    listed = models.PositiveIntegerField(default=0)
    amended = models.PositiveIntegerField(default=0)
    delisted = models.PositiveIntegerField(default=0)
    parties = models.JSONField(default=list)
    recorded_at = models.DateTimeField()

    objects = ListChangeQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(name="an_import_reports_a_programme_once", fields=["run", "code"]),
            models.CheckConstraint(
                name="a_list_change_changes_something",
                condition=Q(listed__gt=0) | Q(amended__gt=0) | Q(delisted__gt=0),
            ),
            models.CheckConstraint(
                name="a_list_change_has_a_programme_where_it_has_a_target",
                condition=Q(target__isnull=True, programme__isnull=True)
                | Q(target__isnull=False, programme__isnull=False) & ~Q(target=F("issuer")),
            ),
        )
        indexes = (
            # Read by replays: the entries from a moment on.
            models.Index(name="list_changes_by_record", fields=["recorded_at", "id"]),
        )
        triggers = (never_edited("list_changes_are_only_appended", "a line of the log of list changes"),)

    def __str__(self) -> str:
        return f"{self.code}: {self.listed} listed, {self.amended} amended, {self.delisted} delisted"

    # As on entries of the change log: subscriptions are matched with both in the same way.
    old: ClassVar[None] = None
    new: ClassVar[None] = None

    @property
    def pair_id(self) -> str:
        """Empty without a single target."""
        return pair_code(self.issuer_id, self.target_id) if self.target_id else ""

    @property
    def track(self) -> str:
        """The programme's track; without a single target, a track of the issuer with no receiver."""
        direction = f"{self.issuer_id}>{self.target_id}:{self.programme_id}" if self.target_id else self.issuer_id
        return f"{TrackKind.SANCTIONS}:{direction}"

    @property
    def effective(self) -> dt.date:
        """The day of the publication."""
        return self.run.dated or self.recorded_at.date()
