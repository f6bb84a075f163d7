"""The change log and the log of list changes, read as one: their lines are numbered together as they were committed."""

from __future__ import annotations

import datetime as dt
from operator import attrgetter

from relations.models import ListChange, StatusChange
from relations.outbox.enqueueing import Line

_LOGS = (StatusChange, ListChange)


def last_line() -> int:
    """The number of the last line of the two; 0 where there is none."""
    return max(log.objects.order_by("-id").values_list("id", flat=True).first() or 0 for log in _LOGS)


def last_lines(number: int) -> list[Line]:
    """The last lines of the two, the newest first."""
    changes = StatusChange.objects.order_by("-id")[:number]
    list_changes = ListChange.objects.order_by("-id").select_related("run")[:number]
    return sorted([*changes, *list_changes], key=attrgetter("pk"), reverse=True)[:number]


def lines_between(after: int, until: int, *, most: int) -> list[Line]:
    """The first lines behind `after`, up to and including `until`."""
    changes = StatusChange.objects.after(after).filter(id__lte=until)[:most]
    list_changes = ListChange.objects.after(after).filter(id__lte=until)[:most]
    return sorted([*changes, *list_changes], key=attrgetter("pk"))[:most]


def span(*, since: dt.datetime | None = None, until: dt.datetime | None = None) -> tuple[int, int | None]:
    """The lines recorded from `since` up to and including `until`, as `replay` takes them."""
    first = [log.objects.filter(recorded_at__gte=since).order_by("id").first() for log in _LOGS] if since else []
    last = [log.objects.filter(recorded_at__lte=until).order_by("-id").first() for log in _LOGS] if until else []
    begins = min((line.pk - 1 for line in first if line), default=last_line() if since else 0)
    return begins, max((line.pk for line in last if line), default=0) if until else None
