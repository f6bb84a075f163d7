"""The pages of the site, as a browser asks for them."""

import datetime as dt
from typing import Any

import lxml.html
import pytest
from django.db import connection
from django.test import Client

from relations.importers import import_list
from relations.models import Party, SanctionProgramme
from relations.web.docs.library import library
from relations.web.reference.document import tags
from tests.browsers import chromium, page  # noqa: F401  # fixtures
from tests.factories import ban, ban_list, citation, post, programme, record, regime, sanction, source
from tests.importers.un_lists import people, person, publication

PAGES = [
    "/", "/search/", "/search/?q=belarus", "/relations/", "/countries/BY/", "/changes/", "/map/", "/data/",
    "/programmes/", "/lists/", "/lists/un/", "/designations/",
    "/relations/BY-US/", "/relations/BY-US/@2019-12-31..2020-02-02", "/docs/search/?q=ban", "/docs/search/",
    "/docs/design-parts/", "/docs/api/", "/about/method/", "/about/names-and-borders/",
]  # fmt: skip
PAGES += [f"/docs/api/{tag}/" for tag in tags()] + list(library().pages)


TEXT = "Minsk, 14 January. The ambassador has left the embassy, and the post is vacant. Others stay."
QUOTE = "the post is vacant"
_ALIAS = "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>{}</ALIAS_NAME></INDIVIDUAL_ALIAS>"


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
def publish(countries, tmp_path):
    """Imports a publication of the UN's list with these records."""

    def publish(day: str, *records: str) -> None:
        import_list("un", [publication(tmp_path / "un.xml", day, records)], accept_shrink=True)
        # Deferred triggers stamp the import; in a test that rolls back there is no commit at which they would.
        connection.check_constraints()

    return publish


@pytest.fixture
def published(publish):
    """Kim from the first publication on, Choe amended in the second, Pak gone in it, and Ri new in it."""
    today = dt.datetime.now(dt.UTC).date()
    kim, pak = person("KPi.001", name="Kim Il"), person("KPi.002", name="Pak Chol", listed="2017-06-05")
    choe = person("KPi.003", name="Choe Yong", more=_ALIAS.format("Choi Ryong"))
    publish("2021-01-27", kim, pak, choe)
    amended = person("KPi.003", name="Choe Yong", more=_ALIAS.format("Chwe Ryong"))
    publish(str(today - dt.timedelta(days=30)), kim, amended, person("KPi.004", name="Ri Su", listed="2006-01-01"))
    return today


@pytest.fixture
def programmes(countries):
    """One in force by quoted words, another of its regime ended, one of the EU too old, and one without facts."""
    named = regime(
        "US>BY", title="Belarus", code="US-BRUS", status="active", status_on=dt.date.fromisoformat("2026-11-01")
    )
    act = citation(source(title="The order", kind="legal_act", publisher="The issuer", text=TEXT), quote=QUOTE)
    first, second = (programme(title=title, regime=named) for title in ("First measures", "Second measures"))
    old, bare = programme("EU>BY", title="Old measures"), programme("EU>SY", title="Bare measures")
    record(
        sanction("imposed", "2018-01-01", programme=first, citations=[act], measures=["arms", "travel"]),
        sanction("imposed", "2019-01-01", programme=second), sanction("lifted", "2026-10-01", programme=second),
        sanction("imposed", "2010-01-01", "EU>BY", programme=old),
    )  # fmt: skip
    return first, second, old, bare


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
