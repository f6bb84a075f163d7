"""The tone of each value of a track: the colour and the shape of its chip and of its bar."""

from __future__ import annotations

from collections.abc import Mapping

from relations.codes import (
    UNKNOWN,
    BanAction,
    NextStatus,
    PostStatus,
    RelationsValue,
    SanctionValue,
    TrackKind,
    Trend,
)

_TONES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    TrackKind.AMBASSADOR: {
        "calm": (PostStatus.AMBASSADOR, PostStatus.MINISTER, PostStatus.NON_RESIDENT),
        "partial": (
            PostStatus.CHARGE, PostStatus.INTERESTS_SECTION, PostStatus.PROTECTING_POWER, PostStatus.VACANT,
        ),
        "severe": (
            PostStatus.OPERATIONS_SUSPENDED, PostStatus.CLOSED, PostStatus.SEVERED, PostStatus.RECALLED,
            PostStatus.WITHDRAWN, PostStatus.ASKED_TO_LEAVE, PostStatus.EXPELLED,
        ),
    },
    TrackKind.NEXT: {
        "calm": (
            NextStatus.ANNOUNCED, NextStatus.NOMINATED, NextStatus.AGREEMENT_GRANTED, NextStatus.CONFIRMED,
            NextStatus.APPOINTED,
        ),
        "severe": (NextStatus.REFUSED, NextStatus.AGREEMENT_REVOKED),
        "none": (NextStatus.LAPSED, "none"),
    },
    TrackKind.SANCTIONS: {
        "severe": (SanctionValue.IN_FORCE,),
        "partial": (SanctionValue.EASED, SanctionValue.SUSPENDED, SanctionValue.THREATENED),
        "none": (SanctionValue.NONE,),
    },
    TrackKind.TRAVEL_BAN: {
        "severe": (BanAction.LISTED,),
        "partial": (BanAction.SUSPENDED, BanAction.CONSIDERED),
        "none": (BanAction.NOT_INCLUDED, BanAction.REMOVED),
    },
    TrackKind.DIPLOMATIC_RELATIONS: {
        "calm": (RelationsValue.ESTABLISHED,),
        "partial": (RelationsValue.SUSPENDED,),
        "severe": (RelationsValue.SEVERED,),
    },
    TrackKind.TREND: {"calm": (Trend.IMPROVING,), "none": (Trend.STABLE,), "severe": (Trend.DETERIORATING,)},
}  # fmt: skip
_BY_VALUE = {
    (kind, value): tone for kind, tones in _TONES.items() for tone, values in tones.items() for value in values
}


GRAVITY = ("severe", "partial", "calm", "none")
"""Tones of known values, the gravest first."""


def tone(kind: str, value: str) -> str:
    """Raises `KeyError` for a value that no track of the kind has."""
    return UNKNOWN if value == UNKNOWN else _BY_VALUE[kind, value]
