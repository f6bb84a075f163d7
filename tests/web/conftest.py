"""The pages of the site, as a browser asks for them."""

from typing import Any

import lxml.html
import pytest
from django.test import Client

from relations.web.docs.library import library
from relations.web.reference.document import tags
from tests.browsers import chromium, page  # noqa: F401  # fixtures

PAGES = [
    "/", "/search/", "/search/?q=belarus", "/relations/", "/countries/BY/", "/changes/", "/map/", "/relations/BY-US/",
    "/relations/BY-US/@2019-12-31..2020-02-02", "/docs/search/?q=ban", "/docs/search/", "/docs/design-parts/",
    "/docs/api/",
]  # fmt: skip
PAGES += [f"/docs/api/{tag}/" for tag in tags()] + list(library().pages)


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
