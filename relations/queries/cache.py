"""A process's cache of answers, bounded by their weight; the least recently used go first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock


class WeighedCache[V]:
    """Values by key, up to `most` bytes in all; what weighs more than an eighth of that is not cached.

    `functools.lru_cache` counts entries, and answers differ a thousandfold in size.
    """

    def __init__(self, *, most: int, weigh: Callable[[V], int]) -> None:
        self._most = most
        self._weigh = weigh
        self._cached: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> V | None:
        with self._lock:
            cached = self._cached.get(key)
            if cached is None:
                return None
            self._cached.move_to_end(key)
            return cached[0]

    def keep(self, key: Hashable, value: V) -> V:
        weight = self._weigh(value)
        if weight > self._most // 8:
            return value
        with self._lock:
            _, replaced = self._cached.pop(key, (None, 0))
            self._cached[key] = (value, weight)
            self._weight += weight - replaced
            while self._weight > self._most:
                _, (_, freed) = self._cached.popitem(last=False)
                self._weight -= freed
        return value

    def clear(self) -> None:
        with self._lock:
            self._cached.clear()
            self._weight = 0
