"""Sanction events of one sender against one target, and the programmes they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from relations.codes import (
    SANCTION_CAMEO,
    SCOPED_ACTIONS,
    ListCode,
    Measure,
    Nature,
    RegimeStatus,
    SanctionAction,
    SanctionExtension,
    Scope,
)
from relations.errors import Contradiction, Refused
from relations.models.countries import Country
from relations.models.epochs import CORRECTION_STARTS_AN_EPOCH
from relations.models.facts import Fact
from relations.models.keys import Keyed
from relations.models.versions import cited
from relations.status import FACT_KINDS

_REGIME_CODE = "^[A-Z0-9]+(-[A-Z0-9]+)*$"
_CODED = Q(list__in=ListCode.values) & ~Q(code="")
_UNCODED = Q(list="", code="")


class Regime(Keyed):
    """A body of sanctions of one issuer on one target, by whatever names lists, registries and data sets know it.

    `code` is the issuer's code and the list's or registry's word, `US-BRUS`. `status` is what an act or a registry says
    of it as of `status_on`; empty where nothing is known. `aliases` are the names by which lists and legal acts know it
    (`BELARUS-EO14038`, "EO 14038"), as a registry gives them: programmes are joined to it by these.
    """

    code = models.CharField(
        max_length=40, validators=[RegexValidator(_REGIME_CODE, "Capital letters, digits and hyphens.")]
    )
    issuer = models.ForeignKey(Country, models.PROTECT, related_name="+")
    target = models.ForeignKey(Country, models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    legal_basis = models.TextField(blank=True, help_text="EO 13405; (EC) No 765/2006")
    url = models.URLField(max_length=1000, blank=True)
    status = models.CharField(max_length=6, choices=RegimeStatus, blank=True)
    status_on = models.DateField(null=True, blank=True, help_text="The day as of which the status was seen")
    aliases = ArrayField(models.CharField(max_length=300), default=list, blank=True, editable=False)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(name="a_code_names_one_regime", fields=["code"]),
            models.UniqueConstraint(name="a_regime_has_one_title", fields=["issuer", "target", "title"]),
            models.CheckConstraint(name="a_regime_is_aimed_at_another_country", condition=~Q(issuer=F("target"))),
            models.CheckConstraint(
                name="a_regime_code_is_letters_digits_and_hyphens", condition=Q(code__regex=_REGIME_CODE)
            ),
            models.CheckConstraint(
                name="a_regime_has_a_status_as_of_a_day_or_neither",
                condition=Q(status="", status_on__isnull=True)
                | Q(status__in=RegimeStatus.values, status_on__isnull=False),
            ),
            # Referenced by the foreign key from a programme's regime and countries.
            models.UniqueConstraint(name="a_regime_has_one_direction", fields=["id", "issuer", "target"]),
        )
        triggers = (CORRECTION_STARTS_AN_EPOCH,)

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def contradictions(self) -> Iterator[Refused]:
        if self.issuer_id == self.target_id:
            yield Contradiction(field="target", why="A regime's target must differ from its issuer.")
        if bool(self.status) != bool(self.status_on):
            field = "status_on" if self.status else "status"
            yield Contradiction(field=field, why="A status is as of a day: name both or neither.")


class SanctionProgrammeQuerySet(models.QuerySet["SanctionProgramme"]):
    def get_by_natural_key(self, issuer: str, target: str, title: str) -> SanctionProgramme:
        return self.get(issuer=issuer, target=target, title=title)


class SanctionProgramme(models.Model):
    """A named body of sanctions of one issuer on one target, with its legal basis.

    `code` is the programme's name on a list of parties (`list`): `BELARUS` on OFAC's. An import sets both; they are
    empty for a programme that is on no list. `regime` is the body of sanctions that the programme is a name of.
    """

    issuer = models.ForeignKey(Country, models.PROTECT, related_name="+")
    target = models.ForeignKey(Country, models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    legal_basis = models.TextField(blank=True, help_text="EO 13405; (EC) No 765/2006")
    url = models.URLField(max_length=1000, blank=True)
    code = models.CharField(max_length=300, blank=True, editable=False)
    regime = models.ForeignKey(Regime, models.PROTECT, null=True, blank=True, related_name="programmes")
    thematic = models.BooleanField(
        default=False,
        help_text="About persons or a theme and not about the target as a state: it never carries a posture",
    )
    # The last of the fields: from here on `list` in this class is the field.
    list = models.CharField(max_length=4, choices=ListCode, blank=True, editable=False)

    objects = SanctionProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(name="a_programme_has_one_title", fields=["issuer", "target", "title"]),
            models.CheckConstraint(name="a_programme_is_aimed_at_another_country", condition=~Q(issuer=F("target"))),
            models.CheckConstraint(name="a_programme_has_a_code_on_a_list_or_neither", condition=_CODED | _UNCODED),
            models.UniqueConstraint(
                name="a_code_of_a_list_names_one_programme", fields=["list", "code"], condition=_CODED
            ),
            # Referenced by the foreign key from a sanction event's programme and countries.
            models.UniqueConstraint(name="a_programme_has_one_direction", fields=["id", "issuer", "target"]),
        )
        triggers = (CORRECTION_STARTS_AN_EPOCH,)

    def __str__(self) -> str:
        return f"{self.issuer_id}→{self.target_id} {self.title}"

    def natural_key(self) -> tuple[str, str, str]:
        return (self.issuer_id, self.target_id, self.title)

    def contradictions(self) -> Iterator[Refused]:
        direction = (self.issuer_id, self.target_id)
        if self.issuer_id == self.target_id:
            yield Contradiction(field="target", why="A programme's target must differ from its issuer.")
        if self.regime and (self.regime.issuer_id, self.regime.target_id) != direction:
            yield Contradiction(
                field="regime",
                why=f"Regime {self.regime.code} is {self.regime.issuer_id}→{self.regime.target_id}, "
                f"the programme {'→'.join(direction)}.",
            )

    @property
    def word(self) -> tuple[str, str] | None:
        """The list and the code; None for a programme that is on no list."""
        return (self.list, self.code) if self.code else None


class SanctionEvent(Fact):
    """One event: `from_country` is the sender, `to_country` the target.

    `expires_on` is the last day of the event's effect. An event that is `observed` is no act: a source showed that the
    sanctions were in force.
    """

    fact_kind = FACT_KINDS["sanction-events"]
    column = "sanction_event"

    action = models.CharField(max_length=12, choices=SanctionAction)
    measures = ArrayField(models.CharField(max_length=20, choices=Measure), default=list, blank=True)
    scope = models.CharField(max_length=4, choices=Scope, blank=True)
    programme = models.ForeignKey(SanctionProgramme, models.PROTECT, null=True, blank=True, related_name="events")
    instrument = models.CharField(max_length=300, blank=True, help_text="The legal act: EO 13405, (EC) No 765/2006")
    expires_on = models.DateField(null=True, blank=True)
    extends = models.CharField(
        max_length=8, choices=SanctionExtension, blank=True, help_text="Whose deadline an extension replaces"
    )

    class Meta(Fact.Meta):
        triggers = (*Fact.Meta.triggers, cited("sanction_event"))
        constraints = (
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="sanctionevent_is_an_action_of_the_vocabulary", condition=Q(action__in=SanctionAction.values)
            ),
            models.CheckConstraint(
                name="sanctionevent_names_measures_of_the_vocabulary",
                condition=Q(measures__contained_by=Measure.values),
            ),
            models.CheckConstraint(
                name="only_an_easing_a_suspension_or_a_lifting_has_a_scope",
                condition=Q(scope="") | Q(scope__in=Scope.values, action__in=SCOPED_ACTIONS),
            ),
            models.CheckConstraint(
                name="only_an_extension_extends",
                condition=Q(extends="") | Q(extends__in=SanctionExtension.values, action=SanctionAction.EXTENDED),
            ),
            models.CheckConstraint(
                name="an_observation_has_no_deadline",
                condition=Q(expires_on__isnull=True, scope="") | ~Q(action=SanctionAction.OBSERVED),
            ),
            models.CheckConstraint(
                name="what_is_observed_is_an_observation",
                condition=Q(nature=Nature.OBSERVATION) | ~Q(action=SanctionAction.OBSERVED),
            ),
            models.CheckConstraint(
                name="what_has_expired_does_not_expire_again",
                condition=Q(expires_on__isnull=True) | ~Q(action=SanctionAction.EXPIRED),
            ),
            models.CheckConstraint(
                name="sanctionevent_does_not_expire_before_it_happens",
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("earliest")),
            ),
        )
        indexes = (
            *Fact.Meta.indexes,
            # Read by ?action=.
            models.Index(name="sanction_events_by_action", fields=["action", "latest", "id"]),
            # Read by ?scope=, ?extends= and ?expires_after=: of few events each is said.
            models.Index(name="sanction_events_by_scope", fields=["scope", "latest", "id"], condition=~Q(scope="")),
            models.Index(name="sanction_events_by_extends", fields=["extends"], condition=~Q(extends="")),
            models.Index(
                name="sanction_events_by_expiry", fields=["expires_on"], condition=Q(expires_on__isnull=False)
            ),
            # Read by ?measure=.
            GinIndex(name="sanction_events_by_measure", fields=["measures"]),
            # Read by ?q= and ?instrument=.
            GinIndex(name="sanction_events_by_instrument", fields=["instrument"], opclasses=["gin_trgm_ops"]),
        )

    @property
    def codes(self) -> dict[str, str | None]:
        """The action in the codebook of CAMEO."""
        return {"cameo": SANCTION_CAMEO[SanctionAction(self.action)]}

    def nature_after(self, old: Self) -> str:
        """An event where an observation is corrected to an act, and the other way round."""
        if SanctionAction.OBSERVED in (self.action, old.action) and self.action != old.action:
            return Nature.OBSERVATION if self.action == SanctionAction.OBSERVED else Nature.EVENT
        return self.nature

    def contradictions(self) -> Iterator[Refused]:
        yield from super().contradictions()
        if self.scope and self.action not in SCOPED_ACTIONS:
            yield Contradiction(
                field="scope", why=f"Only an easing, a suspension or a lifting has a scope; this is {self.action!r}."
            )
        if self.expires_on and self.action == SanctionAction.EXPIRED:
            yield Contradiction(field="expires_on", why="What has expired does not expire again.")
        yield from self._contradicting_an_observation()
        if self.extends and self.action != SanctionAction.EXTENDED:
            yield Contradiction(field="extends", why=f"Only an extension extends; this is {self.action!r}.")
        if self.expires_on and self.expires_on < self.earliest:
            yield Contradiction(
                field="expires_on", why=f"It would expire on {self.expires_on}, before it happens ({self.on})."
            )
        programme = self.programme
        if programme and (programme.issuer_id, programme.target_id) != (self.from_country_id, self.to_country_id):
            yield Contradiction(
                field="programme",
                why=f"Programme {programme.pk} is {programme.issuer_id}→{programme.target_id}, "
                f"the event {self.from_country_id}→{self.to_country_id}.",
            )

    def _contradicting_an_observation(self) -> Iterator[Refused]:
        if self.action != SanctionAction.OBSERVED:
            return
        if self.nature != Nature.OBSERVATION:
            yield Contradiction(
                field="nature", why="An observed state is not an event: its nature must be observation."
            )
        if self.expires_on:
            yield Contradiction(
                field="expires_on", why="What is observed has no deadline: record the act that sets it."
            )
