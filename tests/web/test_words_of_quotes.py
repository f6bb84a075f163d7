"""Quotes with markup: the exact words remain, and a person reads them without brackets."""

import pytest

from relations.web.pairs.facts import words_of
from tests.factories import citation, post, record, source

MCCOURT = """<id>fr-2017-mcco-01</id>
            <person-id>mccourt-jamie-d</person-id>
            <appointed>
                <date>2017-11-02</date>
                <note/>
            </appointed>
            <started>
                <date>2017-12-18</date>
                <note>Presented credentials &amp; more on</note>
            </started>"""
WORDS = (
    "id: fr-2017-mcco-01; person-id: mccourt-jamie-d; appointed date: 2017-11-02; started date: 2017-12-18; "
    "started note: Presented credentials & more on"
)


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        (MCCOURT, WORDS),
        ("<ended><note>Declared <hi rend='i'>persona non grata</hi> by Utopia</note></ended>",
         "ended note: Declared persona non grata by Utopia"),
        ("suspended operations</note><date>2012-02-06</date>", "suspended operations; date: 2012-02-06"),
        ("plan to return ambassadors", "plan to return ambassadors"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("</a></b>x", "x"),
        ("<note/>", ""),
    ],
)  # fmt: skip
def test_the_words_of_a_quote_are_its_own_without_markup(quote: str, words: str) -> None:
    assert words_of(quote) == words


def test_the_api_has_a_quote_with_markup_exactly_and_the_page_in_words(reader, countries):
    register = source(text=MCCOURT, kind="register")
    (fact,) = record(post("ambassador", "2017-12-18", "US>FR", citations=[citation(register, MCCOURT)]))
    url = f"/api/ambassadors/{fact.key}/"
    body = reader.get(url).json()
    assert [(one["quote"], one["verified"]) for one in body["citations"]] == [(MCCOURT, True)]
    page = reader.get("/relations/FR-US/").content.decode()
    assert "started date: 2017-12-18" in page
    assert "person-id&gt;" not in page
