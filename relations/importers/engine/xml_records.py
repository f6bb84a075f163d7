"""XML lists, read one record at a time by a parser that trusts nothing.

No DTD, no entities beyond XML's own five, no network, no huge trees; the file's size is limited. Each record's elements
and attributes are taken one by one; the rest becomes details of the party and is reported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from relations.errors import FileRefused, RecordRefused, Refused
from relations.importers.engine import file_checks
from relations.importers.engine.parties import Detail, Party, Remainder, Unreadable
from relations.importers.engine.text_parsing import clean

MAX_BYTES = 256 * 1024 * 1024
"""The largest of these lists (the EU's) has about 30 MB."""

_NAMESPACE_OF_SCHEMAS = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlList:
    """The layout of one list's file.

    `root` has its namespace in braces. Records are at `paths` ("INDIVIDUALS/INDIVIDUAL"), each with its reference in
    the attribute or child `reference`; `ignored` are known paths outside the records.
    """

    root: str
    paths: frozenset[str]
    reference: str
    ignored: frozenset[str] = frozenset()

    @property
    def space(self) -> str:
        return _space_of(self.root)

    @property
    def known(self) -> frozenset[str]:
        return self.paths | self.ignored | {path.rpartition("/")[0] for path in self.paths}

    def generated(self, files: Sequence[Path], *, attribute: str) -> dt.date:
        """The day of the root's time stamp, in the stamp's own zone."""
        _, root = next(_events(file_checks.only(files, kind="XML"), self))
        stamp = clean(root.get(attribute))
        try:
            return dt.datetime.fromisoformat(stamp).date()
        except ValueError as error:
            raise FileRefused(file=files[0].name, why=f"{attribute} {stamp!r} is not a time") from error

    def text_of(self, files: Sequence[Path], name: str) -> str:
        """The text of the root's child `name`, before, among or after the records; empty where there is none."""
        for event, element in _events(file_checks.only(files, kind="XML"), self):
            parent = element.getparent()
            if event == "start" or parent is None or parent.getparent() is not None:
                continue
            if _local_name(element, space=self.space) == name:
                return clean(element.text)
            _free(element)
        return ""

    def parse(self, files: Sequence[Path], read: Callable[[XmlRecord, str], Party]) -> Iterator[Party | Unreadable]:
        """Every record as `read` makes a party of it and its reference, in the order of the file."""
        path = file_checks.only(files, kind="XML")
        seen: set[str] = set()
        for element in _records(path, self):
            reference = element.get(self.reference) or element.findtext(self.reference) or ""
            line = element.sourceline or 0
            try:
                reference = clean(reference)
                self._refuse_reference(reference, seen)
                record = XmlRecord(element)
                record.ignore(self.reference)
                yield record.complete(read(record, reference))
            except Refused as refusal:
                yield Unreadable(reference=reference, line=line, reason=str(refusal), file=path.name)

    def _refuse_reference(self, reference: str, seen: set[str]) -> None:
        if not reference:
            raise RecordRefused(why=f"it has no {self.reference}")
        if reference in seen:
            raise RecordRefused(why=f"{self.reference} {reference} is in the file twice")
        seen.add(reference)


class XmlRecord(Remainder):
    """One element of a record, whose attributes and children are taken by name."""

    def __init__(self, element: etree._Element) -> None:
        super().__init__()
        self.element = element
        space = _space_of(str(element.tag))
        self._path = _local_name(element, space=space)
        self._text = clean(element.text)
        self._attributes = _attributes(element)
        self._children: dict[str, list[etree._Element]] = {}
        self._open: list[XmlRecord] = []
        for child in element:
            if child.tail and not child.tail.isspace() and (stray := clean(child.tail)):
                raise RecordRefused(why=f"text {stray[:40]!r} is between the elements of {self._path}")
            self._children.setdefault(_local_name(child, space=space), []).append(child)

    def has(self, name: str) -> bool:
        """True for an attribute that is given and not empty."""
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
        if name not in self._children:
            return ""
        texts = self.texts(name)
        if len(texts) > 1:
            raise RecordRefused(why=f"{self._path} has {len(texts)} elements {name}, not one")
        return texts[0] if texts else ""

    def texts(self, *names: str) -> tuple[str, ...]:
        """The texts of all children of that name that have one; `texts("Names", "Name")` below a wrapper."""
        return tuple([text for child in self.within(*names) if (text := child.own_text())])

    def own_text(self) -> str:
        text, self._text = self._text, ""
        return text

    def all(self, name: str) -> list[XmlRecord]:
        """The children of that name, in the order of the file; whatever is not taken of each is left over too."""
        if name not in self._children:
            return []
        children = [XmlRecord(child) for child in self._children.pop(name)]
        self._open += children
        return children

    def within(self, *names: str) -> list[XmlRecord]:
        """The descendants inside wrappers: `within("Names", "Name")`."""
        records = [self]
        for name in names:
            records = [child for parent in records for child in parent.all(name)]
        return records

    def ignore(self, *names: str) -> None:
        """Drops attributes and children that are known and say nothing of the party."""
        for name in names:
            self._attributes.pop(name, None)
            self._children.pop(name, None)

    def leave(self, name: str, text: str) -> None:
        """Marks a value as taken and not understood."""
        super().leave(f"{self._path}/{name}", text)

    def rest(self) -> list[Detail]:
        """The parts that were not taken here and below, each under its path."""
        left = self._strange
        if self._text:
            left.append(Detail(self._path, self._text))
        for name, value in self._attributes.items():
            left.append(Detail(f"{self._path}/@{name}", clean(value)))
        for name, children in self._children.items():
            left += [Detail(f"{self._path}/{name}", _whole_text(child)) for child in children]
        for child in self._open:
            left += child.rest()
        return left


def _whole_text(element: etree._Element) -> str:
    """All texts and attributes (`name=value`) of an element and its descendants."""
    parts = (
        part
        for node in element.iter("*")
        for part in (*(f"{name}={value}" for name, value in node.attrib.items() if value), node.text or "")
    )
    return clean(" ".join(parts))


def _attributes(element: etree._Element) -> dict[str, str]:
    """All but those that point to schemas."""
    return {
        str(key): str(value) for key, value in element.attrib.items() if not str(key).startswith(_NAMESPACE_OF_SCHEMAS)
    }


def _local_name(element: etree._Element, *, space: str) -> str:
    """The element's name without the list's own namespace; a foreign one stays, so that it is not taken for ours."""
    if not isinstance(element.tag, str):
        raise RecordRefused(why=f"an entity reference or instruction is in the record: {str(element)[:40]!r}")
    return element.tag.removeprefix(space)


def _space_of(tag: str) -> str:
    """`{http://…}export` -> `{http://…}`"""
    return tag[: tag.rfind("}") + 1]


def _records(path: Path, layout: XmlList) -> Iterator[etree._Element]:
    """The records' elements, one at a time; each is emptied when the next is asked for.

    Refuses the file at any element that the layout does not know: a section would otherwise be dropped.
    """
    stack: list[str] = []
    depth = 0  # within a record, of which every element is the list's parser's
    for event, element in _events(path, layout):
        if depth:
            depth += 1 if event == "start" else -1
            if not depth:
                stack.pop()
                yield element
                _free(element)
        elif event == "start":
            stack.append(_local_name(element, space=layout.space))
            here = "/".join(stack[1:])
            if here and here not in layout.known:
                why = f"line {element.sourceline}: element {here} is not known to this parser"
                raise FileRefused(file=path.name, why=why)
            depth = int(here in layout.paths)
        else:
            stack.pop()


def _free(element: etree._Element) -> None:
    """Frees the record and all before it, so that memory does not grow with the file."""
    element.clear()
    parent = element.getparent()
    if parent is None:
        return
    while element.getprevious() is not None:
        del parent[0]


def _events(path: Path, layout: XmlList) -> Iterator[tuple[str, etree._Element]]:
    file_checks.refuse_unfit(path, most=MAX_BYTES, is_xml=True)
    is_first = True
    try:
        with path.open("rb") as file:
            for event, element in etree.iterparse(
                file, events=("start", "end"), resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
                remove_comments=True, remove_pis=True, collect_ids=False,
            ):  # fmt: skip
                if is_first:
                    _refuse_foreign_root(path, element, layout.root)
                    is_first = False
                yield event, element
    except etree.XMLSyntaxError as error:
        raise FileRefused(file=path.name, why=f"it is not well formed: {error.msg}") from error


def _refuse_foreign_root(path: Path, root: etree._Element, name: str) -> None:
    if root.getroottree().docinfo.doctype:
        raise FileRefused(file=path.name, why="it carries a document type declaration, which no such list does")
    if root.tag != name:
        raise FileRefused(file=path.name, why=f"its root element is {str(root.tag)[:80]!r} and not {name!r}")
