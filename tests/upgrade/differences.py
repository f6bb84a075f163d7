"""Recorded answers as a file, and where two recordings differ."""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tests.upgrade.questions import HEADERS, Answer

Recording = dict[str, dict[str, Any]]
"""By request: `status`, `headers`, `body`."""


def recorded(answers: Mapping[str, Answer]) -> Recording:
    return {
        request: {
            "status": answer.status,
            "headers": _comparable(answer),
            "body": answer.body.decode("utf-8", "surrogateescape"),
        }
        for request, answer in answers.items()
    }


def _comparable(answer: Answer) -> dict[str, str]:
    headers = {name: answer.headers[name] for name in HEADERS if name in answer.headers}
    if answer.status not in (HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NO_CONTENT):
        headers.pop("Allow", None)  # an answer from memory, of the lane for current relations, has none
    if headers.get("ETag", "").startswith("W/"):
        # Only feeds have weak tags. They digest the transaction that wrote the names, which a migration may be.
        headers["ETag"] = 'W/"…"'
    return headers


def write(path: Path, about: Mapping[str, Any], recording: Recording) -> None:
    """JSON lines, as `.xz` or `.gz`: what the recording is about, then a request on each line."""
    rows = [about, *({"request": request} | answer for request, answer in recording.items())]
    text = "".join(f"{json.dumps(row, ensure_ascii=True)}\n" for row in rows)
    packed = lzma.compress(text.encode()) if path.suffix == ".xz" else gzip.compress(text.encode(), mtime=0)
    path.write_bytes(packed)


def read(path: Path) -> tuple[dict[str, Any], Recording]:
    unpack = lzma.decompress if path.suffix == ".xz" else gzip.decompress
    about, *rows = (json.loads(line) for line in unpack(path.read_bytes()).splitlines())
    return about, {row.pop("request"): row for row in rows}


def differences(before: Recording, after: Recording) -> Iterator[str]:
    """A line for each difference: the request, what differs, and the first place where it does."""
    for request in before | after:
        if request not in after:
            yield f"{request}: asked of the first only"
        elif request not in before:
            yield f"{request}: asked of the second only"
        else:
            old, new = before[request], after[request]
            if old["status"] != new["status"]:
                yield f"{request}: status {old['status']} became {new['status']}"
            for name in HEADERS:
                one, other = old["headers"].get(name), new["headers"].get(name)
                if one != other:
                    yield f"{request}: header {name} {one!r} became {other!r}"
            if old["body"] != new["body"]:
                yield f"{request}: body {_first_difference(old['body'], new['body'])}"


def _first_difference(old: str, new: str) -> str:
    place = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other),
                 min(len(old), len(new)))  # fmt: skip
    start = max(0, place - 60)
    return f"at {place}: …{old[start : place + 60]!r} became …{new[start : place + 60]!r}"
