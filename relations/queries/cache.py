"""The caches of a process: pairs by version, reference data by epoch, lists and pages by snapshot."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any


class ValidatedCache:
    """Values by key, each with the validator that has to be current when it is read; least recently used goes first.

    Bounded by bytes, as values differ a thousandfold in size; one above an eighth of the bound is not stored.
    A validator of None vouches for nothing: such a value is neither stored nor returned.
    """

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[Hashable, tuple[Hashable, Any, int]] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def __contains__(self, key: Hashable) -> bool:
        """True where there is a value, valid or not."""
        return key in self._entries

    def get(self, key: Hashable, validator: Hashable) -> Any | None:
        with self._lock:
            stored, value, _ = self._entries.get(key, (None, None, 0))
            if validator is None or stored != validator:
                return None
            self._entries.move_to_end(key)
            return value

    def store(self, key: Hashable, validator: Hashable, value: Any, *, weight: int) -> None:
        if validator is None or weight > self._most // 8:
            return
        with self._lock:
            *_, replaced = self._entries.pop(key, (None, None, 0))
            self._entries[key] = (validator, value, weight)
            self._weight += weight - replaced
            while self._weight > self._most:
                _, (*_, freed) = self._entries.popitem(last=False)
                self._weight -= freed

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._weight = 0


PAIRS = ValidatedCache(most=96 * 1024 * 1024)
"""Histories and responses of pairs. The validator is `PairVersions`."""

LIST_TAGS = ValidatedCache(most=4 * 1024 * 1024)
"""Headers of lists by their URLs, with their ETags, of more pages than `PAGES` has room for.

The validator is `database_state`.
"""

REFERENCE_DATA = ValidatedCache(most=64 * 1024 * 1024)
"""Countries, memberships and counts of designations. The validator is an epoch."""

PAGES = ValidatedCache(most=48 * 1024 * 1024)
"""Pages for readers, and of lists, as they were sent. The validator is the database's snapshot, or that of what a page
shows.
"""
