"""Records in YAML: one mapping a file, each field with the place of its words in the file.

Every scalar is read as its text, because YAML's own types misread lists of codes: `no` is Norway and not "false".
Nothing is constructed, so that a file can neither run code nor grow by aliases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from relations.errors import RecordRefused
from relations.importers.engine import file_checks

MAX_BYTES = 1024 * 1024
_BLOCK_STYLES, _QUOTES = "|>", "'\""
_NULLS = frozenset({"", "~", "null"})


@dataclass(frozen=True, slots=True)
class Field:
    """The texts of a field, one or several, with the places in the file of the field and of its value's own words.

    Places are a first code point and the one after the last. The words are without the marks around them.
    """

    texts: tuple[str, ...]
    place: tuple[int, int]
    words: tuple[int, int]


@dataclass(frozen=True, slots=True)
class YamlRecord:
    """The fields of one mapping by name, and the text of its file."""

    text: str
    fields: Mapping[str, Field]

    def value(self, name: str) -> str:
        """The text of a field on one line; empty where it is missing or null. Refuses a list."""
        texts = self.values(name)
        if len(texts) > 1:
            raise RecordRefused(why=f"{name} has {len(texts)} values and not one")
        return " ".join(texts[0].split()) if texts else ""

    def required(self, name: str) -> str:
        if not (value := self.value(name)):
            raise RecordRefused(why=f"it has no {name}")
        return value

    def values(self, name: str) -> tuple[str, ...]:
        """The texts of a field that may be a list."""
        return self.fields[name].texts if name in self.fields else ()

    def words(self, name: str) -> tuple[str, int]:
        """The words of a field's value as they are in the file, and their place."""
        start, end = self.fields[name].words
        return self.text[start:end], start

    def line(self, name: str) -> tuple[str, int]:
        """The words of a field with its name, and their place."""
        start, end = self.fields[name].place
        return self.text[start:end], start


def read_record(raw: bytes, *, file: str) -> YamlRecord:
    """The one mapping of a file. Raises `Refused` for what is no YAML, or another shape than a mapping of texts."""
    file_checks.refuse_unfit_bytes(file, size=len(raw), head=raw, most=MAX_BYTES)
    try:
        text = raw.removeprefix(file_checks.BOM).decode("UTF-8")
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except UnicodeDecodeError as error:
        raise RecordRefused(why=f"it is not UTF-8 (byte {error.start})") from error
    except yaml.YAMLError as error:
        raise RecordRefused(why=f"it is not YAML: {_problem(error)}") from error
    except RecursionError as error:
        raise RecordRefused(why="its values are nested too deeply") from error
    if not isinstance(root, yaml.MappingNode):
        raise RecordRefused(why="it is not a mapping of fields")
    fields: dict[str, Field] = {}
    for key, value in root.value:
        if not isinstance(key, yaml.ScalarNode):
            raise RecordRefused(why="a field has no plain name")
        if key.value in fields:
            raise RecordRefused(why=f"it names the field {key.value!r} twice")
        fields[key.value] = _field(key, value, text)
    return YamlRecord(text, fields)


def _problem(error: Exception) -> str:
    """One line: where it is, and what is wrong there."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or type(error).__name__
    return f"{problem} (line {mark.line + 1})" if mark else str(problem)


def _field(key: yaml.ScalarNode, value: yaml.Node, text: str) -> Field:
    nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
    texts: list[str] = []
    for node in nodes:
        if not isinstance(node, yaml.ScalarNode):
            raise RecordRefused(why=f"{key.value} is neither a text nor a list of texts")
        if node.style is not None or node.value not in _NULLS:
            texts.append(node.value)
    start, end = _trimmed(value.start_mark.index, value.end_mark.index, text)
    words = start, end
    if isinstance(value, yaml.ScalarNode) and value.style and value.style in _BLOCK_STYLES:
        words = _trimmed(text.index("\n", start), end, text)  # The first line is the mark of a block of lines.
    elif isinstance(value, yaml.ScalarNode) and value.style and value.style in _QUOTES:
        words = _trimmed(start + 1, end - 1, text)
    return Field(tuple(texts), (key.start_mark.index, max(end, key.end_mark.index)), words)


def _trimmed(start: int, end: int, text: str) -> tuple[int, int]:
    """The place without white space at its ends."""
    words = text[start:end]
    end -= len(words) - len(words.rstrip())
    return min(start + len(words) - len(words.lstrip()), max(start, end)), max(start, end)
