"""The files of pocom: one XML file for each mission and each person, with their text."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from relations.errors import FileRefused, RecordRefused
from relations.importers.engine.csv_rows import decoded
from relations.importers.engine.statements import Reading

MAX_MEMBER = 1024 * 1024
MAX_MEMBERS = 100_000

_BLOCK = re.compile(r"<(chief|mission-note)(?:\s[^>]*)?>(.*?)</\1>", re.DOTALL)
_LAST_WORD = re.compile(r"([\w’']+)\W*(?:\b(?:[JS]r|[IVX]+|\d(?:d|nd|rd|th))\b\W*)?$")
"""The last word of a name, without `Jr.`, `III` or `3rd`."""


@dataclass(frozen=True, slots=True)
class Block:
    """One `<chief>` or `<mission-note>`: its element, its section, and its place in the file's text."""

    element: etree._Element
    section: str
    start: int
    text: str

    @property
    def line(self) -> int:
        return self.element.sourceline or 0

    def value(self, path: str) -> str:
        """The whole text below an element, white space folded; empty where there is none. Markup inside is text."""
        part = self.element.find(path)
        return " ".join("".join(str(text) for text in part.itertext()).split()) if part is not None else ""

    def words(self, last: str) -> tuple[str, int]:
        """The source's own words from the record's id to the end of the element `last`, and where they start."""
        first = self.text.find("<id>")
        # A record's own note has the name of its events' notes, and comes after the last of them.
        after = self.text.find("</ended>") if last == "note" else 0
        end = re.compile(rf"</{last}>|<{last}\s*/>").search(self.text, max(after, 0))
        if first < 0 or end is None:
            raise RecordRefused(why=f"it has no <id> or no <{last}>")
        return self.text[first : end.end()], self.start + first


@dataclass(frozen=True, slots=True)
class MissionFile:
    name: str
    territory: str
    text: str
    blocks: list[Block]


def mission_files(files: Mapping[str, bytes], reading: Reading) -> Iterator[MissionFile]:
    """The missions to countries, in the order of their names. A file that cannot be read is named in the reading."""
    for name in sorted(files):
        if re.search(r"(?:^|/)missions-countries/[^/]+\.xml$", name):
            try:
                yield _mission_file(name, files[name])
            except FileRefused as refusal:
                reading.lose(name, refusal, records=max(1, len(re.findall(rb"<chief[\s>]", files[name]))))


def _mission_file(name: str, raw: bytes) -> MissionFile:
    text = decoded(raw, file=name, is_xml=True)
    root = root_of(raw, file=name, tag="country-mission")
    elements = [
        (section.tag, element)
        for section in root
        if section.tag in ("chiefs", "other-nominees")
        for element in section
        if element.tag in ("chief", "mission-note")
    ]
    matches = list(_BLOCK.finditer(text))
    if [match[1] for match in matches] != [element.tag for _, element in elements]:
        raise FileRefused(file=name, why="its records cannot be found in its text one by one")
    blocks = [
        Block(element, str(section), match.start(2), match[2])
        for (section, element), match in zip(elements, matches, strict=True)
    ]
    return MissionFile(name, (root.findtext("territory-id") or "").strip(), text, blocks)


def root_of(raw: bytes, *, file: str, tag: str) -> etree._Element:
    """The root of a small XML file, by a parser that resolves no entities and fetches nothing."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=False, remove_pis=True
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise FileRefused(file=file, why=f"it is not well formed: {error.msg}") from error
    if root.getroottree().docinfo.doctype:
        raise FileRefused(file=file, why="it carries a document type declaration")
    if root.tag != tag:
        raise FileRefused(file=file, why=f"its root element is {str(root.tag)[:80]!r} and not {tag!r}")
    return root


def names_of_people(files: Mapping[str, bytes], reading: Reading) -> dict[str, str]:
    """person id -> name, as the Office of the Historian displays it (`altname`), otherwise in full.

    A displayed name with another surname is somebody else's: pocom displays John E. Lange as John Langeloth Loeb Jr.
    """
    people: dict[str, str] = {}
    for name, raw in _people(files):
        try:
            root = root_of(raw, file=name, tag="person")
            people[(root.findtext("id") or "").strip()] = _display_name(root)
        except FileRefused as refusal:
            reading.lose(name, refusal)
    if not people:
        raise FileRefused(file="people", why="there is neither people.tar.gz nor a file below people/")
    return people


def _display_name(person: etree._Element) -> str:
    def part(name: str) -> str:
        return " ".join((person.findtext(f"persName/{name}") or "").split())

    full = " ".join(filter(None, [part("forename"), part("surname"), part("genName")]))
    shown, surname = part("altname"), re.findall(r"[\w’']+", part("surname").lower())
    last = _LAST_WORD.search(shown)
    return shown if last and last[1].lower() in surname else full


def _people(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for name, raw in files.items():
        if re.search(r"(?:^|/)people/.+\.xml$", name):
            yield name, raw
        elif name.endswith("people.tar.gz"):
            yield from _members(name, raw)


def _members(name: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The XML files in the archive, read in memory; refuses what is larger than any of them can be."""
    try:
        with tarfile.open(fileobj=io.BytesIO(raw), mode="r:gz") as archive:
            for number, member in enumerate(archive):
                if number >= MAX_MEMBERS or member.size > MAX_MEMBER:
                    raise FileRefused(file=name, why=f"member {member.name[:80]!r} is one too many or too large")
                if member.isfile() and member.name.endswith(".xml") and (file := archive.extractfile(member)):
                    yield f"{name}/{member.name}", file.read()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise FileRefused(file=name, why=f"it is not a tar.gz archive: {error}") from error
