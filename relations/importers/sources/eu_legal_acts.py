"""The last possible day of a listing by the EU, whose file hardly ever dates it but names acts in every record.

A record has one `regulation`, the latest act that touched it, and each name, birth, address, citizenship and document
has the act that put it there (`regulationSummary`), often years older. Parties listed again get new records (all
236 of Iran in September 2025 did), so the oldest act of a record belongs to the current listing.
"""

from __future__ import annotations

import datetime as dt

from lxml import etree

from relations import dates
from relations.errors import RecordRefused
from relations.importers.engine.text_parsing import day

NAMESPACE = "http://eu.europa.ec/fpi/fsd/export"
_REGULATION, _SUMMARY = (f"{{{NAMESPACE}}}{name}" for name in ("regulation", "regulationSummary"))
_NAMING = frozenset({"amendment", "repealing"})
"""Acts that add to an annex or replace it. A detail that names the first act of a programme (`regulation`) sometimes
names it for want of another: a party of South Sudan that was listed in 2014 has an act of 2004."""
_FIRST_ACT = dt.date(1993, 11, 1)
"""The Union, and with it its common foreign policy, dates from this day: an earlier one is a mistake."""


def listed_by(entity: etree._Element) -> dt.date | None:
    """The earliest day by which an act that the record names was both published and in force; None where none is."""
    own = {act.get("numberTitle", ""): _in_force(act) for act in entity.iterfind(_REGULATION)}
    named = (_named(act) for act in entity.iter(_SUMMARY) if act.get("numberTitle", "") not in own)
    return min((proven for proven in (*own.values(), *named) if proven and proven >= _FIRST_ACT), default=None)


def _in_force(act: etree._Element) -> dt.date | None:
    published, in_force = _day(act, "publicationDate"), _day(act, "entryIntoForceDate")
    return max(published, in_force) if published and in_force else None


def _named(act: etree._Element) -> dt.date | None:
    """The next day: a summary has no entry into force, and of 433 acts dated in the file 432 were in force by then."""
    published = _day(act, "publicationDate")
    return dates.day_after(published) if published and act.get("regulationType", "") in _NAMING else None


def _day(act: etree._Element, attribute: str) -> dt.date | None:
    """A day; None for any other text, which proves nothing and is no reason to leave a party off the list."""
    try:
        return day(act.get(attribute, ""), of=attribute)
    except RecordRefused:
        return None
