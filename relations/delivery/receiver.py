"""A receiver for people who try webhooks out: verifies, says what it got, drops what it has seen."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from relations.delivery.signing import Secret, is_signed

_LONGEST = 5 * 1024 * 1024


class Receiver(ThreadingHTTPServer):
    """Listens on loopback, takes what is signed with one of the `secrets`, and hands a line about it to `tell`."""

    daemon_threads = True

    def __init__(self, port: int, *, secrets: Callable[[], Sequence[Secret]], tell: Callable[[str], object]) -> None:
        super().__init__(("127.0.0.1", port), _Request)
        self.secrets, self.tell = secrets, tell
        self.seen: set[str] = set()
        self.versions: dict[tuple[str, str], int] = {}

    def judged(self, message: str, body: bytes) -> str:
        """What a receiver should do with a message that is signed: versions count per pair and track."""
        told: dict[str, Any] = json.loads(body)
        what = told["data"]
        if message in self.seen:
            return f"{told['type']}: seen already, dropped"
        self.seen.add(message)
        if "track" not in what:
            return f"{told['type']}: {json.dumps(what)}"
        place = (what["pair"], what["track"])
        line = f"{told['type']}: {what['track']} of {what['pair']} (version {what['version']})"
        if what["version"] <= self.versions.get(place, 0):
            return f"{line}: older than what is known, dropped"
        self.versions[place] = what["version"]
        return f"{line}: {json.dumps(what['from'])} -> {json.dumps(what['to'])} from {what['effective']}"


class _Request(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > _LONGEST:
            self._answer(413, "refused: too long")
            return
        body = self.rfile.read(int(length))
        message = self.headers.get("webhook-id", "")
        if not any(self._is_signed(message, body, secret) for secret in self.server.secrets()):
            self._answer(401, "refused: it is not signed with a secret that is known here")
            return
        try:
            line = self.server.judged(message, body)
        except (ValueError, KeyError, TypeError):
            self._answer(400, "refused: the body is no message")
            return
        self._answer(204, line)

    def _is_signed(self, message: str, body: bytes, secret: Secret) -> bool:
        return is_signed(
            message=message, timestamp=self.headers.get("webhook-timestamp", ""),
            signatures=self.headers.get("webhook-signature", ""), body=body, secret=secret, now=time.time(),
        )  # fmt: skip

    def _answer(self, status: int, line: str) -> None:
        self.server.tell(line)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the standard library's signature
        """Nothing beside what `tell` is told."""
