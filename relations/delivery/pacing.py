"""The rate of a subscription (GCRA): requests come one after the other in equal steps, those of one second together."""

from __future__ import annotations

import datetime as dt
from math import ceil

_MINUTE = dt.timedelta(minutes=1)
IS_DUE = """coalesce(s.paced_until <= %(now)s
    + make_interval(secs => (ceil(s.rate_per_minute / 60.0) - 1) * 60.0 / s.rate_per_minute), true)"""
"""SQL: `allowed` is not 0."""


def allowed(rate: int, *, paced_until: dt.datetime | None, now: dt.datetime) -> int:
    """Requests that the rate allows now: those of one second, less those that came too early for it."""
    ahead = max(paced_until or now, now) - now
    return ceil(rate / 60) - ceil(ahead / (_MINUTE / rate))


def paced(rate: int, *, paced_until: dt.datetime | None, now: dt.datetime, number: int) -> dt.datetime:
    """The time that so many more requests take at the rate."""
    return max(paced_until or now, now) + number * _MINUTE / rate
