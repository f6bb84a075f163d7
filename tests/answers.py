"""Answers to anybody, in the test's process or in one that it starts."""

from collections.abc import Iterable

from django.test import Client


def answers(paths: Iterable[str]) -> dict[str, list[object]]:
    """By path: status, strong entity tag, and body."""
    found: dict[str, list[object]] = {}
    for path in paths:
        answer = Client(headers={"host": "localhost"}).get(path)
        tag = answer.headers.get("ETag")  # a feed's weak one names the transaction that wrote its names
        body = b"".join(answer) if answer.streaming else answer.content
        found[path] = [answer.status_code, tag if tag and tag.startswith('"') else None, body.decode()]
    return found
