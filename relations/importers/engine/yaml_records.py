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
    """The texts of a field, one or several, and the place of the field and of its value in the file.

    `start` and `value_start` are code points; `end` is after the last word of the value.
    """

    texts: tuple[str, ...]
    start: int
    value_start: int
    end: int


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
        field = self.fields[name]
        return self.text[field.value_start : field.end], field.value_start

    def line(self, name: str) -> tuple[str, int]:
        """The words of a field with its name, and their place."""
        field = self.fields[name]
        return self.text[field.start : field.end], field.start


def read_record(raw: bytes, *, file: str) -> YamlRecord:
    """The one mapping of a file. Raises `Refused` for what is no YAML, or another shape than a mapping of texts."""
    file_checks.refuse_unfit_bytes(file, size=len(raw) if raw.strip() else 0, head=raw, most=MAX_BYTES)
    try:
        text = raw.removeprefix(file_checks.BOM).decode("UTF-8")
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except UnicodeDecodeError as error:
        raise RecordRefused(why=f"it is not UTF-8 (byte {error.start})") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise RecordRefused(why=f"it is not YAML: {_problem(error)}") from error
    if not isinstance(root, yaml.MappingNode):
        raise RecordRefused(why="it is no mapping of fields")
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
    begins, ends = value.start_mark.index, value.end_mark.index
    if isinstance(value, yaml.ScalarNode) and value.style and value.style in _BLOCK_STYLES:
        begins = text.index("\n", begins)  # The first line is the mark of a block of lines.
    if isinstance(value, yaml.ScalarNode) and value.style and value.style in _QUOTES:
        begins, ends = begins + 1, ends - 1
    words = text[begins:ends]
    begins += len(words) - len(words.lstrip())
    ends = max(begins, ends - (len(words) - len(words.rstrip())))
    return Field(tuple(texts), key.start_mark.index, begins, ends)
