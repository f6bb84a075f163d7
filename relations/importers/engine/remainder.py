"""Parts of a list's record that its parser does not know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from relations.importers.engine.parties import Detail, Party


class Remainder:
    """The parts of one record that its parser did not take, or took and could not read, in the list's own words.

    Nothing new on a list is dropped silently, and nobody is left off a list for it.
    """

    def __init__(self) -> None:
        self._strange: list[Detail] = []

    def known[V](self, table: Mapping[str, V], text: str, *, of: str, otherwise: V) -> V:
        """The table's value of a code (in small letters); `otherwise` for one that it lacks, which is left over."""
        code = text.casefold()
        if code not in table:
            self.leave(of, text)
        return table.get(code, otherwise)

    def leave(self, name: str, text: str) -> None:
        self._strange.append(Detail(name, text))

    def rest(self) -> Iterable[Detail]:
        return self._strange

    def complete(self, party: Party) -> Party:
        """The party with the rest of its record as details, named in `unknown`."""
        left = [detail for detail in self.rest() if detail.value]
        return replace(party, details=(*party.details, *left), unknown=tuple(sorted({detail.key for detail in left})))
