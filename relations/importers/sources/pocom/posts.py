"""Ends of a service that leave no vacant post, because a successor or the end of the mission came before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from relations.importers.sources.pocom.service import Service

CLOSING_DOWN = dt.timedelta(days=60)
"""Time in which the chief of a closed embassy goes home; after it he leads the mission from elsewhere."""

MISSION_ENDS = frozenset({"severed", "closed", "operations_suspended"})
"""Statuses that end the mission and not only one chief's service."""


def why_unsaid(service: Service, others: Iterable[Service], mission_ends: Iterable[dt.date]) -> str:
    """The reason not to state the end of a service; empty where there is none.

    Facts of the post count in the order of their days, so an end that was recorded after a successor's beginning
    ("Presented recall on") would make the post vacant again.
    """
    ended, until = service.ended, service.until
    if ended is None or until is None or ended.word in MISSION_ENDS:
        return ""
    for other in others:
        if other is not service and _leads_at_the_end_of(service, other):
            return f"{other.holder} led the mission by then"
    since = service.since
    if any(day <= until.latest and (since is None or since.latest <= day) for day in mission_ends):
        return "the mission itself had ended by then"
    if ended.word == "handed_over" and any(_comes_after(service, other) for other in others):
        return "the mission was handed over"
    return ""


def _leads_at_the_end_of(service: Service, other: Service) -> bool:
    until, since = service.until, other.since
    if until is None or since is None or since.latest > until.latest:
        return False
    if service.since is not None and since.latest < service.since.latest:
        return False
    if other.until is None:
        # An end that is not on record comes with the successor: whoever began earlier is over by then.
        return service.since is None or since.latest > service.since.latest
    return other.until.latest > until.latest


def _comes_after(service: Service, other: Service) -> bool:
    until, since = service.until, other.since
    return until is not None and since is not None and other is not service and since.latest >= until.latest


def stays_in_post(services: Iterable[Service], day: dt.date) -> Service | None:
    """The last chief before an embassy closed, if he led the mission from elsewhere for months after it."""
    begun = [(service.since.latest, service) for service in services if service.since and service.since.latest <= day]
    if not begun:
        return None
    last = max(begun, key=lambda pair: pair[0])[1]
    return last if last.until is not None and last.until.latest - day > CLOSING_DOWN else None
