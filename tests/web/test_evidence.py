"""From every value on a hundred pages a reader comes to marked words in a source with two clicks at most."""

import pytest

from relations.codes import TrackKind
from tests.factories import citation, programme, record, sanction, source
from tests.web.conftest import TEXT, happened, html_of
from tests.web.evidence import Crawler

pytestmark = pytest.mark.slow(seconds=15)


def test_every_value_leads_to_marked_words_in_two_clicks(countries, reader, tmp_path):
    story = happened(tmp_path)
    cited = [citation(source(title="The Union's act", text=TEXT), quote="Others stay")]
    record(sanction("imposed", "2026-01-01", "EU>BY", programme=programme("EU>BY"), citations=cited))
    crawler = Crawler(lambda address: html_of(reader.get(address, follow=True)))
    first = [f"/relations/?track={kind}" for kind in TrackKind] + ["/programmes/", "/countries/BY/", "/countries/US/"]
    pages = crawler.pages([*first, *(page for page in story.pages if page.startswith("/programmes/"))], 100)
    values = {page: list(crawler.values(page)) for page in pages}
    lost = {page: lost for page in pages if (lost := crawler.lost(page))}
    assert lost == {}
    assert (len(pages) >= 40, sum(map(len, values.values())) >= 150) == (True, True), (len(pages), values)
