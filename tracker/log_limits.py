"""Limits on the length and the number of log records that clients can cause."""

import logging
import threading
import time

LONGEST = 500
"""Characters of a message; a path alone may have 64 KiB."""


class Shortened(logging.Filter):
    """Truncates long messages, without their tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.msg if isinstance(record.msg, dict) else record.getMessage()
        if isinstance(message, str) and len(message) > LONGEST:
            record.msg, record.args = f"{message[:LONGEST]}… ({len(message)} characters)", ()
        return True


class AtMost(logging.Filter):
    """Passes `most` records in each period of `seconds`, and adds to the next one the number of those dropped.

    `status` limits it to Django's records about responses with that status.
    """

    def __init__(self, most: int, seconds: float, status: int | None = None) -> None:
        super().__init__()
        self._most, self._seconds, self._status = most, seconds, status
        self._began, self._count = time.monotonic(), 0
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        if self._status is not None and getattr(record, "status_code", None) != self._status:
            return True
        with self._lock:
            left_out = 0
            if time.monotonic() - self._began >= self._seconds:
                left_out = max(0, self._count - self._most)
                self._began, self._count = time.monotonic(), 0
            self._count += 1
            if left_out:
                record.msg, record.args = f"{record.getMessage()} ({left_out} like it were left out before)", ()
            return self._count <= self._most
