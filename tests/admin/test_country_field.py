"""Fields and filters in which a country is picked, as the server writes them."""

import json
from typing import Any

import pytest
from django.forms import Select

from relations.admin.fields import CountryField, CountrySelect
from relations.codes.country_names import code_by_name, other_names
from relations.models import Country, SanctionProgramme, TravelBanList
from tests.admin.conftest import page_of, url

PICKING = [("ambassadorstatus", 2), ("sanctionevent", 2), ("diplomaticevent", 2), ("travelbanentry", 1),
           ("sanctionprogramme", 2), ("travelbanlist", 1)]  # fmt: skip


@pytest.mark.parametrize(("model", "fields"), PICKING)
def test_a_form_offers_all_countries_and_their_other_names_once(desk, model, fields):
    form = page_of(desk.get(url(model, "add")))
    selects = form.cssselect("select.tracker-country")
    assert len(selects) == fields
    for select in selects:
        offered = {group.get("label"): [option.get("value") for option in group] for group in select.iter("optgroup")}
        assert list(offered) == ["States and organisations", "Territories", "Former countries"]
        assert offered["Former countries"] == ["CS", "DD", "SU", "VD", "YD", "YU"]
        assert (offered["Territories"][0], offered["Territories"][-1]) == ("AX", "EH")
        codes = {code for group in offered.values() for code in group}
        assert codes == set(Country.objects.values_list("pk", flat=True))
    (names,) = form.cssselect("script[type='application/json']")
    assert json.loads(names.text_content())["AE"] == ["ARE", "UAE", "Emirates"]


@pytest.mark.parametrize(
    ("model", "names"), [("sanctionprogramme", ["Issuer", "Target"]), ("travelbanlist", ["Issuer"])]
)
def test_lists_are_filtered_by_their_countries_in_the_order_of_names(desk, model, names):
    for issuer, target in (("US", "BY"), ("AE", "AX")):
        TravelBanList.objects.create(issuer_id=issuer, title="L")
        SanctionProgramme.objects.create(issuer_id=issuer, target_id=target, title="P")
    selects = page_of(desk.get(url(model, "changelist"))).cssselect("select.tracker-country")
    assert [select.get("aria-label") for select in selects] == names
    for select in selects:
        offered = [(option.text_content(), option.get("data-code")) for option in select]
        assert offered[0] == ("All", "")
        assert len(offered) == 3
        assert offered[1:] == sorted(offered[1:])
        for option in select[1:]:
            found = desk.get(url(model, "changelist") + option.get("value", ""))
            assert len(page_of(found).cssselect("#result_list tbody tr")) == 1


@pytest.mark.parametrize("chosen", ["", "AX", "SU"])
def test_its_select_is_written_as_django_writes_any(countries, chosen):
    choices: Any = CountryField(Country.objects.all()).choices
    attrs = {"class": "tracker-country", "id": "a&b", "required": True}
    ours, theirs = (each(choices=choices).render("country", chosen, attrs) for each in (CountrySelect, Select))
    assert [*filter(None, ours.splitlines())] == [*filter(None, theirs.splitlines())]
    assert "selected" in ours


def test_no_name_or_code_means_two_countries(countries):
    owners: dict[str, set[str]] = {}
    for country in Country.objects.all():
        for name in (country.code, country.alpha3 or country.code, country.name, *other_names(country.code)):
            owners.setdefault(name.casefold(), set()).add(country.code)
    assert {name: codes for name, codes in owners.items() if len(codes) > 1} == {}


def test_what_people_type_is_not_read_in_a_list():
    """A former state, or a part of one, is nobody's nationality there."""
    assert [code_by_name(name) for name in ("USSR", "Soviet Union", "Yugoslavia", "England", "America")] == [""] * 5
