"""Programmes, lists and sources: made, changed, and deleted only while nothing refers to them."""

import pytest

from relations import ledger
from relations.errors import Conflict, Contradiction, InUse, Invalid
from relations.models import Country, SanctionProgramme, Source, TravelBanList
from tests.factories import ban, ban_list, citation, programme, record, sanction, source

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]


def country(code):
    return Country.objects.get(code=code)


def test_a_programme_is_made_and_changed():
    made = programme(legal_basis="EO 13405", url="https://ofac.example/belarus")
    changed = ledger.change_programme(made, {"title": "BELARUS", "target": country("RU")})
    stored = SanctionProgramme.objects.get()
    assert stored == changed
    assert (stored.title, stored.issuer_id, stored.target_id, stored.legal_basis, stored.url) == (
        "BELARUS", "US", "RU", "EO 13405", "https://ofac.example/belarus",
    )  # fmt: skip


def test_the_direction_of_a_programme_is_fixed_once_it_is_used():
    used = programme()
    (fact,) = record(sanction("imposed", "2006", programme=used))
    for values in ({"issuer": country("EU")}, {"target": country("RU")}):
        with pytest.raises(InUse) as refusal:
            ledger.change_programme(used, values)
        assert refusal.value.detail == (
            f"The direction of programme {used.pk} cannot be changed. Facts that refer to it: 1 ({fact.key})."
        )
    assert ledger.change_programme(used, {"issuer": country("US"), "title": "BELARUS"}).title == "BELARUS"


def test_the_issuer_and_the_subject_of_a_list_are_fixed_once_it_is_used():
    used = ban_list()
    (fact,) = record(ban("listed", "2020", list=used))
    for name, value in {"issuer": country("EU"), "subject": "person"}.items():
        with pytest.raises(InUse) as refusal:
            ledger.change_list(used, {name: value})
        assert refusal.value.detail == (
            f"The {name} of list {used.pk} cannot be changed. Facts that refer to it: 1 ({fact.key})."
        )
    assert ledger.change_list(used, {"title": "Proclamation 9983"}).title == "Proclamation 9983"


def test_what_is_used_is_not_deleted_and_the_refusal_names_the_facts():
    cited = source()
    used, listed = programme(), ban_list()
    facts = record(*(
        sanction("imposed", f"200{number}", programme=used, citations=[citation(cited)]) for number in range(7)
    ))  # fmt: skip
    (entry,) = record(ban("listed", "2020", list=listed))
    keys = sorted(str(fact.key) for fact in facts)
    with pytest.raises(InUse) as refusal:
        ledger.delete_programme(used)
    assert refusal.value.detail == (
        f"Programme {used.pk} cannot be deleted. Facts that refer to it: 7 ({', '.join(keys[:5])})."
    )
    with pytest.raises(InUse) as refusal:
        ledger.delete_source(cited)
    assert (
        refusal.value.detail
        == f"Source {cited.pk} cannot be deleted. Facts that refer to it: 7 ({', '.join(keys[:5])})."
    )
    with pytest.raises(InUse) as refusal:
        ledger.delete_list(listed)
    assert str(entry.key) in refusal.value.detail


def test_a_retracted_fact_still_refers():
    used, cited = programme(), source()
    (fact,) = record(sanction("imposed", "2006", programme=used, citations=[citation(cited)]))
    ledger.retract(type(fact), fact.key, why="wrong", author=ledger.NOBODY)
    with pytest.raises(InUse):
        ledger.delete_programme(used)
    with pytest.raises(InUse):
        ledger.delete_source(cited)


def test_what_is_not_used_is_deleted():
    ledger.delete_programme(programme())
    ledger.delete_list(ban_list())
    ledger.delete_source(source())
    assert not SanctionProgramme.objects.exists()
    assert not TravelBanList.objects.exists()
    assert not Source.objects.exists()


def test_an_original_is_not_deleted_under_its_reprints():
    original = source()
    reprint = source(syndication_of=original)
    with pytest.raises(Conflict) as refusal:
        ledger.delete_source(original)
    assert refusal.value.detail == (
        f"Source {original.pk} cannot be deleted: sources [{reprint.pk}] are reprints of it."
    )


def test_one_issuer_has_one_programme_on_a_target_and_one_list_of_a_title():
    programme(title="BELARUS")
    programme("EU>BY", title="BELARUS")
    with pytest.raises(Conflict) as refusal:
        programme(title="BELARUS")
    assert refusal.value.field == "title"
    assert refusal.value.detail == "The issuer has one with the title 'BELARUS' already."
    ban_list(title="Proclamation")
    ban_list("EU", title="Proclamation")
    with pytest.raises(Conflict):
        ban_list(title="Proclamation")


def test_one_code_of_a_list_names_one_programme():
    programme(list="ofac", code="BELARUS")
    programme("EU>BY", list="eu", code="BELARUS")
    with pytest.raises(Conflict) as refusal:
        programme("US>RU", list="ofac", code="BELARUS")
    assert refusal.value.field == "code"
    assert refusal.value.detail == "The list 'ofac' has a programme under the word 'BELARUS' already."


def test_a_programme_is_aimed_at_another_country():
    with pytest.raises(Contradiction) as refusal:
        programme("US>US")
    assert refusal.value.field == "target"


@pytest.mark.parametrize(
    ("values", "field"),
    [({"title": ""}, "title"), ({"title": "x" * 301}, "title"), ({"url": "no"}, "url"), ({"title": "\ud800"}, "title")],
)
def test_programmes_and_lists_with_unfit_fields_are_refused(values, field):
    for make in (programme, ban_list):
        with pytest.raises(Invalid) as refusal:
            make(**values)
        assert refusal.value.field == field
    with pytest.raises(Invalid):
        ban_list(subject="animal")
