"""Diplomatic events: everything else that moves a relation."""

from __future__ import annotations

from django.db import models

from relations.codes import EVENT_CODES, EventKind
from relations.models.facts import Fact
from relations.models.versions import cited
from relations.status import FACT_KINDS


class DiplomaticEvent(Fact):
    """A visit, a statement, a recognition, an expulsion: done by `from_country` towards `to_country`."""

    fact_kind = FACT_KINDS["diplomatic-events"]
    column = "diplomatic_event"

    kind = models.CharField(max_length=24, choices=EventKind)

    class Meta(Fact.Meta):
        triggers = (*Fact.Meta.triggers, cited("diplomatic_event"))
        constraints = (
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="diplomaticevent_is_a_kind_of_the_vocabulary", condition=models.Q(kind__in=EventKind.values)
            ),
        )
        indexes = (
            *Fact.Meta.indexes,
            # Read by ?kind=.
            models.Index(name="events_by_kind", fields=["kind", "latest", "id"]),
        )

    @property
    def codes(self) -> dict[str, str | None]:
        """The kind in the codebooks of CAMEO and PLOVER."""
        cameo, plover = EVENT_CODES[EventKind(self.kind)]
        return {"cameo": cameo, "plover": plover}
