"""Follows every value on pages of the demo to marked words: `./run manage shell <.ci/evidence.py` after the demo.

Fails for fewer than 100 pages, and for a value from which two clicks do not reach its words.
"""

import lxml.html
from django.test import Client

from tests.web.evidence import Crawler

MOST = 120
client = Client(headers={"Host": "localhost", "Accept": "text/html"})
crawler = Crawler(lambda address: lxml.html.document_fromstring(client.get(address, follow=True).content.decode()))
pages = crawler.pages(["/"], MOST)
values = sum(len(list(crawler.values(page))) for page in pages)
lost = {page: words for page in pages if (words := crawler.lost(page))}
print(f"{len(pages)} pages, {values} values, lost: {lost or 'none'}")
if lost or len(pages) < 100:
    raise SystemExit(1)
