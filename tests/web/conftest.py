"""The pages of the site, as a browser asks for them."""

import datetime as dt
import gzip
from itertools import combinations, permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import lxml.html
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from relations.codes import pair_code
from relations.importers import import_list
from relations.models import (
    AmbassadorStatus,
    Country,
    CountryPair,
    ImportRun,
    Party,
    SanctionProgramme,
    Source,
    StatusPeriod,
)
from relations.web.docs.library import library
from relations.web.reference.document import tags
from relations.web.words import day_in_words
from tests.browsers import chromium, contexts, opened, page, undrawn  # noqa: F401  # fixtures
from tests.database import made_once, restore, rows
from tests.factories import ban, ban_list, citation, event, post, programme, recent, record, regime, sanction, source
from tests.importers.un_lists import people, person, publication

PAGES = [
    "/", "/search/", "/search/?q=belarus", "/relations/", "/countries/BY/", "/changes/", "/map/", "/data/",
    "/programmes/", "/lists/", "/lists/un/", "/designations/",
    "/relations/BY-US/", "/relations/BY-US/@2019-12-31..2020-02-02", "/docs/search/?q=ban", "/docs/search/",
    "/docs/design-parts/", "/docs/api/", "/about/method/", "/about/names-and-borders/",
]  # fmt: skip
MORE = [
    "/relations/FJ-IS/", "/relations/BY-US/@2020-02-02", "/relations/?track=trend", "/relations/?sanctions=x",
    "/relations/BX-US/", "/map/?to=BY", "/embed/relations/BY-US/", "/programmes/?issuer=Atlantis", "/lists/eu/",
    "/designations/?q=KPi", "/designations/?q=KPi&as_of=never", "/docs/no-such-page/", "/feeds/changes.atom",
    "/admin/login/", "/api/docs/",
]  # fmt: skip
"""Other states of pages, errors, and pages outside the frame."""
PAGES += [f"/docs/api/{tag}/" for tag in tags()] + list(library().pages)


DOCUMENTS = ("/docs/", "/docs/webhooks/", "/docs/lists/cow/", "/docs/pages/", "/docs/changelog/")
"""Pages of the documentation, which has one template, that a browser looks at."""

TEXT = "Minsk, 14 January. The ambassador has left the embassy, and the post is vacant. Others stay."
QUOTE = "the post is vacant"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
_ALIAS = "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>{}</ALIAS_NAME></INDIVIDUAL_ALIAS>"


def browser() -> Client:
    """Asks as an English browser does, and shows a 500 as a browser would see it."""
    return Client(headers={"Accept": "text/html,*/*;q=0.8"}, raise_request_exception=False)


@pytest.fixture
def reader():
    return browser()


@pytest.fixture
def german():
    headers = {"Accept": "text/html", "Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
    return Client(headers=headers, raise_request_exception=False)


def html_of(response: Any) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(response.content.decode())


def in_words(day: str) -> str:
    """`2 February 2020`."""
    return day_in_words(dt.date.fromisoformat(day))


def words_of(response: Any) -> str:
    return " ".join(html_of(response).text_content().split())


@pytest.fixture
def publish(countries):
    """Imports a publication of the UN's list with these records."""
    return _publish


def _publish(day: str, *records: str) -> None:
    with TemporaryDirectory() as folder:
        import_list("un", [publication(Path(folder, "un.xml"), day, records)], accept_shrink=True)
    # Deferred triggers stamp the import; in a test that rolls back there is no commit at which they would.
    connection.check_constraints()


@made_once
def published():
    """Kim from the first publication on, Choe amended in the second, Pak gone in it, and Ri new; the second's day."""
    day = recent()
    kim, pak = person("KPi.001", name="Kim Il"), person("KPi.002", name="Pak Chol", listed="2017-06-05")
    choe = person("KPi.003", name="Choe Yong", more=_ALIAS.format("Choi Ryong"))
    _publish("2021-01-27", kim, pak, choe)
    amended = person("KPi.003", name="Choe Yong", more=_ALIAS.format("Chwe Ryong"))
    _publish(day, kim, amended, person("KPi.004", name="Ri Su", listed="2006-01-01"))
    return in_words(day)


@made_once
def programmes():
    """One in force by quoted words, another of its regime ended, one of the EU too old, and one without facts."""
    named = regime(
        "US>BY", title="Belarus", code="US-BRUS", status="active", status_on=dt.date.fromisoformat("2026-11-01")
    )
    act = citation(source(title="The order", kind="legal_act", publisher="The issuer", text=TEXT), quote=QUOTE)
    first, second = (programme(title=title, regime=named) for title in ("First measures", "Second measures"))
    old, bare = programme("EU>BY", title="Old measures"), programme("EU>SY", title="Bare measures")
    record(
        sanction("imposed", "2018-01-01", programme=first, citations=[act], measures=["arms", "travel"]),
        sanction("imposed", "2019-01-01", programme=second),
        sanction("lifted", "2026-10-01", programme=second, citations=[act]),
        sanction("imposed", "2010-01-01", "EU>BY", programme=old),
    )  # fmt: skip
    return first, second, old, bare


@made_once
def facts():
    """Fresh facts, all of one day; the day."""
    day = recent()
    record(
        post("ambassador", day, holder="A"), post("vacant", day, "BY>US"),
        sanction("imposed", day, programme=programme()), sanction("imposed", day, "EU>BY"),
        post("ambassador", day, "DE>FR", holder="B"), event("relations_severed", day, "BY>DE"),
    )  # fmt: skip
    return day


@pytest.fixture
def dense(countries):
    """Forty countries with an ambassador in every direction."""
    codes = sorted(code for code in Country.objects.filter(to_year=None).values_list("code", flat=True))[:40]
    CountryPair.objects.bulk_create(
        CountryPair(code=f"{first}-{second}", first_id=first, second_id=second)
        for first, second in combinations(codes, 2)
    )
    StatusPeriod.objects.bulk_create(
        StatusPeriod(
            pair_id=pair_code(one, other), track=f"ambassador:{one}>{other}", kind="ambassador", from_country_id=one,
            to_country_id=other, days=DateRange(dt.date(2020, 1, 1), None), value="ambassador", holder=one,
            since="2020-01-01", fact_count=1,
        ) for one, other in permutations(codes, 2)
    )  # fmt: skip


class Story(NamedTuple):
    """A site with something of everything: where it is, every kind of page, those for an editor, and his session."""

    url: str
    pages: tuple[str, ...]
    for_editors: tuple[str, ...]
    cookie: str


@pytest.fixture(scope="module")
def story(django_db_setup, django_db_blocker, tmp_path_factory):
    """One database and one server for all tests of a file, which only read.

    However slow the machine is, the server refuses no browser for what its last page still loads.
    """
    with django_db_blocker.unblock(), override_settings(ALLOWED_HOSTS=["*"], WEB_AT_ONCE=20):
        before = rows()
        made = happened(tmp_path_factory.mktemp("story"))
        server = LiveServer("127.0.0.1")
        yield made._replace(url=server.url)
        server.stop()
        restore(before)


def happened(folder: Path) -> Story:
    """An ambassador, a vacancy with a quotation, sanctions, a travel ban, and parties on the UN's list."""
    said = source(title="She left", text=TEXT)
    import_list("un", [publication(folder / "un.xml", "2021-01-27", people(1, 2, listed="2017-01-01"))])
    bans, named = ban_list(title="A ban"), regime("UN>KP", aliases=["DPRK"])
    act = programme("UN>KP", title="An order", regime=named)
    record(
        post("ambassador", "2019-05-01", holder="Ada Envoy"),
        post("vacant", "2020-01-15", citations=[citation(said, quote=QUOTE)]),
        sanction("imposed", "2018-01-01"), ban("listed", "2026-01-01", list=bans),
        sanction("imposed", "2016-01-01", "UN>KP", programme=act),
    )  # fmt: skip
    listed, party = SanctionProgramme.objects.get(code="DPRK"), Party.objects.get(reference="KPi.001")
    pages = (
        f"/programmes/?regime={named.pk}", f"/programmes/{listed.pk}/", f"/programmes/{act.pk}/@2020-01-01",
        f"/lists/{bans.pk}/", f"/designations/{party.key}/", f"/sources/{said.pk}/",
        f"/imports/{ImportRun.objects.get().pk}/?party={party.key}",
    )  # fmt: skip
    fact = AmbassadorStatus.objects.order_by("pk")[0]
    editors = [
        reverse(f"admin:relations_ambassadorstatus_{act}", args=args)
        for act, args in (("add", ()), ("changelist", ()), ("change", [fact.pk]), ("history", [fact.pk]))
    ]
    editor = User.objects.create_superuser("root")
    desk = Client()
    desk.force_login(editor)
    shown = [one for one in PAGES if one not in library().pages or one in DOCUMENTS]
    return Story("", (*shown, *MORE, *pages), ("/admin/", *editors), desk.cookies["sessionid"].value)


def is_light(content: bytes) -> bool:
    """True for at most 100 kB as a page is sent; few are so large that it takes compressing them to know."""
    return len(content) <= 100_000 or len(gzip.compress(content, 6)) <= 100_000


def queries(reader: Client, address: str) -> int:
    """The number of queries of a page, but for those of transactions and limits."""
    with CaptureQueriesContext(connection) as captured:
        assert reader.get(address).status_code == 200
    return sum(not each["sql"].startswith(("SAVEPOINT", "RELEASE", "SET")) for each in captured)


def first_source() -> int:
    return Source.objects.order_by("pk").values_list("pk", flat=True)[0]
