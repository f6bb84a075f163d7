"""Collects what is refused about the rows of one command, so that a caller learns of all of it at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from relations.errors import Refused, SomeRefused

type Refusals = defaultdict[int, list[Refused]]
"""By the index of the row."""


def no_refusals() -> Refusals:
    return defaultdict(list)


@contextmanager
def refused_row(refused: Refusals, index: int) -> Iterator[None]:
    """Collects what is refused about one row, so that the others are looked at as well."""
    try:
        yield
    except Refused as refusal:
        refused[index].append(refusal)


def raise_refusals(refused: Refusals) -> None:
    """Raises `SomeRefused` if anything was."""
    if refused:
        raise SomeRefused(dict(refused))
