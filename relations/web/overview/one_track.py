"""The statuses of one kind of track between many countries on one day, for the matrix and the maps."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from relations.codes import DIRECTED, INHERITED_KINDS, UNKNOWN, VALUES, pair_code, pair_sides
from relations.models import StatusPeriod
from relations.queries.citations import publishers
from relations.queries.countries import CountryIndex
from relations.status import InheritanceRoute
from relations.web.pairs.statuses import ShownStatus
from relations.web.tones import by_gravity, tone
from relations.web.words import Names, kind_titles, since_in_words, word_of_status

type Direction = tuple[str, str]
"""Sender and receiver; of a track without direction, both orders of its countries."""


@dataclass(frozen=True, slots=True)
class OneTrack:
    """Reads the gravest status of a kind in each direction; an organisation's acts reach its members of that day."""

    kind: str
    day: dt.date
    countries: CountryIndex
    names: Names

    @property
    def is_directed(self) -> bool:
        return self.kind in DIRECTED

    @property
    def unknown(self) -> ShownStatus:
        return ShownStatus(title=kind_titles()[self.kind], kind=self.kind, tone=UNKNOWN, word=_("unknown"))

    def of(self, codes: Collection[str]) -> dict[Direction, ShownStatus]:
        """Every direction of these pairs of which something is known: one query."""
        routes = self._routes(codes)
        stated = self._stated({*codes, *(route.pair for route in routes)})
        wanted = set(codes)
        by_direction: defaultdict[Direction, list[ShownStatus]] = defaultdict(list)
        for direction, statuses in stated.items():
            if pair_code(*direction) in wanted:
                by_direction[direction] += statuses
        for route in routes:
            via = self.names[route.organisation]
            for status in stated.get((route.organisation, route.target), ()):
                by_direction[route.member, route.target].append(replace(status, via=via))
        return {direction: min(statuses, key=gravity) for direction, statuses in by_direction.items()}

    def around(self, country: str) -> list[str]:
        """The pairs of one country."""
        return [pair_code(country, other) for other in self.countries.by_code if other != country]

    def publishers(self, codes: Collection[str]) -> list[str]:
        """Publishers of the sources of these statuses, most of them first: one query."""
        return publishers(self.kind, {*codes, *(route.pair for route in self._routes(codes))}, self.day)

    def acts_of(self, senders: Collection[str]) -> dict[str, dict[str, ShownStatus]]:
        """The known acts of each sender itself, by receiver: one query."""
        others = self.countries.by_code
        stated = self._stated({pair_code(sender, other) for sender in senders for other in others if other != sender})
        acts: dict[str, dict[str, ShownStatus]] = {sender: {} for sender in senders}
        for (sender, receiver), statuses in stated.items():
            if sender in acts:
                acts[sender][receiver] = min(statuses, key=gravity)
        return acts

    def _routes(self, codes: Collection[str]) -> list[InheritanceRoute]:
        inheriting = codes if self.kind in INHERITED_KINDS else ()
        return [route for code in inheriting for route in self.countries.routes(code, on=self.day)]

    def _stated(self, pairs: Collection[str]) -> Mapping[Direction, list[ShownStatus]]:
        """The statuses of the pairs' own periods of the day."""
        known = [value for value in VALUES[self.kind] if value != UNKNOWN]
        rows = StatusPeriod.objects.with_values(self.kind, known, day=self.day, pairs=pairs)
        stated: defaultdict[Direction, list[ShownStatus]] = defaultdict(list)
        for row in rows.order_by("pair_id", "track").defer("facts", "uncertain"):
            status = self._shown(row)
            first, second = pair_sides(row.pair_id)
            if row.from_country_id and row.to_country_id:
                stated[row.from_country_id, row.to_country_id].append(status)
            else:
                stated[first, second].append(status)
                stated[second, first].append(status)
        return stated

    def _shown(self, row: StatusPeriod) -> ShownStatus:
        confirmed_on = min(row.confirmed_to, self.day) if row.confirmed_to else None
        return ShownStatus(
            title=kind_titles()[row.kind], kind=row.kind,
            tone=tone(row.kind, row.value, stale=row.stale),
            word=word_of_status(row.value, seen_last=confirmed_on if row.stale else None),
            value=row.value, holder=row.holder, stale=row.stale, disputed=row.disputed,
            since=since_in_words(row.since) if row.since else "",
        )  # fmt: skip


def gravity(status: ShownStatus) -> tuple[bool, tuple[int, int]]:
    """The gravest first, unknown last."""
    return status.tone == UNKNOWN, by_gravity(status.tone)
