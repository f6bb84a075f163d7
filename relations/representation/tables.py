"""Cells of CSV exports."""

from __future__ import annotations

from typing import Any

from relations.representation.json_text import dumps

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet takes a cell that begins with one of these for a formula, or splits it (OWASP, CSV injection)."""


def defused(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def cell(value: Any) -> Any:
    """A value as one cell: lists of words joined, other lists and objects as JSON, formulas defused."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return value
        case list() | tuple() if all(isinstance(each, str) for each in value):
            return defused("; ".join(value))
        case str():
            return defused(value)
        case _:
            return defused(dumps(value).decode().strip('"'))
