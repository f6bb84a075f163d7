"""Heads of mission."""

from __future__ import annotations

from collections.abc import Iterator

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from relations.codes import AMBASSADOR_STATUSES, WITHOUT_HOLDER
from relations.errors import Contradiction, Refused
from relations.models.facts import Fact
from relations.models.versions import cited
from relations.status import FACT_KINDS

_VACANT_POST = pgtrigger.Trigger(
    name="a_vacancy_has_no_holder",
    when=pgtrigger.Before,
    # Of new rows alone: older versions name holders, and superseding one of them has to pass.
    operation=pgtrigger.Insert,
    condition=pgtrigger.Q(new__status__in=WITHOUT_HOLDER) & ~pgtrigger.Q(new__holder=""),
    func="""
        RAISE EXCEPTION 'a post that is % has no holder', NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_vacancy_has_no_holder';
    """,
)


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
        triggers = (*Fact.Meta.triggers, cited("ambassador_status"), _VACANT_POST)
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

    def contradictions(self) -> Iterator[Refused]:
        yield from super().contradictions()
        if self.holder and self.status in WITHOUT_HOLDER:
            yield Contradiction(
                field="holder",
                why=f"A post that is {self.word_label} has no holder: leave it empty, and name the person in a note.",
            )
