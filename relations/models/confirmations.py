"""Confirmations: on a later day a source still said what a fact says."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from relations.models.keys import Keyed
from relations.models.sources import (
    FACT_FIELDS,
    Source,
    about_exactly_one_fact,
    quotes_its_text,
    quotes_over_its_length,
)
from relations.models.triggers import never_edited


class Confirmation(Keyed):
    """One source that said again, on `day`, what one version of a fact says; the fact has no new version for it.

    `day` is a day in the world: that of the edition, or that on which an editor looked. `quote` with its place is as
    in a citation, and empty where the source shows the fact without words of its own (a list of parties).
    """

    ambassador_status = models.ForeignKey(
        "AmbassadorStatus", models.PROTECT, null=True, blank=True, related_name="confirmations", db_index=False
    )
    sanction_event = models.ForeignKey(
        "SanctionEvent", models.PROTECT, null=True, blank=True, related_name="confirmations", db_index=False
    )
    travel_ban_entry = models.ForeignKey(
        "TravelBanEntry", models.PROTECT, null=True, blank=True, related_name="confirmations", db_index=False
    )
    diplomatic_event = models.ForeignKey(
        "DiplomaticEvent", models.PROTECT, null=True, blank=True, related_name="confirmations", db_index=False
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="confirmations")
    day = models.DateField()
    quote = models.TextField(blank=True)
    start = models.PositiveIntegerField(null=True, blank=True, editable=False)
    end = models.PositiveIntegerField(null=True, blank=True, editable=False)
    recorded_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )

    class Meta:
        ordering = ("id",)
        constraints = (
            about_exactly_one_fact("a_confirmation_is_about_exactly_one_fact"),
            quotes_over_its_length("a_confirmation_quotes_as_much_as_its_place"),
            models.CheckConstraint(
                name="a_confirmation_without_words_has_no_place", condition=Q(start__isnull=True) | ~Q(quote="")
            ),
            # Read with a fact, too: no other index names the fact.
            *(
                models.UniqueConstraint(
                    name=f"{name}_is_confirmed_once_by_a_source_on_a_day",
                    fields=[name, "source", "day"],
                    condition=Q(**{f"{name}__isnull": False}),
                )
                for name in FACT_FIELDS
            ),
        )
        triggers = (
            quotes_its_text("a_confirmation_quotes_its_text", only_if_quoted=True),
            never_edited("a_confirmation_is_never_edited_or_deleted", "a confirmation", saved_again=True),
        )

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} by source {self.source_id}"
