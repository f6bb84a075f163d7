"""Merkle tree hashes of the change log (RFC 6962, section 2.1), over canonical JSON (RFC 8785)."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson


def canonical(line: Any) -> bytes:
    """The one JSON text of a line: keys in order, no white space, UTF-8.

    RFC 8785 for lines of the log: their keys are ASCII and their numbers are integers, so that nothing else of it
    applies.
    """
    return orjson.dumps(line, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def leaf_hash(line: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + line).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class MerkleTree:
    """A tree that grows by one leaf at a time, in memory of the logarithm of its size."""

    def __init__(self) -> None:
        self.size = 0
        self._complete: list[bytes] = []
        """The roots of the complete subtrees, the largest first: one for each bit of `size`."""

    def append(self, leaf: bytes) -> None:
        """Adds the hash of a leaf."""
        root, size = leaf, self.size
        while size & 1:
            root, size = _node_hash(self._complete.pop(), root), size >> 1
        self._complete.append(root)
        self.size += 1

    def root(self) -> bytes:
        """The tree hash; that of an empty tree is the hash of nothing."""
        if not self._complete:
            return hashlib.sha256().digest()
        root = self._complete[-1]
        for left in reversed(self._complete[:-1]):
            root = _node_hash(left, root)
        return root
