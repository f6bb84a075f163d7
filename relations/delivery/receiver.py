"""Receiver for trying out webhooks: verifies messages, drops duplicates and describes the rest."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from relations.codes import TrackKind, label_in_sentence
from relations.delivery.signing import Secret, is_signed
from relations.status import Track

_LONGEST = 5 * 1024 * 1024


class Receiver(ThreadingHTTPServer):
    """Listens on loopback, accepts messages signed with one of the `secrets`, and passes a line on each to `show`."""

    daemon_threads = True

    def __init__(self, port: int, *, secrets: Callable[[], Sequence[Secret]], show: Callable[[str], object]) -> None:
        super().__init__(("127.0.0.1", port), _Request)
        self.secrets, self.show = secrets, show
        self.seen: set[str] = set()
        self.versions: dict[tuple[str, str], int] = {}

    def accept(self, message: str, body: bytes) -> str:
        """Line about a signed message. Versions count for each pair and track, as in every receiver."""
        event = json.loads(body)
        type_, content = event["type"], event["data"]
        if message in self.seen:
            return f"{type_}: a duplicate, dropped"
        self.seen.add(message)
        if "track" not in content:
            return f"{type_}: {json.dumps(content)}"
        place, version = (content["pair"], content["track"]), content["version"]
        line = f"{type_}: {_label(content['track'])}, pair {content['pair']}, version {version}"
        if version <= self.versions.get(place, 0):
            return f"{line}: older than the last one, dropped"
        self.versions[place] = version
        return f"{line}: {_state(content['old'])} → {_state(content['new'])} from {content['effective']}"


def _label(track: str) -> str:
    """`Travel ban US>BY`."""
    kind, sender, receiver, _ = Track.named(track)
    words = TrackKind(kind).label
    return f"{words} {sender}>{receiver}" if sender else words


def _state(state: Mapping[str, Any] | None) -> str:
    """`in force`; a `facts.changed` has no states."""
    return label_in_sentence(state["value"]) if state else "no status"


class _Request(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "")[:20]
        if not length.isdecimal() or int(length) > _LONGEST:
            self._answer(413, "refused: too long")
            return
        body = self.rfile.read(int(length))
        message = self.headers.get("webhook-id", "")
        if not any(self._is_signed(message, body, secret) for secret in self.server.secrets()):
            self._answer(401, "refused: not signed with a known secret")
            return
        try:
            line = self.server.accept(message, body)
        except (ValueError, KeyError, TypeError, AttributeError):
            self._answer(400, "refused: the body is no message")
            return
        self._answer(204, line)

    def _is_signed(self, message: str, body: bytes, secret: Secret) -> bool:
        return is_signed(
            message=message, timestamp=self.headers.get("webhook-timestamp", ""),
            signatures=self.headers.get("webhook-signature", ""), body=body, secret=secret, now=time.time(),
        )  # fmt: skip

    def _answer(self, status: int, line: str) -> None:
        self.server.show(line)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the standard library's signature
        """Logs nothing: `show` has the line."""
