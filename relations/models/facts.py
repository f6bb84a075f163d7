"""The base of every kind of fact: a key, a direction, its valid time and its transaction time."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.functions import Coalesce, Collate, Concat, Greatest, Least
from django.db.models.lookups import Exact, IsNull

from relations import dates
from relations.codes import Nature, label_in_sentence, pair_code
from relations.errors import Contradiction, Refused
from relations.models.countries import Country
from relations.models.pairs import CountryPair
from relations.models.versions import APPEND_ONLY, CONTINUING, VersionedQuerySet, one_version_at_a_time
from relations.status import FactKind

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from relations.models.confirmations import Confirmation
    from relations.models.sources import Citation


class FactQuerySet[F_: "Fact"](VersionedQuerySet[F_]):
    def get_by_natural_key(self, key: str, version: int) -> F_:
        return self.get(key=key, version=version)

    def citing(self, sources: Collection[int]) -> Self:
        citations = apps.get_model("relations", "Citation").objects
        return self.filter(pk__in=citations.filter(source__in=sources).values(self.model.column))

    def confirmed_by(self, sources: Collection[int]) -> Self:
        """Versions of facts that any of the sources confirms."""
        confirmations = apps.get_model("relations", "Confirmation").objects
        return self.filter(pk__in=confirmations.filter(source__in=sources).values(self.model.column))

    def retracted(self, moment: dt.datetime | None) -> Self:
        """The last versions of facts that were retracted by `moment`; None means now."""
        later = self.model._default_manager.filter(key=OuterRef("key"), version=OuterRef("version") + 1)
        past = Q(superseded_at__isnull=False) if moment is None else Q(superseded_at__lte=moment)
        return self.filter(past, ~Exists(later))

    def in_order(self) -> Self:
        """The order in which facts count: by the day from which they are certain, an open start first."""
        return self.order_by("latest", "earliest", "first_recorded_at", "key")


EDTF_ANNOUNCED = Func(F("announced_on"), function="edtf_days", output_field=DateRangeField())
"""The days of the announcement (migration 0012); null for an empty text."""
_BOUNDS = Func(
    F("earliest"), F("latest"), models.Value("[]"), function="daterange", output_field=DateRangeField()
)  # fmt: skip


class Fact(models.Model):
    """One version of something that was recorded, in one direction, with its evidence.

    A row is never edited or deleted. A correction sets `superseded_at` and writes a new row under the same `key`; a
    retraction sets it and writes none. `earliest` and `latest` are the bounds of `on`; an open start is stored as
    0001-01-01. `first_recorded_at` is the `recorded_at` of version 1. `announced_on` is an EDTF string, empty where it
    was announced on the day itself or nobody knows; `in_response_to` is the key of another fact, of any kind.
    """

    fact_kind: ClassVar[FactKind]
    resource: ClassVar[str]
    """The kind's name in URLs: `ambassadors`."""
    label: ClassVar[str]
    """The field that says what happened: `status`, `action` or `kind`."""
    column: ClassVar[str]
    """The citation's column that names facts of this kind."""

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    pair = models.ForeignKey(CountryPair, models.PROTECT, related_name="+", editable=False, db_index=False)
    from_country = models.ForeignKey(Country, models.PROTECT, related_name="+", verbose_name="from", db_index=False)
    to_country = models.ForeignKey(Country, models.PROTECT, related_name="+", verbose_name="to", db_index=False)
    on = models.CharField(
        max_length=dates.MAX_LENGTH, help_text="EDTF: 2008-03-12, 2008-03, 2014, 2010~, [..2020-02-01]"
    )
    earliest = models.DateField(editable=False)
    latest = models.DateField(editable=False)
    recorded_at = models.DateTimeField(editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)
    first_recorded_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    nature = models.CharField(
        max_length=11, choices=Nature, default=Nature.EVENT,
        help_text="It happened on that day, or was the state that somebody saw",
    )  # fmt: skip
    announced_on = models.CharField(
        max_length=dates.MAX_LENGTH, blank=True, help_text="EDTF: when it was announced, if on another day"
    )
    quantity = models.PositiveIntegerField(null=True, blank=True, help_text="A number that belongs to it: 35 staff")
    in_response_to = models.UUIDField(null=True, blank=True, help_text="The key of the fact that it answers")
    note = models.TextField(blank=True)

    if TYPE_CHECKING:
        citations: RelatedManager[Citation]
        confirmations: RelatedManager[Confirmation]
        pair_id: str
        from_country_id: str
        to_country_id: str
        recorded_by_id: int | None

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True
        triggers: ClassVar[tuple[pgtrigger.Trigger, ...]] = (APPEND_ONLY, CONTINUING)
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                name="%(class)s_joins_two_different_countries", condition=~Q(from_country=F("to_country"))
            ),
            models.CheckConstraint(
                name="%(class)s_belongs_to_the_pair_of_its_countries",
                condition=Q(
                    pair=Concat(
                        Least(Collate(F("from_country"), "C"), Collate(F("to_country"), "C")),
                        models.Value("-"),
                        Greatest(Collate(F("from_country"), "C"), Collate(F("to_country"), "C")),
                    )
                ),
            ),
            models.CheckConstraint(name="%(class)s_ends_after_it_begins", condition=Q(earliest__lte=F("latest"))),
            # `edtf_days` (migration 0012) is null for what is no date, and a check takes null for true.
            models.CheckConstraint(
                name="%(class)s_has_the_bounds_of_its_date",
                condition=Exact(
                    Coalesce(
                        Exact(Func(F("on"), function="edtf_days", output_field=DateRangeField()), _BOUNDS),
                        models.Value(value=False),
                    ),
                    models.Value(value=True),
                ),
            ),
            models.CheckConstraint(
                name="%(class)s_is_an_event_or_an_observation", condition=Q(nature__in=Nature.values)
            ),
            models.CheckConstraint(
                name="%(class)s_was_announced_on_a_date",
                condition=Q(announced_on="") | Q(IsNull(EDTF_ANNOUNCED, False)),
            ),
            models.CheckConstraint(
                name="%(class)s_does_not_respond_to_itself",
                condition=Q(in_response_to__isnull=True) | ~Q(in_response_to=F("key")),
            ),
            models.CheckConstraint(
                name="%(class)s_is_superseded_after_it_is_recorded",
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gt=F("recorded_at")),
            ),
            models.CheckConstraint(
                name="%(class)s_was_first_recorded_with_version_1",
                condition=Q(version=1, first_recorded_at=F("recorded_at"))
                | Q(version__gt=1, first_recorded_at__lt=F("recorded_at")),
            ),
            models.UniqueConstraint(name="%(class)s_has_each_version_once", fields=["key", "version"]),
            one_version_at_a_time("%(class)s_has_one_version_at_a_time", of="key"),
        )
        indexes: ClassVar[tuple[models.Index, ...]] = (
            # Read by the ledger and by a relation: all versions of one pair's facts.
            models.Index(name="%(class)s_of_a_pair", fields=["pair", "latest"]),
            # Read by lists of facts in order of the world's time and of ours, whole or from or to one country.
            models.Index(name="%(class)s_by_day", fields=["latest", "id"]),
            models.Index(name="%(class)s_by_first_day", fields=["earliest", "id"]),
            models.Index(name="%(class)s_by_record", fields=["recorded_at", "id"]),
            models.Index(name="%(class)s_from", fields=["from_country", "latest", "id"]),
            models.Index(name="%(class)s_to", fields=["to_country", "latest", "id"]),
            # Read by ?on_before= and ?as_of=: of the facts that end later, those that may have happened before.
            models.Index(name="%(class)s_by_span", fields=["latest", "id"], condition=Q(earliest__lt=F("latest"))),
            # Read by ?in_response_to=, ?author=, ?announced_on=, ?quantity_min= and ?version=, each said of few facts.
            models.Index(
                name="%(class)s_of_response", fields=["in_response_to"], condition=Q(in_response_to__isnull=False)
            ),
            models.Index(
                name="%(class)s_of_author",
                fields=["recorded_by", "latest", "id"],
                condition=Q(recorded_by__isnull=False),
            ),
            GistIndex(EDTF_ANNOUNCED, name="%(class)s_announced", condition=~Q(announced_on="")),
            models.Index(name="%(class)s_by_quantity", fields=["quantity"], condition=Q(quantity__isnull=False)),
            models.Index(name="%(class)s_by_version", fields=["version", "latest", "id"], condition=Q(version__gt=1)),
            models.Index(name="%(class)s_observed", fields=["latest", "id"], condition=Q(nature=Nature.OBSERVATION)),
            # Read by ?retracted= and ?superseded_after=.
            models.Index(
                name="%(class)s_superseded", fields=["latest", "id"], condition=Q(superseded_at__isnull=False)
            ),
            # Read by ?q= and ?note=.
            GinIndex(name="%(class)s_by_note", fields=["note"], opclasses=["gin_trgm_ops"]),
        )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Historical models, in migrations, have no kind.
        if kind := cls.__dict__.get("fact_kind"):
            cls.resource, cls.label = kind.slug, kind.word_field

    def __str__(self) -> str:
        return f"{self.from_country_id}→{self.to_country_id} {self.word_label} {self.on}"

    def natural_key(self) -> tuple[str, int]:
        return (str(self.key), self.version)

    @property
    def row(self) -> tuple[str, int]:
        """`column` and the primary key, which name this version among those of all kinds."""
        return self.column, self.pk

    @property
    def word(self) -> str:
        """The event in the kind's own vocabulary."""
        return str(getattr(self, self.label))

    @property
    def word_label(self) -> str:
        return label_in_sentence(self.word)

    @property
    def has_open_start(self) -> bool:
        return self.on.startswith("[..")

    def derive(self) -> None:
        """Fills what follows from the other columns: the pair and the bounds of `on`. Raises `NotADate`."""
        self.pair_id = pair_code(self.from_country_id, self.to_country_id)
        when = dates.parse(self.on)
        self.on, self.earliest, self.latest = when.text, when.floor, when.latest
        self.announced_on = dates.parse_field(self.announced_on, "announced_on").text if self.announced_on else ""

    def nature_after(self, old: Self) -> str:
        """The nature of a correction that does not say one: of most kinds, that of the version before."""
        return self.nature

    def contradictions(self) -> Iterator[Refused]:
        """Values of this row that contradict each other: all at once, where a constraint would name one."""
        if self.from_country_id == self.to_country_id:
            yield Contradiction(field="to", why=f"A fact joins two different countries; both are {self.to_country_id}.")
        if self.in_response_to == self.key:
            yield Contradiction(field="in_response_to", why="A fact cannot be a response to itself.")
