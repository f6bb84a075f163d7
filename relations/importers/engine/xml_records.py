"""XML lists, read one record at a time by a parser that trusts nothing.

No DTD, no entities beyond XML's own five, no network, no huge trees; the file's size is limited. Each record's elements
and attributes are taken one by one; what is left over is kept as details and reported, so nothing new on a list is
dropped in silence, and nobody is left out for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lxml import etree

from relations.errors import FileRefused, RecordRefused
from relations.importers.engine.parties import Detail, Party
from relations.importers.engine.text_parsing import clean

MAX_BYTES = 256 * 1024 * 1024
"""The largest of these lists (the EU's) has about 30 MB."""

_NAMESPACE_OF_SCHEMAS = "{http://www.w3.org/2001/XMLSchema-instance}"
_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html)", re.IGNORECASE)


class Taken:
    """One element of a record: take its attributes and children by name; `rest` is what was not taken."""

    def __init__(self, element: etree._Element) -> None:
        self.line = element.sourceline or 0
        space = _space_of(str(element.tag))
        self._path = local_name(element, space=space)
        self._text = clean(element.text)
        self._attributes = {
            str(key): str(value)
            for key, value in element.attrib.items()
            if not str(key).startswith(_NAMESPACE_OF_SCHEMAS)
        }
        self._children: dict[str, list[etree._Element]] = {}
        self._open: list[Taken] = []
        self._strange: list[Detail] = []
        for child in element:
            if child.tail and not child.tail.isspace() and clean(child.tail):
                raise RecordRefused(why=f"text {clean(child.tail)[:40]!r} stands between the elements of {self._path}")
            self._children.setdefault(local_name(child, space=space), []).append(child)

    def has(self, name: str) -> bool:
        """Is the attribute given, and not empty?"""
        return bool(self._attributes.get(name, "").strip())

    def attribute(self, name: str) -> str:
        """An attribute's value; empty where it is not given."""
        return clean(self._attributes.pop(name, ""))

    def flag(self, name: str) -> bool:
        """An xs:boolean attribute, in capitals too (`True`); false where it is not given or empty."""
        match self.attribute(name).casefold():
            case "true" | "1":
                return True
            case "false" | "0" | "":
                return False
            case other:
                raise RecordRefused(why=f"{self._path} {name}={other!r} is neither true nor false")

    def text(self, name: str) -> str:
        """The text of the only child of that name; empty where there is none. Refuses a second one."""
        found = self.texts(name)
        if len(found) > 1:
            raise RecordRefused(why=f"{self._path} has {len(found)} elements {name}, not one")
        return found[0] if found else ""

    def texts(self, name: str) -> list[str]:
        """The texts of all children of that name that have one."""
        return [text for child in self.all(name) if (text := child.own_text())]

    def own_text(self) -> str:
        text, self._text = self._text, ""
        return text

    def all(self, name: str) -> list[Taken]:
        """The children of that name, in the order of the file; what is not taken of each is left over too."""
        found = [Taken(child) for child in self._children.pop(name, [])]
        self._open.extend(found)
        return found

    def within(self, *names: str) -> list[Taken]:
        """The grandchildren behind wrappers: `within("Names", "Name")`."""
        found = [self]
        for name in names:
            found = [child for parent in found for child in parent.all(name)]
        return found

    def ignore(self, *names: str) -> None:
        """Attributes and children that are known and say nothing of the party."""
        for name in names:
            self._attributes.pop(name, None)
            self._children.pop(name, None)

    def known[V](self, table: Mapping[str, V], text: str, *, of: str, otherwise: V) -> V:
        """What the table (in small letters) says of a code; `otherwise` for one that it lacks, which is left over."""
        code = text.casefold()
        if code in table:
            return table[code]
        self.leave(of, text)
        return otherwise

    def leave(self, name: str, text: str) -> None:
        """Something was taken and cannot be read: it is left over in the list's own words."""
        self._strange.append(Detail(f"{self._path}/{name}", text))

    def rest(self) -> list[Detail]:
        """What was not taken here and below, under its path; what is empty says nothing."""
        left = [*self._strange, Detail(self._path, self._text)]
        left += [Detail(f"{self._path}/@{name}", clean(value)) for name, value in self._attributes.items()]
        for name, children in self._children.items():
            left += [Detail(f"{self._path}/{name}", _whole_text(child)) for child in children]
        return [detail for detail in left if detail.value] + [more for child in self._open for more in child.rest()]


def _whole_text(element: etree._Element) -> str:
    """All that an element says, its attributes (`name=value`) and what stands in it included."""
    parts = (
        part
        for node in element.iter("*")
        for part in (*(f"{name}={value}" for name, value in node.attrib.items() if value), node.text or "")
    )
    return clean(" ".join(parts))


def whole(party: Party, record: Taken) -> Party:
    """The party with all that its parser left over: kept as details, and named to be reported."""
    left = record.rest()
    return replace(party, details=(*party.details, *left), unknown=tuple(sorted({detail.key for detail in left})))


def only(files: Sequence[Path]) -> Path:
    """The list's one file."""
    if len(files) != 1:
        raise FileRefused(file="The list", why=f"it is one XML file, and {len(files)} were given")
    return files[0]


def local_name(element: etree._Element, *, space: str) -> str:
    """The element's name without the list's own namespace; a foreign one stays, so that it is not taken for ours."""
    if not isinstance(element.tag, str):
        raise RecordRefused(why=f"an entity reference or instruction stands in the record: {str(element)[:40]!r}")
    return element.tag.removeprefix(space)


def _space_of(tag: str) -> str:
    """`{http://…}export` -> `{http://…}`"""
    return tag[: tag.rfind("}") + 1]


def root_of(path: Path, *, name: str) -> dict[str, str]:
    """The root element's attributes, without those that point to schemas; refuses a file with another root."""
    for event, element in _events(path, name=name):
        if event == "start":
            return _own_attributes(element)
    raise FileRefused(file=path.name, why="it has no root element")


def text_of(path: Path, *, root: str, name: str) -> str:
    """The text of the root's child `name`, which is sought among the records too; empty where there is none."""
    for event, element in _events(path, name=root):
        parent = element.getparent()
        if event == "start" or parent is None or parent.getparent() is not None:
            continue
        if local_name(element, space=_space_of(root)) == name:
            return clean(element.text)
        _forget(element)
    return ""


def records(
    path: Path, *, root: str, paths: frozenset[str], ignored: frozenset[str] = frozenset()
) -> Iterator[etree._Element]:
    """The elements at `paths` ("INDIVIDUALS/INDIVIDUAL"), one at a time; each is emptied when the next is asked for.

    `ignored` are paths outside the records that are known. Refuses the file at any other element: a section that this
    parser does not know would otherwise be dropped.
    """
    space = _space_of(root)
    known = paths | ignored | {path_of.rpartition("/")[0] for path_of in paths}
    stack: list[str] = []
    depth = 0  # within a record, of which every element is the list's parser's
    for event, element in _events(path, name=root):
        if depth:
            depth += 1 if event == "start" else -1
            if not depth:
                stack.pop()
                yield element
                _forget(element)
        elif event == "start":
            stack.append(local_name(element, space=space))
            here = "/".join(stack[1:])
            if here and here not in known:
                raise FileRefused(
                    file=path.name, why=f"line {element.sourceline}: element {here} is not known to this parser"
                )
            depth = int(here in paths)
        else:
            stack.pop()


def _forget(element: etree._Element) -> None:
    """Free the record and what stands before it: this is what keeps memory flat."""
    element.clear()
    parent = element.getparent()
    if parent is None:
        return
    while element.getprevious() is not None:
        del parent[0]


def _own_attributes(element: etree._Element) -> dict[str, str]:
    return {
        str(key): clean(str(value))
        for key, value in element.attrib.items()
        if not str(key).startswith(_NAMESPACE_OF_SCHEMAS)
    }


def _events(path: Path, *, name: str) -> Iterator[tuple[str, etree._Element]]:
    """`name` is the root's, with its namespace in braces where it has one."""
    _refuse_what_is_no_xml(path)
    try:
        with path.open("rb") as file:
            is_first = True
            for event, element in etree.iterparse(
                file,
                events=("start", "end"),
                resolve_entities=False,
                load_dtd=False,
                no_network=True,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
                collect_ids=False,
            ):
                if is_first:
                    _refuse_a_foreign_root(path, element, name)
                    is_first = False
                yield event, element
    except etree.XMLSyntaxError as error:
        raise FileRefused(file=path.name, why=f"it is not well formed: {error.msg}") from error


def _refuse_what_is_no_xml(path: Path) -> None:
    size = path.stat().st_size
    if size == 0:
        raise FileRefused(file=path.name, why="it is empty")
    if size > MAX_BYTES:
        raise FileRefused(file=path.name, why=f"it has {size:,} bytes; the limit is {MAX_BYTES:,}")
    with path.open("rb") as file:
        if _PAGE.match(file.read(1024).removeprefix(b"\xef\xbb\xbf")):
            raise FileRefused(file=path.name, why="it is an HTML page and not the list")


def _refuse_a_foreign_root(path: Path, root: etree._Element, name: str) -> None:
    if root.getroottree().docinfo.doctype:
        raise FileRefused(file=path.name, why="it carries a document type declaration, which no such list does")
    if root.tag != name:
        raise FileRefused(file=path.name, why=f"its root element is {str(root.tag)[:80]!r} and not {name!r}")
