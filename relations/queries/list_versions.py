"""The validator of pages of lists, their programmes and parties."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from relations.codes import RunState
from relations.queries.clock import today
from relations.queries.countries import EPOCH

_VERSIONS = f"""
    SELECT ({EPOCH}), (SELECT max(id) FROM relations_sanctionprogramme),
        (SELECT concat_ws(' ', count(*), max(xmin::text::bigint)) FROM relations_importrun
         WHERE state = %s AND NOT dry_run),
        (SELECT concat_ws(' ', count(*), max(xmin::text::bigint)) FROM relations_countrypair
         WHERE code IN (SELECT pair_id FROM relations_travelbanentry WHERE list_id = %s))
"""  # noqa: S608  # nothing of it comes from outside

type ListVersions = tuple[str, int | None, str, str, dt.date]


def list_versions(*, travel_bans: int | None = None) -> ListVersions | None:
    """The validator of a page about lists of parties, and of one list of travel bans: one query.

    It has the epoch, which counts changes of parties, the last programme, the imports that succeeded, which may only
    confirm, the pairs of the travel bans, and the day. None where nothing may be cached.
    """
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, [RunState.SUCCEEDED, travel_bans])
        epoch, programme, imports, pairs = cursor.fetchone() or (None, None, "", "")
    return None if epoch is None else (epoch, programme, imports, pairs, today())
