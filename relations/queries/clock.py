"""The two clocks: the UTC day, and the database's own time."""

from __future__ import annotations

import datetime as dt

from django.db import connection


def today() -> dt.date:
    """The UTC day."""
    return dt.datetime.now(dt.UTC).date()


def clock() -> dt.datetime:
    """The database's clock at this moment, not at the transaction's start."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime
        (moment,) = cursor.fetchone() or (dt.datetime.now(dt.UTC),)
    return moment
