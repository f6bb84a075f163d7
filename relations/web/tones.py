"""The tone of each value of a track: the colour and the shape of its chip and of its bar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from relations.codes import UNKNOWN, BanAction, NextStatus, PostStatus, RelationsValue, SanctionValue, TrackKind, Trend

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
TONES = (*GRAVITY, "unknown", "stale", "disputed")
"""Each has a colour in `tokens.css` and a shape in `web/shape.html`."""


def tone(kind: str, value: str, *, stale: bool = False) -> str:
    """`severe`; of an old value `stale-severe`: it is seen as old and by what was last said.

    Raises `KeyError` for a value that no track of the kind has.
    """
    if value == UNKNOWN:
        return "stale" if stale else UNKNOWN
    fresh = _BY_VALUE[kind, value]
    return f"stale-{fresh}" if stale else fresh


def apart(tone: str) -> tuple[str, str]:
    """The tone of a shape, and of an old value the tone of what was last said: `stale-severe` -> stale, severe."""
    base, _hyphen, last = tone.partition("-")
    return base, last


def by_gravity(tone: str) -> tuple[int, int]:
    """The order of tones: known ones, unknown, old ones by what was last said, disputed."""
    base, last = apart(tone)
    return TONES.index(base), GRAVITY.index(last) if last else len(GRAVITY)


def hatches(tones: Iterable[str]) -> list[str]:
    """The last words' tones of the old values among these, for which `web/pictures/hatches.svg` draws a pattern."""
    return sorted({last for one in tones if (last := apart(one)[1])})


def hatch(tone: str) -> str:
    """The attribute that fills an old value with its pattern; empty for others."""
    return f' fill="url(#{tone})"' if apart(tone)[1] else ""


def classes(tone: str) -> str:
    """The classes of an element in a tone: `tone-stale last-severe`."""
    base, last = apart(tone)
    return f"tone-{base} last-{last}" if last else f"tone-{base}"
