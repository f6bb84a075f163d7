"""Weights of words: the less a word says about whose name it is, the smaller."""

from __future__ import annotations

import re
from functools import lru_cache

from relations.text import words as tables
from relations.text.company_forms import FORMS

LIGHT, INITIAL, GENERIC, PATRONYMIC, PLACE, COMMON, FULL = 0.02, 0.3, 0.2, 0.35, 0.4, 0.7, 1.0
_GIVEN_FATHERS_FAMILY = 3
_PATRONYMIC = re.compile(
    r"\w{2,}(?:[oeai]v|[oea]w)[iy](?:ch|tch|tsch|tj|c|cz)|\w{2,}[oea][vw]n[ayo]|\w{3,}[iy]n?ichna|\w{3,}[iy]ich"
)


@lru_cache(maxsize=1 << 14)
def weights(words: tuple[str, ...]) -> tuple[float, ...]:
    """The weight of each word, in the same order; a name of light words alone has full ones."""
    weighed = [_weight(word) for word in words]
    fathers = [place for place, word in enumerate(words) if weighed[place] == FULL and is_patronymic(word)]
    if len(fathers) == 1 and sum(weight >= COMMON for weight in weighed) >= _GIVEN_FATHERS_FAMILY:
        weighed[fathers[0]] = PATRONYMIC
    return tuple(weighed) if max(weighed, default=0) > LIGHT else (FULL,) * len(weighed)


@lru_cache(maxsize=1 << 15)
def is_patronymic(word: str) -> bool:
    return _PATRONYMIC.fullmatch(word) is not None


@lru_cache(maxsize=1 << 15)
def _weight(word: str) -> float:
    if word in FORMS:
        return 0.0
    if len(word) == 1:
        return INITIAL
    if word in tables.LIGHT:
        return LIGHT
    plain = tables.group(word)
    if plain in tables.GENERIC or word in tables.GENERIC:
        return GENERIC
    if plain in tables.PLACES:
        return PLACE
    return COMMON if plain in tables.COMMON or word in tables.COMMON else FULL
