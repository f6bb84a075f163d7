"""Follows the values of pages to marked words in a source, as a reader does: with two clicks at most."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any
from urllib.parse import urljoin

from tests.web.relations import select

type Get = Callable[[str], Any]
"""The page of an address as HTML."""

_MOST_LINKS = 12
_SAYS_NOTHING = ("tone-unknown", "tone-disputed")
# Pages of sanctions lists and parties say how recent a list is here, which is no status between countries.
_PAGE = re.compile(r"(/|/(relations|countries|programmes|lists/\d|map|changes)/[^.#]*(\.\.[^.#]*)?)(#.*)?")


class Crawler:
    def __init__(self, get: Get) -> None:
        self.get = cache(get)

    def pages(self, first: Iterable[str], most: int) -> list[str]:
        """The first pages and those to which they lead, in turn."""
        found = list(dict.fromkeys(first))
        for page in found:  # grows
            for link in select(self.get(page), "main a[href]") if len(found) < most else ():
                match = _PAGE.fullmatch(urljoin(page, link.get("href")))
                if match and match[1] not in found and len(found) < most:
                    found.append(match[1])
        return found

    def values(self, address: str) -> Iterator[tuple[str, list[str]]]:
        """Each value that a page shows, with the links that a reader finds next to it."""
        html = self.get(address)
        for chip in select(html, "main .chip"):
            is_key = any({"keys", "legend"} & set(one.get("class", "").split()) for one in chip.iterancestors())
            if not is_key and not any(tone in chip.get("class") for tone in _SAYS_NOTHING):
                yield _words(chip), _links(chip)
        for cell in select(html, "main .matrix a[href*='/relations/']"):
            yield _words(cell), [cell.get("href")]

    def lost(self, address: str) -> list[str]:
        """The values of a page from which two clicks reach no marked words."""
        return [word for word, links in self.values(address) if not any(self.reaches(urljoin(address, one))
                                                                       for one in links[:_MOST_LINKS])]  # fmt: skip

    def reaches(self, link: str) -> bool:
        """True where the link leads to marked words, or to a page with a link to some by a value or a fact."""
        if "/sources/" in link:
            return self.is_marked(link)
        if not link.startswith(("/relations/", "/programmes/", "/lists/")) and "#" not in link:
            return False
        page = self.get(link.partition("#")[0])
        places = select(page, ".status a[href^='/sources/'], .facts a[href^='/sources/']")
        return any(self.is_marked(one.get("href")) for one in places[:3])

    def is_marked(self, link: str) -> bool:
        """True for marked words: in the archived text, or of a source without one among the quotes as recorded."""
        address, _hash, anchor = link.partition("#")
        places = self.get(address).xpath("//*[@id=$id]", id=anchor) if anchor else ()
        return bool(places) and any(sibling.tag == "mark" for sibling in places[0].itersiblings())


def _words(element: Any) -> str:
    return " ".join(element.text_content().split())


def _links(chip: Any) -> list[str]:
    """Links of the smallest block around a value that has any; of a group of countries, those below its heading."""
    for block in chip.iterancestors():
        if block.tag in {"h3", "dt"} and (below := block.getnext()) is not None:
            return [one.get("href") for one in select(below, "a[href]")]
        if block.tag == "main":
            return [one.get("href") for one in select(block, ":is(.facts, .evidence) a[href^='/sources/']")]
        if found := [one.get("href") for one in select(block, "a[href]")]:
            return found
    return []
