"""Users of the admin, their browsers, and the forms that they fill in."""

from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from relations import ledger
from relations.models import Source
from tests.browsers import chromium, page  # noqa: F401  # fixtures

TEXT = "Minsk, 1 February. Belarus and the United States\nplan to return ambassadors to their respective countries."


def person(name: str, **rights: Any) -> User:
    return User.objects.create_user(name, password="pass", is_staff=True, **rights)


def editor_named(name: str) -> User:
    user = person(name)
    user.groups.add(Group.objects.get(name="Editors"))
    return user


def browser(user: User) -> Client:
    """Follows Django's test client, but shows a 500 as a browser would see it."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.fixture
def editor(countries):
    return editor_named("edith")


@pytest.fixture
def desk(editor):
    """The browser of an editor who is no superuser."""
    return browser(editor)


@pytest.fixture
def root(countries):
    return browser(person("root", is_superuser=True))


@pytest.fixture
def looker(countries):
    """The browser of somebody who may look at everything and write nothing."""
    user = person("luke")
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="relations", codename__startswith="view")
    )
    return browser(user)


@pytest.fixture
def article(countries):
    return ledger.record_source({"title": "Ambassadors to return", "publisher": "Reuters", "text": TEXT})


def url(model: str, place: str, *args: object) -> str:
    return reverse(f"admin:relations_{model}_{place}", args=args)


def page_of(response: Any) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(response.content.decode())


def said(response: Any) -> str:
    """The words of a page, white space folded."""
    return " ".join(page_of(response).text_content().split())


def filled(response: Any) -> dict[str, Any]:
    """The main form of a page as a browser would send it, buttons left out; the template of an inline too."""
    forms: list[Any] = [
        form for form in page_of(response).forms if form.get("id") not in ("logout-form", "changelist-search")
    ]
    (form,) = forms
    found: dict[str, Any] = {}
    for name, value in _inputs(form):
        found[name] = [*found[name], value] if name in found else [value]
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _inputs(form: Any) -> Iterator[tuple[str, str]]:
    for name, value in form.form_values():
        yield name, value.removeprefix("\n") if isinstance(value, str) else value


def errors(response: Any) -> list[str]:
    """Errors that the page shows, in its order."""
    return [" ".join(found.text_content().split()) for found in page_of(response).cssselect("ul.errorlist li")]


def citation(source: Source, quote: str, *, index: int = 0, stance: str = "supports") -> dict[str, Any]:
    return {
        f"citations-{index}-source": source.pk,
        f"citations-{index}-quote": quote,
        f"citations-{index}-stance": stance,
    }


def with_citations(*rows: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"citations-TOTAL_FORMS": len(rows), "citations-INITIAL_FORMS": 0}
    for row in rows:
        found |= row
    return found


def nomination(article: Source, **other: Any) -> dict[str, Any]:
    """A form about a head of mission, filled in."""
    typed = {"from_country": "US", "to_country": "BY", "status": "nominated", "holder": "Julie Fisher", "on": "2020-05",
             "note": ""}  # fmt: skip
    return {**typed, **with_citations(citation(article, "plan to return ambassadors")), **other}
