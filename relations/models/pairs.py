"""Pairs of countries, and how far their logs have come."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Collate, Concat

from relations.models.countries import Country


class CountryPairQuerySet(models.QuerySet["CountryPair"]):
    def locked(self, codes: set[str]) -> list[CountryPair]:
        """Locks the pairs until the commit, in the order of their codes: no deadlock between two commands."""
        return list(self.filter(code__in=codes).order_by("code").select_for_update())

    def due(self, day: dt.date) -> CountryPairQuerySet:
        """Pairs whose status changes by itself on `day`, or has done so before without an entry in the log."""
        return self.filter(next_change_on__lte=day)

    def recorded(self) -> CountryPairQuerySet:
        """Pairs with at least one current fact: every fact has its days in the trend."""
        periods = apps.get_model("relations", "StatusPeriod").objects
        return self.filter(Exists(periods.filter(pair=OuterRef("pk"))))


class CountryPair(models.Model):
    """Two countries in alphabetical order.

    `version` counts the changes in the pair's log. The log's values are those of the day `logged_through`; the next
    day on which they change without a command is `next_change_on` (null: never; 0001-01-01: loaded facts await
    projection). `last_recorded_at` is the `recorded_at` of the pair's last command; the next one must be later.
    """

    code = models.CharField(max_length=5, primary_key=True, db_collation="C")
    first = models.ForeignKey(Country, models.PROTECT, related_name="+")
    second = models.ForeignKey(Country, models.PROTECT, related_name="+")
    version = models.PositiveBigIntegerField(default=0)
    logged_through = models.DateField(null=True, blank=True)
    next_change_on = models.DateField(null=True, blank=True)
    last_recorded_at = models.DateTimeField(null=True, blank=True)

    objects = CountryPairQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                name="a_pair_is_two_countries_in_alphabetical_order",
                condition=Q(first__lt=Collate(F("second"), "C")),
            ),
            models.CheckConstraint(
                name="a_pair_is_named_by_its_countries",
                condition=Q(code=Concat(F("first"), models.Value("-"), F("second"))),
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="a_pair_counts_the_lines_of_its_log",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                # Reads the row again: a transaction of several commands counts up more than once.
                declare=[("found", "bigint")],
                func="""
                    EXECUTE '
                        SELECT FROM relations_countrypair WHERE code = $1 AND version <> coalesce(
                            (SELECT max(version) FROM relations_statuschange WHERE pair_id = $1), 0
                        )
                    ' USING NEW.code;
                    GET DIAGNOSTICS found = ROW_COUNT;
                    IF found > 0 THEN
                        RAISE EXCEPTION 'the version of pair % is not that of the last line of its log', NEW.code
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_pair_counts_the_lines_of_its_log';
                    END IF;
                    RETURN NULL;
                """,
            ),
        )
        indexes = (
            # Read by `refresh`.
            models.Index(
                name="pairs_by_next_change", fields=["next_change_on"], condition=Q(next_change_on__isnull=False)
            ),
            # Read by /api/countries/<code>/: the pairs in which a country is the second.
            models.Index(name="pairs_by_second_country", fields=["second", "code"]),
        )

    def __str__(self) -> str:
        return self.code
