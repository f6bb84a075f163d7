"""By which day a party stood on the EU's list: its file hardly ever says since when, but names acts in every record.

A record has one `regulation`, the latest act that touched it, and each name, birth, address, citizenship and document
has the act that put it there (`regulationSummary`), often years older. Parties listed again get new records (all
236 of Iran in September 2025 did), so the oldest act of a record is of the listing that stands.
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
"""Acts that add to an annex or write it anew. A detail that names the first act of a programme (`regulation`) names it
for want of another now and then: South Sudan's James Koang Chuol, listed in 2014, stands there under 131/2004."""
_FIRST_ACT = dt.date(1993, 11, 1)
"""The Union, and with it its common foreign policy, is of this day: an earlier one is a slip of the pen."""


def listed_by(entity: etree._Element) -> dt.date | None:
    """The earliest day by which an act that the record names was both published and in force; None where none is."""
    own = {act.get("numberTitle", ""): _in_force(act) for act in entity.iterfind(_REGULATION)}
    named = (_named(act) for act in entity.iter(_SUMMARY) if act.get("numberTitle", "") not in own)
    return min((proven for proven in (*own.values(), *named) if proven and proven >= _FIRST_ACT), default=None)


def _in_force(act: etree._Element) -> dt.date | None:
    published, in_force = _day(act, "publicationDate"), _day(act, "entryIntoForceDate")
    return max(published, in_force) if published and in_force else None


def _named(act: etree._Element) -> dt.date | None:
    """A summary has no day of entry into force: of 433 acts of which the file tells one, 432 were by the next day."""
    published = _day(act, "publicationDate")
    return dates.day_after(published) if published and act.get("regulationType", "") in _NAMING else None


def _day(act: etree._Element, attribute: str) -> dt.date | None:
    """What is no day proves nothing, and is no reason to leave a party off the list."""
    try:
        return day(act.get(attribute, ""), of=attribute)
    except RecordRefused:
        return None
