"""Advisory locks of PostgreSQL: one enum of keys, so that no two families share one."""

from __future__ import annotations

import hashlib
from enum import IntEnum, unique

from django.db import connection


@unique
class AdvisoryLock(IntEnum):
    """The only key of a lock, or the first of a family's two."""

    NEW_SOURCE = 1_962
    """A source with this URL, or this publisher, title and day, is being made (second key: hash). Transaction."""
    LOG = 1_961
    """Entries are being appended to the logs, so that the order of their ids is the order of commits. Transaction."""
    IMPORT = 1_965
    """A list is being imported (second key: hash of its code). Session: it ends with a process that is killed."""
    DESTINATION = 1_963
    """A worker claims deliveries to one host and port (second key: its hash). Transaction."""
    HOUSEKEEPING = 1_964
    """One worker deletes what is past its retention. Transaction."""
    PREPARATION = 2_020_02_01
    """One start of the tracker migrates the database and loads the fixtures. Session."""


def lock_key(text: str) -> int:
    """A second key: a signed 32-bit hash of the text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) - 2**31


def lock_log() -> None:
    """Until the commit nobody else appends to the logs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [AdvisoryLock.LOG])
