"""The page of problem types, with their statuses and meanings; `docs/errors.md` has the same types."""

from __future__ import annotations

import re
from collections.abc import Iterator

from relations.api.http.errors import INVALID
from relations.errors import (
    FetchFailed,
    FileRefused,
    Invalid,
    NothingToCorrect,
    RecordRefused,
    Refused,
    SecretsLocked,
    Unfit,
)

OTHERS: dict[str, tuple[int, str]] = {
    INVALID: (400, "The request is well formed and something in it is not acceptable; errors say where and why."),
    "malformed": (400, "The request cannot be read: no JSON, not UTF-8, nested too deeply."),
    "not_authenticated": (401, "This needs a token or a login."),
    "authentication_failed": (401, "The token is unknown, expired, or its user is not active."),
    "permission_denied": (403, "The token's scopes or the user's permissions do not allow this."),
    "not_found": (404, "There is nothing at this address."),
    "method_not_allowed": (405, "The address does not allow this method; the header Allow names those that it does."),
    "not_acceptable": (406, "None of the formats in Accept is available here."),
    "conflict": (409, "It contradicts what is recorded."),
    "too_large": (413, "The body is too large."),
    "unsupported_media_type": (415, "The body is neither application/json nor, where rows are accepted, JSON Lines."),
    "unavailable": (
        503,
        "The database or the body cannot be read, or two writes met and this one is undone: send it again.",
    ),
}
"""The problems that are not refusals of the tracker's own: code, status, what it means."""

CODES: dict[str, str] = {
    "blank": "A text is empty, or only white space.",
    "does_not_exist": "No row has this number.",
    "duplicate": "A batch names the same fact twice.",
    "empty": "A list has nothing in it.",
    "invalid": "The value is of the wrong kind or form; the detail says which is right.",
    "invalid_choice": "The word is not in the vocabulary.",
    "max_length": "A text or a list is too long.",
    "max_value": "A number is too large.",
    "min_length": "A text or a list is too short.",
    "min_value": "A number is too small.",
    "not_a_dict": "An object is asked for.",
    "not_a_list": "A list is asked for.",
    "null": "The value may not be null.",
    "null_characters_not_allowed": "A text has a NUL character.",
    "required": "A field is missing.",
    "unknown_field": "The body has no such field.",
}
"""Codes in `errors[]` that are no types of problems: what is unfit about one value. `invalid` may be both."""


def problem_types() -> list[tuple[str, int, str]]:
    """Every type of problem: the fragment of its URI, its status, what it means."""
    own = [
        (_slug(refusal.__name__), refusal.status, " ".join((refusal.__doc__ or "").partition("\n\n")[0].split()))
        for refusal in _all_refusals(Refused)
        if refusal not in _ELSEWHERE
    ]
    others = [(code.replace("_", "-"), status, meaning) for code, (status, meaning) in OTHERS.items()]
    return sorted({each[0]: each for each in (*own, *others)}.values())


def in_print(text: str) -> str:
    """The message of a type for a page, with ‹key› for `{key!r}`; all of `{why}` is in the answer only."""
    return "Its `detail` says why." if text == "{why}" else re.sub(r"\{(\w+)[^}]*\}", r"‹\1›", text)


def _all_refusals(refusal: type[Refused]) -> Iterator[type[Refused]]:
    for child in refusal.__subclasses__():
        yield child
        yield from _all_refusals(child)


def _slug(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


_ELSEWHERE = (Unfit, Invalid, FileRefused, RecordRefused, FetchFailed, NothingToCorrect, SecretsLocked)
"""Refusals of a place in a body, of importers and of workers, and a correction of nothing: none is an answer."""
