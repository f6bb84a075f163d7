"""Heads of mission."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from relations.codes import AMBASSADOR_STATUSES
from relations.models.facts import Fact
from relations.models.versions import cited
from relations.status import FACT_KINDS


class AmbassadorStatus(Fact):
    """A change at the head of the mission of `from_country` in `to_country`.

    Statuses of the post say who leads the mission; statuses of what is next, who is on the way.
    """

    fact_kind = FACT_KINDS["ambassadors"]
    column = "ambassador_status"

    status = models.CharField(max_length=20, choices=AMBASSADOR_STATUSES)
    holder = models.CharField(max_length=200, blank=True, help_text="The person's name, where it is known")

    class Meta(Fact.Meta):
        verbose_name = "ambassador status"
        verbose_name_plural = "ambassador statuses"
        triggers = (*Fact.Meta.triggers, cited("ambassador_status"))
        constraints = (
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="ambassadorstatus_is_a_word_of_the_post_or_of_what_is_next",
                condition=models.Q(status__in=[word for word, _ in AMBASSADOR_STATUSES]),
            ),
        )
        indexes = (
            *Fact.Meta.indexes,
            # Read by ?status=.
            models.Index(name="ambassadors_by_status", fields=["status", "latest", "id"]),
            # Read by ?q= and ?holder=.
            GinIndex(name="ambassadors_by_holder", fields=["holder"], opclasses=["gin_trgm_ops"]),
        )
