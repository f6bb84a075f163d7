"""Travel-ban lists of countries or persons, and the events on them."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, Q, Value, When

from relations.codes import BanAction, BanScope, BanSubject
from relations.errors import Contradiction, Refused
from relations.models.countries import Country
from relations.models.epochs import CORRECTION_STARTS_AN_EPOCH
from relations.models.facts import Fact
from relations.models.keys import Keyed
from relations.models.versions import cited
from relations.status import FACT_KINDS


class TravelBanList(Keyed):
    """One issuer's list of countries or of persons.

    Fixtures refer to it by its `key`, whatever its title has become.
    """

    issuer = models.ForeignKey(Country, models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    instrument = models.CharField(max_length=300, blank=True, help_text="The legal act: Proclamation 9983")
    legal_basis = models.TextField(blank=True, help_text="INA 212(f)")
    url = models.URLField(max_length=1000, blank=True)
    subject = models.CharField(max_length=7, choices=BanSubject, default=BanSubject.COUNTRY)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(name="a_travel_ban_list_has_one_title", fields=["issuer", "title"]),
            models.CheckConstraint(
                name="a_travel_ban_list_is_of_countries_or_persons", condition=Q(subject__in=BanSubject.values)
            ),
            # Referenced by the foreign key from an entry's list, issuer and subject.
            models.UniqueConstraint(name="a_travel_ban_list_has_one_subject", fields=["id", "issuer", "subject"]),
        )
        triggers = (CORRECTION_STARTS_AN_EPOCH,)

    def __str__(self) -> str:
        return f"{self.issuer_id}: {self.title}"


class TravelBanEntry(Fact):
    """One event on a list: `from_country` is the list's issuer, `to_country` the country, or that of the person."""

    fact_kind = FACT_KINDS["travel-ban-entries"]
    column = "travel_ban_entry"

    action = models.CharField(max_length=12, choices=BanAction)
    scope = models.CharField(max_length=7, choices=BanScope, blank=True)
    visa_classes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    person = models.CharField(max_length=200, blank=True, help_text="On a list of persons: the name")
    identifiers = ArrayField(
        models.CharField(max_length=100), default=list, blank=True, help_text="Passport and identity numbers"
    )
    subject = models.GeneratedField(
        expression=Case(When(person="", then=Value("country")), default=Value("person")),
        output_field=models.CharField(max_length=7),
        db_persist=True,
    )
    # The last of the fields: from here on `list` in this class is the field.
    list = models.ForeignKey(TravelBanList, models.PROTECT, related_name="entries")

    class Meta(Fact.Meta):
        verbose_name_plural = "travel ban entries"
        triggers = (*Fact.Meta.triggers, cited("travel_ban_entry"))
        constraints = (
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="travelbanentry_is_an_action_of_the_vocabulary", condition=Q(action__in=BanAction.values)
            ),
            models.CheckConstraint(
                name="travelbanentry_is_full_or_partial", condition=Q(scope="") | Q(scope__in=BanScope.values)
            ),
            models.CheckConstraint(name="only_a_person_has_identifiers", condition=Q(identifiers=[]) | ~Q(person="")),
        )
        indexes = (
            *Fact.Meta.indexes,
            # Read by ?action=.
            models.Index(name="entries_by_action", fields=["action", "latest", "id"]),
            # Read by ?identifier= and ?visa_class=.
            GinIndex(name="entries_by_identifier", fields=["identifiers"]),
            GinIndex(name="entries_by_visa_class", fields=["visa_classes"]),
            # Read by ?q= and ?person=.
            GinIndex(name="entries_by_person", fields=["person"], opclasses=["gin_trgm_ops"]),
        )

    def contradictions(self) -> Iterator[Refused]:
        yield from super().contradictions()
        if self.identifiers and not self.person:
            yield Contradiction(field="identifiers", why="Only a person has identifiers; name the person.")
        if self.list.subject == BanSubject.PERSON and not self.person:
            yield Contradiction(field="person", why=f"List {self.list_id} is one of persons: name the person.")
        if self.list.subject == BanSubject.COUNTRY and self.person:
            yield Contradiction(field="person", why=f"List {self.list_id} is one of countries, not of persons.")
        if self.list.issuer_id != self.from_country_id:
            yield Contradiction(
                field="list", why=f"List {self.list_id} belongs to {self.list.issuer_id}, not {self.from_country_id}."
            )
