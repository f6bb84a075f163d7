"""The pages of the documentation, their addresses, order and groups.

Files are read once a process. An address is looked up in a table of known pages and never made into a path, so that no
other file can be read.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from relations.web.docs.markdown import Rendered, render

_OF_THE_PROJECT = {"readme": "README.md", "changelog": "CHANGELOG.md", "contributing": "CONTRIBUTING.md",
                   "security": "SECURITY.md", "licence": "LICENSE"}  # fmt: skip
_LINK = re.compile(r"\]\(([\w/.-]+\.md)\)")
_MARKS = re.compile(r"[`*\[]")


@dataclass(frozen=True)
class Page:
    """One file of Markdown and the address where it is served."""

    file: Path
    address: str
    text: str

    @cached_property
    def title(self) -> str:
        """The first heading, without marks."""
        heading = self.text.removeprefix("#").partition("\n")[0]
        return _MARKS.sub("", re.sub(r"\]\([^)]*\)", "", heading)).strip()

    @cached_property
    def summary(self) -> str:
        """The first paragraph as plain text, at most 300 characters; it describes the page to search engines."""
        paragraphs = (block for block in self.text.split("\n\n")[1:] if re.match(r"[\w`*\[\"“]", block))
        plain = " ".join(_MARKS.sub("", re.sub(r"\]\([^)]*\)", "", next(paragraphs, ""))).split())
        return plain if len(plain) <= 300 else plain[:299].rpartition(" ")[0] + " …"

    @cached_property
    def rendered(self) -> Rendered:
        return render(self.text, address_of=lambda target: library().address_of(self.file, target))

    @property
    def raw_address(self) -> str:
        """The address of the Markdown itself."""
        return f"{self.address.rstrip('/')}.md" if self.address != "/docs/" else "/docs/index.md"


@dataclass(frozen=True)
class Group:
    """Pages under one heading of the navigation."""

    title: str | Promise
    pages: tuple[Page, ...]


class Library:
    """All pages by address, and the images that they show."""

    def __init__(self, root: Path) -> None:
        self._root = root
        folder = root / "docs"
        files = {_address(path.relative_to(folder)): path for path in sorted(folder.rglob("*.md"))}
        files |= {f"/docs/{name}/": root / file for name, file in _OF_THE_PROJECT.items()}
        self.pages = {address: Page(path, address, _text(path)) for address, path in files.items()}
        self.images = {f"/docs/images/{path.name}": path for path in sorted((folder / "images").glob("*.png"))}
        self.raw = {page.raw_address: page for page in self.pages.values()}
        self._addresses = {page.file: page.address for page in self.pages.values()}
        self._addresses |= {path: address for address, path in self.images.items()}

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The index's sections in its order, each page once; decisions by number; then the project's own pages."""
        index, decisions = self.pages["/docs/"], self.pages["/docs/decisions/"]
        # The first section leads from tasks to pages of all the others.
        heading, _tasks, *sections = re.split(r"^## ", index.text, flags=re.MULTILINE)
        seen = {index, decisions}
        groups = [Group(_("Overview"), (index, *self._linked(heading, index, seen)))]
        linked = ((section.partition("\n")[0], self._linked(section, index, seen)) for section in sections)
        groups += [Group(title, pages) for title, pages in linked if pages]
        records = [page for address, page in sorted(self.pages.items()) if address.startswith("/docs/decisions/")]
        own = tuple(self.pages[f"/docs/{name}/"] for name in _OF_THE_PROJECT)
        rest = tuple(page for page in self.pages.values() if page not in {*seen, *own, *records})
        groups += [Group(_("More"), rest)] if rest else []
        return (*groups, Group(_("Decisions"), tuple(records)), Group(_("The project"), own))

    @cached_property
    def order(self) -> tuple[Page, ...]:
        return tuple(page for group in self.groups for page in group.pages)

    def _linked(self, text: str, index: Page, seen: set[Page]) -> tuple[Page, ...]:
        """The pages to which the text links, in its order, without those seen; they are seen then."""
        linked = []
        for target in _LINK.findall(text):
            page = self.pages.get(self._addresses.get((index.file.parent / target).resolve(), ""))
            if page and page not in seen:
                seen.add(page)
                linked.append(page)
        return tuple(linked)

    def neighbours(self, page: Page) -> tuple[Page | None, Page | None]:
        """The pages before and after it."""
        place = self.order.index(page)
        before = self.order[place - 1] if place else None
        return before, self.order[place + 1] if place + 1 < len(self.order) else None

    def address_of(self, file: Path, target: str) -> str | None:
        """The address of a relative link in a file; None where it leads to nothing that is served."""
        path, hash_sign, section = target.partition("#")
        if not path:
            return target
        address = self._addresses.get((file.parent / path).resolve())
        return None if address is None else f"{address}{hash_sign}{section}"

    def image_size(self, address: str) -> tuple[int, int]:
        """Width and height in pixels, from the header of the PNG (its specification, 11.2.1)."""
        header = self.images[address].read_bytes()[16:24]
        return int.from_bytes(header[:4]), int.from_bytes(header[4:])

    def nearest(self, address: str) -> list[Page]:
        """At most three pages whose names resemble the one that does not exist."""
        if not address.startswith("/docs/"):
            return []
        names = {_name(each): page for each, page in self.pages.items()}
        return [names[name] for name in difflib.get_close_matches(_name(address[:200]), names, n=3, cutoff=0.7)]


def _name(address: str) -> str:
    """`/docs/lists/cow/` -> `cow`; of a decision the words without its number."""
    return re.sub(r"^\d+-", "", address.rstrip("/").rpartition("/")[2].removesuffix(".md"))


def _address(path: Path) -> str:
    """`lists/cow.md` -> `/docs/lists/cow/`; a README has the address of its folder."""
    name = path.with_suffix("").as_posix()
    name = "" if name == "README" else name.removesuffix("/README")
    return f"/docs/{name}/" if name else "/docs/"


def _text(path: Path) -> str:
    """Markdown with LF; the licence gets a heading from its first line."""
    text = path.read_text("utf-8")
    return text if path.suffix == ".md" else f"# {text}"


@cache
def library() -> Library:
    return Library(settings.ROOT)
