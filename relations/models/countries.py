"""Countries (states, territories, organisations) and their memberships over time."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from relations.codes import CountryKind
from relations.models.epochs import ANY_CHANGE_STARTS_AN_EPOCH


def _organised(column: str) -> pgtrigger.Trigger:
    """Looks at the memberships in the organisation that `column` of the row names, as the transaction leaves them.

    Deferred, as fixtures load countries and memberships in any order.
    """
    return pgtrigger.Trigger(
        name="only_an_organisation_has_members",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        timing=pgtrigger.Deferred,
        func=f"""
        IF EXISTS (
            SELECT FROM relations_membership JOIN relations_country ON code = organisation_id
            WHERE organisation_id = NEW.{column} AND kind <> 'organisation'
        ) THEN
            RAISE EXCEPTION 'only an organisation has members'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'only_an_organisation_has_members';
        END IF;
        RETURN NULL;
    """,
    )


class CountryQuerySet(models.QuerySet["Country"]):
    def named_by(self, text: str) -> Country | None:
        """The country of a code of two or three letters, in either case."""
        code = text.upper()
        if not (code.isascii() and code.isalpha()):
            return None
        return self.filter(Q(code=code) | Q(alpha3=code)).first() if len(code) in (2, 3) else None


class Country(models.Model):
    """A party that sends missions, imposes sanctions or is their target.

    `code` is ISO 3166-1 alpha-2, the reserved `EU` and `UN`, or the user-assigned `XK`; withdrawn codes (ISO 3166-3)
    are of former countries. `name` is CLDR's English name where CLDR has one.
    """

    code = models.CharField(max_length=2, primary_key=True)
    alpha3 = models.CharField(max_length=3, unique=True, null=True, blank=True)
    numeric = models.CharField(max_length=3, blank=True)
    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=12, choices=CountryKind)
    from_year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="First year of a former country")
    to_year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Last year of a former country")

    objects = CountryQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        verbose_name_plural = "countries"
        constraints = (
            models.CheckConstraint(name="a_country_is_of_a_known_kind", condition=Q(kind__in=CountryKind.values)),
            models.CheckConstraint(name="a_country_code_is_two_capital_letters", condition=Q(code__regex="^[A-Z]{2}$")),
            models.CheckConstraint(
                name="a_country_does_not_end_before_it_begins",
                condition=Q(from_year__isnull=True) | Q(to_year__isnull=True) | Q(to_year__gte=F("from_year")),
            ),
        )
        indexes = (
            # Read by the autocompletion of the admin and by ?q= on /api/countries/.
            GinIndex(name="countries_by_part_of_name", fields=["name"], opclasses=["gin_trgm_ops"]),
        )
        triggers = (ANY_CHANGE_STARTS_AN_EPOCH, _organised("code"))

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: dt.date) -> MembershipQuerySet:
        return self.filter(days__contains=day)


class Membership(models.Model):
    """One unbroken time in which a country belonged to an organisation; the last day is not part of it."""

    organisation = models.ForeignKey(Country, models.PROTECT, related_name="members")
    member = models.ForeignKey(Country, models.PROTECT, related_name="memberships")
    days = DateRangeField()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="an_organisation_is_not_its_own_member", condition=~Q(member=F("organisation"))
            ),
            models.CheckConstraint(name="a_membership_lasts_a_day_or_more", condition=Q(days__isempty=False)),
            ExclusionConstraint(
                name="a_member_belongs_to_an_organisation_once_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("member", RangeOperators.EQUAL),
                    ("days", RangeOperators.OVERLAPS),
                ],
            ),
        )
        triggers = (ANY_CHANGE_STARTS_AN_EPOCH, _organised("organisation_id"))

    def __str__(self) -> str:
        return f"{self.member_id} in {self.organisation_id}"
