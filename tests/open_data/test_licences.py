"""Licences of sources, and the facts that a package may contain by them."""

import json

import pytest

from relations.codes import ImportedList
from relations.codes.list_descriptions import list_description
from relations.open_data.licences import address_of, forbidding
from tests.api.listed_parties import listed, party
from tests.factories import source
from tests.open_data.packages import published, rows

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


# --- what a package says of them ------------------------------------------------------------------------------------

US, UK = "Public domain (US government work)", "Open Government Licence v3.0"
CC0, MIT, MARK, OGL = (
    "https://creativecommons.org/publicdomain/zero/1.0/", "https://opensource.org/license/mit",
    "https://creativecommons.org/publicdomain/mark/1.0/",
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
)  # fmt: skip
BRITISH = ["Foreign, Commonwealth & Development Office", "Office of Financial Sanctions Implementation"]
OFAC, UN = "Office of Foreign Assets Control", "United Nations Security Council"
LIST = f"{UN} Consolidated List"
FACTS = ["ambassadors", "sanction-events", "travel-ban-entries", "diplomatic-events", "citations", "confirmations",
         "sources", "periods", "changes"]  # fmt: skip
LISTS = ["designations", "listings"]


@pytest.mark.usefixtures("countries")
def test_a_package_names_each_licence_with_its_publishers_and_tables(tmp_path):
    for publisher, licence in (("B", "MIT"), ("A", "MIT"), ("B", "MIT"), ("", ""), ("Z", US), ("", "CC0")):
        source(publisher=publisher, licence=licence)
    for code, number in (("ofac", 1), ("ofsi", 1), ("uk", 1), ("un", 2)):
        listed(code, *(party(f"{code}{place}", "P") for place in range(number)))
    package = published(tmp_path)
    assert [tuple(row.values()) for row in rows(package, "licences")] == [
        ("", "", 1, [], FACTS),
        ("CC0", CC0, 1, [], FACTS),
        ("MIT", MIT, 3, ["A", "B"], FACTS),
        (UK, OGL, 0, BRITISH, LISTS),
        (US, MARK, 1, [OFAC, "Z"], [*FACTS, *LISTS]),
    ]
    assert [tuple(row.values()) for row in rows(package, "withheld")] == [
        ("list", "un", UN, LIST, "", "UN terms of use", 2)
    ]
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    of = {one["name"]: one for one in described["resources"]}
    licences = [{"path": path, "title": name} for path, name in ((CC0, "CC0"), (MIT, "MIT"), (OGL, UK), (MARK, US))]
    assert [(one.get("licenses"), one.get("sources")) for one in (described, of["sources"], of["listings.jsonl"])] == [
        (licences, titles("A", "B", *BRITISH, OFAC, "Z")),
        ([*licences[:2], licences[3]], titles("A", "B", OFAC, "Z")),
        (licences[2:], titles(*BRITISH, OFAC, "Z")),
    ]
    assert {"licenses", "sources"}.isdisjoint(of["licences"])
    kinds = [of[name] for name in ("licences", "licences.jsonl", "licences.parquet")]
    assert [(one.get("type"), one["schema"]["fields"][3]["type"]) for one in kinds] == [
        ("table", "string"), (None, "array"), (None, "array"),
    ]  # fmt: skip
    readme = (package / "README.md").read_text("utf-8").splitlines()
    assert {
        "* No licence given: facts and short quotations: see sources.csv", f"* CC0 ({CC0}): see sources.csv",
        f"* MIT ({MIT}): A; B", f"* list un: {UN} {LIST} (UN terms of use), 2 rows",
        "| `designations` | Parties on sanctions lists: every version of every record | 3 |",
    } <= {*readme}  # fmt: skip


def titles(*names):
    return [{"title": name} for name in names]
