"""The document as YAML: every text is a text to readers of YAML 1.1 and of 1.2."""

from __future__ import annotations

import re
from typing import Any

import yaml

_OTHER = re.compile(r"[-+]?(?:\d+|(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)|0o[0-7]+|0x[0-9a-fA-F]+|[yYnN]")
"""Plain scalars that PyYAML reads as texts and others do not: numbers of the core schema (YAML 1.2.2, 10.3.2) such as
`085` and `1e3`, and 1.1's short truth values. PyYAML itself quotes what it would read as something else."""


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # PyYAML's
        return True


def _text(dumper: Any, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else "'" if _OTHER.fullmatch(text) else None
    node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
    return node


_Dumper.add_representer(str, _text)


def written(document: Any) -> bytes:
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, encoding="utf-8")
