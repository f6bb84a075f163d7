"""Parties on official sanctions lists: their listings, and the versions of their records."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q

from relations import dates
from relations.codes import SUCCESSORS, ListCode, PartyChange, PartyKind
from relations.models.imports import ImportRun
from relations.models.sanctions import SanctionEvent
from relations.models.versions import VersionedQuerySet, one_version_at_a_time

type ListProgramme = tuple[str, str]
"""A list and its own code of a programme: `("ofac", "BELARUS")`."""


class DesignationQuerySet(VersionedQuerySet["Designation"]):
    def listed_on_day(self, day: dt.date, *, known_at: dt.datetime | None = None) -> DesignationQuerySet:
        """Versions of the parties listed on that day, as known at `known_at`; None means now.

        A version lasts from its day until that of any later one, so a past day that the issuer names late counts.
        """
        begun = Q(since__lte=day) if known_at is None else Q(since__lte=day, recorded_at__lte=known_at)
        later = Designation.objects.filter(
            begun, party=models.OuterRef("party"), version__gt=models.OuterRef("version")
        )
        own = self.filter(begun, ~models.Exists(later)).exclude(change=PartyChange.DELISTED)
        return own.exclude(on_replaced_list(day, known_at=known_at))

    def counted(self, words: Iterable[ListProgramme]) -> dict[ListProgramme, int]:
        """The number of parties that each list names under each of its programmes: one query."""
        words = list(words)
        counts = {
            f"n{place}": models.Count("pk", filter=Q(party__list=code, programmes__contains=[word]))
            for place, (code, word) in enumerate(words)
        }
        if not counts:
            return {}
        rows = self.filter(party__list__in={code for code, _ in words}, programmes__overlap=[word for _, word in words])
        return dict(zip(words, rows.order_by().aggregate(**counts).values(), strict=True))


def on_replaced_list(day: dt.date, *, known_at: dt.datetime | None = None) -> Q:
    """Parties of a closed list whose successor had a publication by that day."""
    publications = ImportRun.objects.publications(known_at=known_at).filter(dated__lte=day)
    replaced = [
        Q(party__list=closed) & Q(models.Exists(publications.filter(list=successor)))
        for closed, successor in SUCCESSORS.items()
    ]
    return reduce(or_, replaced)


class Party(models.Model):
    """One entry of one list, identified by the issuer's reference, whatever else changes."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    list = models.CharField(max_length=4, choices=ListCode)
    reference = models.CharField(max_length=100)

    class Meta:
        verbose_name_plural = "parties"
        constraints = (
            models.UniqueConstraint(name="a_reference_names_one_party_of_a_list", fields=["list", "reference"]),
        )

    def __str__(self) -> str:
        return f"{self.list} {self.reference}"


class Listing(models.Model):
    """One unbroken time in which a party was on its list; the last day is not part of it.

    `listed_on` and `delisted_on` are EDTF: an issuer that does not date its entries is known only by its publications
    (`[2021-04-01..2022-02-23]`: on one of these days). `days` counts from the day from which it is certain.
    `issuer_listed_on` is the day that the issuer names, which may lie before a publication that lacked the party.
    """

    party = models.ForeignKey(Party, models.CASCADE, related_name="listings", db_index=False)
    days = DateRangeField()
    listed_on = models.CharField(max_length=dates.MAX_LENGTH)
    delisted_on = models.CharField(max_length=dates.MAX_LENGTH, blank=True)
    issuer_listed_on = models.DateField(null=True)

    class Meta:
        ordering = ("party", "days")
        constraints = (
            ExclusionConstraint(
                name="a_party_is_on_its_list_once_at_a_time",
                expressions=[("party", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
            ),
        )

    def __str__(self) -> str:
        return f"{self.party_id} {self.days}"


def _computed(name: str, element: models.Field[Any, Any]) -> models.GeneratedField:
    """A column that the database computes from `content`: `party_numbers` and its like are in migration 0031."""
    expression = Func("content", function=f"party_{name}")
    return models.GeneratedField(expression=expression, output_field=ArrayField(element), db_persist=True)


class Designation(models.Model):
    """One version of a list's record of a party, with valid and transaction time like a fact.

    `content` is the record as the importer read it (`importers.parties.Party.content`), `digest` its SHA-256.
    `programmes` are the list's own names; `nationalities` country codes. `delisted_on` is null while it is listed.
    `since` is the day in the world from which the list is certain to have said this: of the listing or the delisting,
    or of the publication that amended it.

    A party is found by `numbers` (documents, IMO, the UN's reference: capital letters and digits only), `births` (the
    days that each date of birth may mean), the words of its addresses and remarks (small letters, without accents) and
    `address_countries` (the list's code, or its name for the country).
    """

    party = models.ForeignKey(Party, models.PROTECT, related_name="versions", db_index=False)
    version = models.PositiveIntegerField()
    change = models.CharField(max_length=8, choices=PartyChange)
    kind = models.CharField(max_length=8, choices=PartyKind)
    name = models.CharField(max_length=1000)
    programmes = ArrayField(models.CharField(max_length=300), default=list)
    nationalities = ArrayField(models.CharField(max_length=2), default=list)
    listed_on = models.DateField()
    delisted_on = models.DateField(null=True)
    since = models.DateField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="designations")
    numbers = _computed("numbers", models.TextField())
    births = _computed("births", DateRangeField())
    address_words = _computed("address_words", models.TextField())
    address_countries = _computed("address_countries", models.TextField())
    remark_words = _computed("remark_words", models.TextField())

    objects = DesignationQuerySet.as_manager()

    class Meta:
        ordering = ("party", "version")
        constraints = (
            models.UniqueConstraint(name="a_designation_has_each_version_once", fields=["party", "version"]),
            models.CheckConstraint(
                name="a_designation_is_superseded_after_it_is_recorded",
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gt=F("recorded_at")),
            ),
            one_version_at_a_time("a_designation_has_one_version_at_a_time", of="party"),
        )
        indexes = (
            # Read by the filters on /api/designations/.
            GinIndex(name="designations_by_programme", fields=["programmes"]),
            GinIndex(name="designations_by_nationality", fields=["nationalities"]),
            GinIndex(name="designations_by_number", fields=["numbers"]),
            GinIndex(name="designations_by_address", fields=["address_words"]),
            GinIndex(name="designations_by_remark", fields=["remark_words"]),
            models.Index(name="designations_by_listing", fields=["listed_on", "id"]),
            models.Index(name="designations_by_delisting", fields=["delisted_on", "id"]),
        )
        triggers = (
            pgtrigger.Trigger(
                name="a_designation_is_never_edited",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL
                        -- Columns that are computed from content have no new value yet.
                        AND to_jsonb(NEW) - '{superseded_at, numbers, births, address_words, address_countries,
                            remark_words}'::text[] = to_jsonb(OLD) - '{superseded_at, numbers, births, address_words,
                            address_countries, remark_words}'::text[]
                    THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'a recorded designation is never edited or deleted'
                        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_designation_is_never_edited';
                """,
            ),
        )

    def __str__(self) -> str:
        return self.name


class PartyName(models.Model):
    """A name by which a party is searched for: of the current version, or the last one before the delisting.

    `words` are compared (`relations.text.names`): transliterated to Latin letters, without diacritics, in lower case,
    with legal forms folded. `folded` has the words that count, in alphabetical order; `consonants` those of each word
    that is long enough to be searched for, and the acronyms.
    """

    party = models.ForeignKey(Party, models.CASCADE, related_name="names")
    text = models.CharField(max_length=1000)
    words = models.TextField()
    folded = models.CharField(max_length=1000)
    consonants = ArrayField(models.TextField())

    class Meta:
        indexes = (
            # Read by ?q= on /api/designations/: near names by trigrams, and those that sound alike.
            GinIndex(name="party_names_by_trigram", fields=["folded"], opclasses=["gin_trgm_ops"]),
            GinIndex(name="party_names_by_consonants", fields=["consonants"]),
        )

    def __str__(self) -> str:
        return self.text


class EventParty(models.Model):
    """A party of an act that an earlier version of the tracker made of a list: one of eight added under BELARUS.

    Imports record no such acts any more; what was recorded is readable under the acts that they retract.
    """

    event = models.ForeignKey(SanctionEvent, models.PROTECT, related_name="parties")
    designation = models.ForeignKey(Designation, models.PROTECT, related_name="events")

    class Meta:
        constraints = (models.UniqueConstraint(name="an_event_names_a_party_once", fields=["event", "designation"]),)

    def __str__(self) -> str:
        return f"{self.designation_id} in {self.event_id}"
