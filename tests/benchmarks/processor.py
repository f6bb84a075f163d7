"""Seconds of a processor that processes have used: what other work on the machine changes nothing about (proc(5))."""

from __future__ import annotations

import os
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def used(process: int, *, with_ended: bool = False) -> float:
    """By one process, `with_ended` also by those of its children that have ended."""
    return sum(map(int, _stat(process)[11 : 15 if with_ended else 13])) / _TICKS


def used_below(*processes: int) -> float:
    """By everything that these processes have started, and what that has started, and so on."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):
            if entry.name.isdigit():
                children[parent_of(int(entry.name))].append(int(entry.name))
    seconds, below = 0.0, [child for process in processes for child in children[process]]
    while below:
        child = below.pop()
        below += children[child]
        with suppress(FileNotFoundError, ProcessLookupError):
            seconds += used(child, with_ended=True)
    return seconds


def parent_of(process: int) -> int:
    return int(_stat(process)[1])


def _stat(process: int) -> list[str]:
    """The columns from the state on."""
    return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
