"""Licences of sources, and the facts that a package may contain by them."""

import pytest

from relations.codes import ImportedList
from relations.codes.list_descriptions import list_description
from relations.open_data.licences import address_of, forbidding

OPEN = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-3.0 IGO": "https://creativecommons.org/licenses/by/3.0/",
    "Creative Commons Attribution-ShareAlike 4.0 International": "https://creativecommons.org/licenses/by-sa/4.0/",
    "https://creativecommons.org/licenses/by/4.0/": "https://creativecommons.org/licenses/by/4.0/",
    "CC0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "Public domain": "https://creativecommons.org/publicdomain/mark/1.0/",
    "MIT": "https://opensource.org/license/mit",
    "Apache License, Version 2.0": "https://www.apache.org/licenses/LICENSE-2.0",
    "": "",
    "None given": "",
    "None given; seen on the page": "",
}
FORBIDDING = [
    "All rights reserved", "© 2020 Reuters", "CC BY-NC 4.0", "CC BY-ND 4.0", "CC BY-NC-SA 4.0", "Academic use",
    "Public domain in the US only", "Public domain, not for resale", "Proprietary", "MIT for non-commercial use", "x",
    "https://creativecommons.org/licenses/by-nc/4.0/", "CC BYE 4.0", "None of it may be copied",
]  # fmt: skip


@pytest.mark.parametrize(("licence", "address"), OPEN.items())
def test_an_open_licence_is_known_by_its_words(licence, address):
    assert address_of(licence) == address


@pytest.mark.parametrize("licence", FORBIDDING)
def test_a_licence_that_forbids_redistribution_or_is_unknown_is_not_open(licence):
    assert address_of(licence) is None


def test_every_official_list_is_open_but_the_academic_ones_and_that_of_the_united_nations():
    licences = {code: list_description(code)["licence"] for code in ImportedList.values}
    unfit = forbidding(licences.values())
    assert {code for code, licence in licences.items() if licence in unfit} == {"un", "gsdb", "cow"}
