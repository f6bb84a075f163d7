"""The curl commands of README and docs, as requests of Django's test client, with the promised answers."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.test import Client

from tests.cookbook import SITE

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(
    r"^```(?:sh)?\n(?P<shell>.*?)^```$(?:\n\n```json\n(?P<promised>\{.*?)^```$)?|(?P<indented>(?:^ {4}.*\n)+)",
    re.DOTALL | re.MULTILINE,
)
MOMENT = re.compile(r"[\d-]{10}T[\d:]{8}\.\d{6}Z")
REST = "…"
"""Matches any value; as a key, keys that are left out."""


@dataclass
class Curl:
    """One command: what is sent, the status that its comment names or that goes with the method, and the promise."""

    method: str = ""
    url: str = ""
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 0
    promised: str | None = None

    def sent(self, client: Client, variables: dict[str, str]) -> Any:
        def filled(text: str) -> str:
            for name, value in variables.items():
                text = text.replace(f"${name}", value)
            return text

        headers = {name: filled(value) for name, value in self.headers.items()}
        kind = headers.pop("Content-Type", "")
        return client.generic(self.method, filled(self.url), filled(self.body), content_type=kind, headers=headers)


def curls(page: Path) -> list[Curl]:
    """The commands of a page, in its order."""
    return [
        curl
        for block in BLOCK.finditer(page.read_text("utf-8"))
        for curl in _of_block(block["shell"] or block["indented"] or "", block["promised"])
    ]


def _of_block(shell: str, promised: str | None) -> Iterator[Curl]:
    for command in _commands(shell):
        if words := shlex.split(command, comments=True)[1:]:
            curl = _read(words)
            named = re.search(r"# (\d{3})$", command.rstrip())
            curl.status = int(named[1]) if named else 201 if curl.method == "POST" else 200
            curl.promised = promised
            yield curl


def _commands(shell: str) -> Iterator[str]:
    """Each curl command, which ends where its quotes do."""
    pending = ""
    for line in shell.replace("\\\n", " ").splitlines():
        if not pending and not line.lstrip().startswith("curl "):
            continue
        pending += f"{line}\n"
        if _is_whole(pending):
            yield pending
            pending = ""


def _is_whole(command: str) -> bool:
    try:
        return bool(shlex.split(command, comments=True))
    except ValueError:
        return False


def _read(words: list[str]) -> Curl:
    curl, rest = Curl(), iter(words)
    for word in rest:
        match word:
            case "-X":
                curl.method = next(rest)
            case "-H":
                name, _, curl.headers[name] = next(rest).partition(": ")
            case "-d":
                curl.body = next(rest)
            case "-OJ":
                pass  # into a file of the name that the answer gives
            case _:
                assert word.startswith(SITE), word
                curl.url = word.removeprefix(SITE)
    curl.method = curl.method or ("POST" if curl.body else "GET")
    return curl


def agrees(promised: Any, given: Any) -> bool:
    """Compares an answer with the documented one; `…` may be anything, and a moment with microseconds any other."""
    match promised, given:
        case str(), _ if promised == REST:
            return True
        case str(), str():
            return promised == given or bool(MOMENT.fullmatch(promised) and MOMENT.fullmatch(given))
        case dict(), dict():
            named = promised.keys() - {REST}
            whole = REST in promised or named == given.keys()
            return whole and named <= given.keys() and all(agrees(promised[key], given[key]) for key in named)
        case list(), list():
            return len(promised) == len(given) and all(map(agrees, promised, given))
        case _:
            return bool(promised == given)
