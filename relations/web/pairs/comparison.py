"""The difference between two days of a relation, as it was known at one moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from relations.representation.histories import RelationContext
from relations.web.pairs.address import Address
from relations.web.pairs.content import MOST_FACTS, own_facts
from relations.web.pairs.statuses import Assembly, ShownStatus
from relations.web.words import country_names, day_in_words


@dataclass(frozen=True, slots=True)
class Difference:
    """One status on both days; `title` says whose."""

    title: str
    before: ShownStatus
    after: ShownStatus

    @property
    def is_one(self) -> bool:
        def shown(status: ShownStatus) -> tuple[Any, ...]:
            return status.word, status.holder, tuple(status.details), status.parties, status.disputed

        return shown(self.before) == shown(self.after)


def compared(context: RelationContext, address: Address, site: str) -> dict[str, Any]:
    """The statuses of both days side by side, those that differ first; and what happened in between."""
    days = [day for day in (address.day, address.other) if day]
    names = country_names(context.countries)
    before, after = (dict(_statuses(context, address, day, names, site)) for day in days)
    unknown = ShownStatus(title="", tone="unknown", word=_("unknown"))
    first, last = sorted(days)
    rows = [Difference(title, before.get(title, unknown), after.get(title, unknown)) for title in {**before, **after}]
    return {
        "first": {"name": names[address.code[:2]]},
        "second": {"name": names[address.code[3:]]},
        "before": day_in_words(days[0]),
        "after": day_in_words(days[1]),
        "every": len(rows),
        "changed": [row for row in rows if not row.is_one],
        "same": [row for row in rows if row.is_one],
        "facts": [one for one in own_facts(context, address, last, names) if one.latest > str(first)][:MOST_FACTS],
        "days": [(day_in_words(day), address.on(day).path) for day in days],
    }


def _statuses(
    context: RelationContext, address: Address, day: dt.date, names: Mapping[str, str], site: str
) -> Iterator[tuple[str, ShownStatus]]:
    statuses = context.status(day=day, known_at=address.moment, site=site)
    assembly = Assembly(address.on(day), day, names, {})
    for status in assembly.relations(statuses):
        yield status.title, status
    outside = _("outside any programme")
    for lane in assembly.lanes(statuses):
        for status in lane.statuses:
            via = f" ({status.via})" if status.via else ""
            yield f"{lane.sender} → {lane.receiver}: {status.title}{via}", status
            for part in status.parts:
                yield (
                    f"{lane.sender} → {lane.receiver}: {status.title}{via}, {part.title if part.href else outside}",
                    part,
                )
