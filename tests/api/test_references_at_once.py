"""References changed or deleted over HTTP or in the admin during a command that uses them, and the other way round."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import transaction

from relations import ledger
from relations.models import SanctionProgramme, Source
from tests.admin.conftest import browser, person
from tests.api.conftest import Editor
from tests.factories import citation, programme, record, sanction, source
from tests.ledger.threads import at_once, first_then, waiting
from tests.waiting import PATIENCE, until

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db(transaction=True)]


def acts_on(row, cited):
    return lambda: record(sanction("imposed", "2006", programme=row, citations=[citation(cited)]))


def test_a_deletion_over_http_waits_for_the_act_and_names_its_fact():
    editor, row, cited = Editor(User.objects.create_user("anna")), programme(), source()
    for place, named in ((f"/api/sanction-programmes/{row.pk}/", "Programme"), (f"/api/sources/{cited.pk}/", "Source")):
        delete = partial(editor.delete, place, tag=editor.get(place)["ETag"])
        answer = first_then(acts_on(row, cited), delete)
        assert (answer.status_code, answer.json()["type"]) == (409, "/api/docs/errors/#in-use")
        assert answer.json()["detail"].startswith(f"{named} ")
    assert (SanctionProgramme.objects.get(), Source.objects.get()) == (row, cited)


def test_an_act_over_http_on_what_is_being_deleted_is_refused_at_its_place():
    editor, row, cited = Editor(User.objects.create_user("anna")), programme(), source()
    body = {
        "from": "US", "to": "BY", "action": "imposed", "on": "2006", "programme": row.pk,
        "citations": [{"source": cited.pk, "quote": "lifted"}],
    }  # fmt: skip
    answer = first_then(lambda: ledger.delete_programme(row), lambda: editor.post("/api/sanction-events/", body))
    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        [{"pointer": "/programme", "code": "invalid", "detail": f"There is no sanction programme {row.pk} any more."}],
    )


def test_a_deletion_in_the_admin_waits_for_the_act_and_says_why_not():
    root, row, cited = browser(person("root", is_superuser=True)), programme(), source()
    for model, each in (("sanctionprogramme", row), ("source", cited)):
        delete = partial(root.post, f"/admin/relations/{model}/{each.pk}/delete/", {"post": "yes"})
        answer = first_then(acts_on(row, cited), delete)
        page = "".join(str(message) for message in get_messages(answer.wsgi_request)) + answer.content.decode()
        assert answer.status_code < 400
        assert "cannot be deleted" in page
    assert (SanctionProgramme.objects.get(), Source.objects.get()) == (row, cited)


def while_an_earlier_source_is_locked(earlier: Source, later: Source, change: Callable[[], Any]) -> Any:
    """The answer to a change that waits for the earlier source; the later one must be free until it has it."""
    locked = threading.Event()

    def citing_both() -> None:
        with transaction.atomic():
            Source.objects.select_for_update().get(pk=earlier.pk)
            locked.set()
            until(waiting("transactionid"))
            Source.objects.select_for_update(nowait=True).get(pk=later.pk)

    def changing() -> Any:
        assert locked.wait(PATIENCE)
        return change()

    return at_once(citing_both, changing)[1]


def test_a_source_that_becomes_a_reprint_of_an_earlier_one_never_deadlocks_with_commands_that_cite_both():
    editor, root = Editor(User.objects.create_user("anna")), browser(person("root", is_superuser=True))
    earlier, later = source(), source()
    place, named = f"/api/sources/{later.pk}/", {"syndication_of": earlier.pk}
    change = partial(editor.patch, place, named, tag=editor.get(place)["ETag"])
    assert while_an_earlier_source_is_locked(earlier, later, change).status_code == 200
    another = source()
    page = f"/admin/relations/source/{another.pk}/change/"
    shown = root.get(page).context["adminform"].form.initial
    typed = {name: value for name, value in shown.items() if value is not None} | {"syndication_of": earlier.pk}
    saved = while_an_earlier_source_is_locked(earlier, another, partial(root.post, page, typed))
    assert saved.status_code == 302
    assert {row.syndication_of_id for row in (Source.objects.get(pk=one.pk) for one in (later, another))} == {
        earlier.pk
    }


def test_a_reprint_of_what_is_becoming_a_reprint_waits_and_names_the_first_original():
    editor, first, second = Editor(User.objects.create_user("anna")), source(), source()
    new = {"publisher": "A paper", "title": "Printed again", "syndication_of": second.pk}
    fact = {"from": "US", "to": "BY", "kind": "talks", "on": "2006", "citations": [{"source": new, "quote": "lifted"}]}
    for place, body in (("/api/diplomatic-events/", fact), ("/api/sources/", {**new, "title": "And again"})):
        ledger.change_source(second, {"syndication_of": None})
        becomes_a_reprint = partial(ledger.change_source, second, {"syndication_of": first})
        answer = first_then(becomes_a_reprint, partial(editor.post, place, body))
        assert answer.status_code == 201, answer.content
        assert Source.objects.latest("pk").syndication_of == first
