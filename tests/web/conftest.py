"""The pages of the site, as a browser asks for them."""

from typing import Any

import lxml.html
import pytest
from django.test import Client

from relations.importers import import_list
from relations.models import Party, SanctionProgramme
from relations.web.docs.library import library
from relations.web.reference.document import tags
from tests.browsers import chromium, page  # noqa: F401  # fixtures
from tests.factories import ban, ban_list, citation, post, programme, record, regime, sanction, source
from tests.importers.un_lists import people, publication

PAGES = [
    "/", "/search/", "/search/?q=belarus", "/relations/", "/countries/BY/", "/changes/", "/map/", "/data/",
    "/programmes/", "/lists/", "/lists/un/", "/designations/",
    "/relations/BY-US/", "/relations/BY-US/@2019-12-31..2020-02-02", "/docs/search/?q=ban", "/docs/search/",
    "/docs/design-parts/", "/docs/api/", "/about/method/", "/about/names-and-borders/",
]  # fmt: skip
PAGES += [f"/docs/api/{tag}/" for tag in tags()] + list(library().pages)


TEXT = "Minsk, 14 January. The ambassador has left the embassy, and the post is vacant. Others stay."
QUOTE = "the post is vacant"


@pytest.fixture
def reader():
    """A client that asks as an English browser does, and shows a 500 as a browser would see it."""
    return Client(headers={"Accept": "text/html,*/*;q=0.8"}, raise_request_exception=False)


@pytest.fixture
def german():
    headers = {"Accept": "text/html", "Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
    return Client(headers=headers, raise_request_exception=False)


def html_of(response: Any) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(response.content.decode())


def words_of(response: Any) -> str:
    return " ".join(html_of(response).text_content().split())


@pytest.fixture
def sanctions_story(story, tmp_path):
    """A publication of the UN's list and a travel-ban list, in addition; the addresses of all pages about them."""
    import_list("un", [publication(tmp_path / "un.xml", "2021-01-27", people(1, 2, listed="2017-01-01"))])
    bans, named = ban_list(title="A ban"), regime("UN>KP", aliases=["DPRK"])
    act = programme("UN>KP", title="An order", regime=named)
    record(ban("listed", "2026-01-01", list=bans), sanction("imposed", "2016-01-01", "UN>KP", programme=act))
    listed, party = SanctionProgramme.objects.get(code="DPRK"), Party.objects.get(reference="KPi.001")
    return story, (
        "/programmes/", f"/programmes/?regime={named.pk}", f"/programmes/{listed.pk}/",
        f"/programmes/{act.pk}/@2020-01-01",
        "/programmes/?issuer=Atlantis", "/lists/", "/lists/un/", "/lists/eu/", f"/lists/{bans.pk}/", "/designations/",
        "/designations/?q=KPi&as_of=never", f"/designations/{party.key}/",
    )  # fmt: skip


@pytest.fixture
def story(live_server, world, settings):
    """An ambassador, a vacancy with a quotation, and sanctions."""
    settings.ALLOWED_HOSTS = ["*"]
    record(
        post("ambassador", "2019-05-01", holder="Ada Envoy"),
        post("vacant", "2020-01-15", citations=[citation(source(title="She left", text=TEXT), quote=QUOTE)]),
        sanction("imposed", "2018-01-01"),
    )
    return live_server.url
