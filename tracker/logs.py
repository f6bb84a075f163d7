"""Log records: their form, and limits on the length and the number of those that clients can cause."""

import logging
import sys
import threading
import time
from typing import Any

# Where tools of a developer have brought `rich`, structlog would load it for tracebacks: a sixth of each start.
sys.modules.setdefault("rich", None)  # type: ignore[arg-type]

import structlog  # noqa: E402

if sys.modules.get("rich", sys) is None:
    del sys.modules["rich"]

from tracker import request_ids  # noqa: E402

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


CONTEXT: list[Any] = [
    structlog.contextvars.merge_contextvars,
    request_ids.named,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
"""Records of structlog and of libraries."""
RENDERERS: dict[str, list[Any]] = {
    "json": [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
    "console": [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)],
}


def configure(*, level: str, renderer: str) -> dict[str, Any]:
    """Configures structlog, and returns Django's setting LOGGING."""
    stdlib = structlog.stdlib
    structlog.configure(
        processors=[*CONTEXT, stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=stdlib.LoggerFactory(), wrapper_class=stdlib.BoundLogger, cache_logger_on_first_use=True,
    )  # fmt: skip
    processors = [stdlib.ProcessorFormatter.remove_processors_meta, *RENDERERS[renderer]]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": stdlib.ProcessorFormatter, "foreign_pre_chain": CONTEXT, "processors": processors}
        },
        "filters": {
            "shortened": {"()": Shortened},
            "few": {"()": AtMost, "most": 10, "seconds": 60},
            "few_503": {"()": AtMost, "most": 10, "seconds": 60, "status": 503},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["shortened"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Without Django's handler that mails administrators.
            "django": {"handlers": [], "level": level, "propagate": True},
            # Without the mistakes of clients, who could fill the disk.
            "django.request": {"level": "ERROR", "filters": ["few_503"]},
            "django.security": {"level": "CRITICAL"},
            # Possibly a mistake of the operator: CSRF_TRUSTED_ORIGINS, or a proxy that changes the host.
            "django.security.csrf": {"level": "WARNING", "filters": ["few"]},
            "procrastinate": {"level": "WARNING"},
        },
    }
