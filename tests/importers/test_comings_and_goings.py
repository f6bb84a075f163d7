"""Parties that leave a list and come back: on one day, again and again, or on a day that the list names itself."""

import datetime as dt

import pytest

from relations.models import Designation, Listing
from tests.importers.un_lists import counts, current_parties, people, person

pytestmark = pytest.mark.usefixtures("countries")


DAY = "2020-02-02"


def versions(reference: str) -> list[tuple[str, str | None]]:
    found = Designation.objects.filter(party__reference=reference).order_by("version")
    return [(one.change, one.delisted_on and one.delisted_on.isoformat()) for one in found]


def test_who_comes_and_goes_within_one_day_has_a_period_for_each_time(publish, first_published):
    """OFAC's files carry no date: those of one day differ by their bytes alone."""
    first_published("2020-01-01", people(*range(1, 21)))
    for last in (22, 21, 22, 21, 22):
        publish(DAY, people(*range(1, last), listed=DAY))
    assert current_parties() == 21
    listings = list(Listing.objects.filter(party__reference="KPi.021").order_by("days"))
    assert [(one.listed_on, one.delisted_on) for one in listings] == [(DAY, DAY), (DAY, DAY), (DAY, "")]
    assert versions("KPi.021") == [("listed", None), ("delisted", DAY)] * 2 + [("listed", None)]
    assert Designation.objects.listed_on_day(dt.date.fromisoformat(DAY)).count() == 21


def test_a_party_listed_for_long_leaves_and_comes_back_within_one_day(publish, first_published):
    first_published("2020-01-01", people(*range(1, 21)))
    publish(DAY, people(*range(1, 20)))
    publish(DAY, [*people(*range(1, 20)), *people(20)])
    listings = list(Listing.objects.filter(party__reference="KPi.020").order_by("days"))
    assert [(one.listed_on, one.delisted_on) for one in listings] == [
        ("2017-06-02", f"[2020-01-01..{DAY}]"),
        (DAY, ""),
    ]


def test_entries_that_a_later_publication_brings_under_days_of_2006_were_listed_after_the_one_before(publish):
    """84 entries of the UN under Iran left in 2023 and came back in 2025, with the day of 2006 on their records."""
    publish("2021-01-27", people(*range(1, 21)))
    publish("2025-09-30", people(*range(1, 23), listed="2006-12-23"))
    assert Designation.objects.listed_on_day(dt.date(2021, 1, 27)).count() == 20
    assert Designation.objects.listed_on_day(dt.date(2025, 9, 30)).count() == 22
    listing = Listing.objects.get(party__reference="KPi.022")
    assert (listing.listed_on, listing.issuer_listed_on) == ("[2021-01-28..2025-09-30]", dt.date(2006, 12, 23))
    first = Listing.objects.get(party__reference="KPi.001")
    assert (first.listed_on, first.issuer_listed_on) == ("2017-06-02", dt.date(2017, 6, 2))


def test_the_issuers_own_day_between_two_publications_counts(publish, first_published):
    first_published("2021-01-27", people(*range(1, 21)))
    publish("2025-09-30", [*people(*range(1, 21)), *people(21, listed="2021-01-27"), *people(22, listed="2021-01-28")])
    days = dict(Listing.objects.filter(listed_on__contains="20").values_list("party__reference", "listed_on"))
    assert (days["KPi.021"], days["KPi.022"]) == ("[2021-01-28..2025-09-30]", "2021-01-28")


def test_a_day_of_delisting_that_is_yet_to_come_takes_nobody_off_before_it(publish):
    leaving = person("KPi.021", more="<DELISTED_ON>2020-06-01</DELISTED_ON>")
    publish("2020-01-01", people(*range(1, 22)))
    assert counts(publish(DAY, [*people(*range(1, 21)), leaving])) == (21, 0, 1, 0, 0)
    assert current_parties() == 21
    assert counts(publish("2020-05-31", [*people(*range(1, 21)), leaving])) == (21, 0, 0, 0, 0)
    assert counts(publish("2020-06-01", [*people(*range(1, 21)), leaving])) == (21, 0, 0, 1, 0)
    assert versions("KPi.021")[-1] == ("delisted", "2020-06-01")
    assert counts(publish("2020-06-02", [*people(*range(1, 21)), leaving])) == (21, 0, 0, 0, 0)
