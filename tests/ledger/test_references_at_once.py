"""Programmes, lists and sources changed or deleted while somebody records a fact on them."""

import pytest

from relations import ledger
from relations.errors import InUse, Refused, SomeRefused
from relations.models import Country, SanctionEvent, SanctionProgramme, TravelBanEntry
from tests.factories import ban, ban_list, citation, programme, record, sanction, source
from tests.ledger.invariants import assert_everything_holds
from tests.ledger.threads import at_once, first_then

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db(transaction=True)]


def outcome(command):
    try:
        command()
    except SomeRefused as refused:
        return [each.detail for wrong in refused.rows.values() for each in wrong]
    except InUse as refused:
        return refused.code
    except Refused as refused:
        return [refused.detail]
    return "done"


def outcome_after(first, second):
    """The outcome of the second command, begun while the first is not yet committed."""
    return first_then(first, lambda: outcome(second))


def uses(row, cited):
    """A command that refers to the row."""
    if isinstance(row, SanctionProgramme):
        return lambda: record(sanction("imposed", "2006", programme=row, citations=[citation(cited)]))
    return lambda: record(ban("listed", "2020", list=row, citations=[citation(cited)]))


def corrects_to(row, fact):
    name = "programme" if isinstance(row, SanctionProgramme) else "list"
    return lambda: ledger.correct(type(fact), fact.key, values={name: row}, author=ledger.NOBODY)


MADE = pytest.mark.parametrize(
    ("make", "delete", "called"),
    [(programme, ledger.delete_programme, "sanction programme"), (ban_list, ledger.delete_list, "travel ban list")],
)


@MADE
def test_what_is_referred_to_by_an_uncommitted_command_is_not_deleted(make, delete, called):
    row, cited = make(), source()
    assert outcome_after(uses(row, cited), lambda: delete(row)) == "in_use"
    assert type(row).objects.get() == row
    assert_everything_holds()


@MADE
def test_a_command_on_what_is_being_deleted_waits_and_is_refused(make, delete, called):
    row, cited = make(), source()
    assert outcome_after(lambda: delete(row), uses(row, cited)) == [f"There is no {called} {row.pk} any more."]
    assert not SanctionEvent.objects.exists()
    assert not TravelBanEntry.objects.exists()
    assert_everything_holds()


@MADE
def test_a_correction_to_what_is_being_deleted_waits_and_is_refused(make, delete, called):
    current, row, cited = make(), make(), source()
    (fact,) = uses(current, cited)()
    assert outcome_after(corrects_to(row, fact), lambda: delete(row)) == "in_use"
    other = make()
    assert outcome_after(lambda: delete(other), corrects_to(other, fact)) == [
        f"There is no {called} {other.pk} any more."
    ]
    assert_everything_holds()


@pytest.mark.parametrize(
    ("side", "code", "direction"), [("issuer", "GB", "GB→BY"), ("target", "RU", "US→RU")], ids=["issuer", "target"]
)
def test_the_direction_of_a_programme_does_not_change_under_a_command(side, code, direction):
    row, cited, redirected = programme(), source(), {side: Country.objects.get(code=code)}
    assert outcome_after(uses(row, cited), lambda: ledger.change_programme(row, redirected)) == "in_use"
    other = programme()
    refusal = outcome_after(lambda: ledger.change_programme(other, redirected), uses(other, cited))
    assert refusal == [f"Programme {other.pk} is {direction}, the event US→BY."]
    assert_everything_holds()


def test_the_issuer_and_the_subject_of_a_list_do_not_change_under_a_command():
    row, cited = ban_list(), source()
    assert outcome_after(uses(row, cited), lambda: ledger.change_list(row, {"subject": "person"})) == "in_use"
    other = ban_list()
    refusal = outcome_after(lambda: ledger.change_list(other, {"subject": "person"}), uses(other, cited))
    assert refusal == [f"List {other.pk} is one of persons: name the person."]
    assert_everything_holds()


@MADE
def test_commands_and_changes_of_the_title_do_not_deadlock(make, delete, called):
    row, other, cited = make(), make(), source()

    def commands(one):
        def run():
            for step in range(4):
                draft = sanction if isinstance(one, SanctionProgramme) else ban
                word = "imposed" if draft is sanction else "listed"
                named = {"programme" if draft is sanction else "list": one}
                record(draft(word, f"200{step}", citations=[citation(cited)], **named))

        return run

    def changes(one):
        def run():
            change = ledger.change_programme if isinstance(one, SanctionProgramme) else ledger.change_list
            for step in range(4):
                change(one, {"title": f"Renamed {one.pk} {step}"})

        return run

    at_once(commands(row), commands(other), changes(row), changes(other))
    assert {each.title for each in type(row).objects.all()} == {f"Renamed {row.pk} 3", f"Renamed {other.pk} 3"}
    assert_everything_holds()
