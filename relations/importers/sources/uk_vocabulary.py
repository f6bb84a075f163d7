"""Words that the two lists of the United Kingdom share: the UK Sanctions List, and OFSI's Consolidated List."""

from __future__ import annotations

from relations.importers.engine.parties import Kind, NameKind, Quality

KINDS: dict[str, Kind] = {"individual": "person", "entity": "entity", "ship": "vessel"}

NAME_KINDS: dict[str, NameKind] = {
    "prime alias": "primary",
    "primary name": "primary",
    "primary name variation": "variation",
    "alias": "aka",
    "aka": "aka",
    "fka": "fka",
}

QUALITIES: dict[str, Quality] = {
    "": "", "good": "strong", "good quality a.k.a": "strong", "low": "weak", "low quality a.k.a": "weak",
}  # fmt: skip

OFSI_BEGINS = b"Last Updated,"
"""The first bytes of OFSI's file."""
