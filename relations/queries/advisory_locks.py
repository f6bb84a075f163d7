"""Advisory locks of PostgreSQL: one enum of keys, so that no two families share one."""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class AdvisoryLock(IntEnum):
    """The only key of a lock, the first of a family's two, or the first 12 bits of one long key."""

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
    RECORDING = 1_966
    """A command is recording; what it writes has this transaction time or a later one (the other 52 bits of the key:
    microseconds since 1970). Shared, transaction."""
    ENTERING = 1_967
    """A command is about to take `RECORDING` (other bits: as there, a moment before). Shared, transaction."""
    PREPARATION = 2_020_02_01
    """One start of the tracker migrates the database and loads the fixtures. Session."""
