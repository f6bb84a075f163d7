"""References deleted over HTTP or in the admin during a command that uses them, and the other way round."""

from functools import partial

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages

from relations import ledger
from relations.models import SanctionProgramme, Source
from tests.admin.conftest import browser, person
from tests.api.conftest import Editor
from tests.factories import citation, programme, record, sanction, source
from tests.ledger.threads import first_then

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
