"""The registry of lists: one description of each, which code, settings and documentation agree with."""

from django.conf import settings

from relations.codes import SUCCESSORS, ImportedList, ListCode
from relations.importers.registry import FACT_LISTS, LISTS, PARTY_LISTS
from relations.representation.official_lists import official_list_ref

PAGE = settings.ROOT / "docs" / "imports.md"


def test_every_list_of_the_vocabulary_can_be_imported():
    assert LISTS.keys() == set(ImportedList.values)
    assert PARTY_LISTS.keys() == set(ListCode.values)
    assert PARTY_LISTS.keys().isdisjoint(FACT_LISTS)


def test_the_successors_of_closed_lists_are_those_of_their_descriptions():
    assert {one.code: one.successor for one in PARTY_LISTS.values() if one.successor} == SUCCESSORS


def test_every_description_is_of_a_list_and_complete():
    folder = settings.ROOT / "relations" / "importers" / "sources"
    assert {path.stem for path in folder.glob("*.toml")} == LISTS.keys()
    for one in LISTS.values():
        assert one.title, one.code
        assert one.publisher, one.code
        assert one.licence, one.code
        assert len({file.name for file in one.files}) == len(one.files) > 0


def test_exactly_the_lists_with_an_address_have_a_period_and_it_is_https():
    fetched = {code for code, one in LISTS.items() if one.period}
    assert fetched == {code for code, one in LISTS.items() if one.addresses} == {"un", "ofac", "eu", "uk", "pocom"}
    assert all(file.url.startswith("https://") for one in LISTS.values() for file in one.addresses)
    assert fetched.isdisjoint({"gsdb", "cow"}), "their licences are not free"


def test_designations_name_what_the_description_of_their_list_says():
    for code, one in PARTY_LISTS.items():
        assert official_list_ref(code) == {
            "title": one.title, "publisher": one.publisher, "licence": one.licence,
            "url": one.addresses[0].url if one.addresses else None,
        }  # fmt: skip


def test_the_documentation_has_each_list_as_it_is_described():
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    shown = {row[0].strip("`"): row[1:6] for row in rows if row[0].strip("`") in LISTS and len(row) == 7}
    assert shown == {
        code: [
            one.title,
            one.publisher,
            ", ".join(dict.fromkeys(file.media_type for file in one.files)),
            f"every {one.hours} hours" if one.hours else "no",
            one.licence,
        ]
        for code, one in LISTS.items()
    }
