"""Content of pages of sanctions, read back from their HTML."""

from typing import Any

from relations.models import Party
from tests.web.conftest import html_of
from tests.web.relations import text

ALIAS = "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>{}</ALIAS_NAME></INDIVIDUAL_ALIAS>"


def rows(response: Any) -> list[str]:
    return [text(each) for each in html_of(response).cssselect("table.pair-rows tbody th > a")]


def chips(response: Any) -> list[str]:
    return [text(each) for each in html_of(response).cssselect(".chip")]


def party_of(reference: str) -> str:
    return f"/designations/{Party.objects.get(reference=reference).key}/"
