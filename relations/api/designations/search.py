"""Parties found by name: by trigrams and by sound in the database, ranked by their words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, Func, IntegerField, JSONField, Q, TextField, Value
from django.db.models.functions import Cast
from rapidfuzz import fuzz

from relations.errors import BadParameter
from relations.models import Designation, PartyName
from relations.text.phonetics import consonants, lacks_vowels, sounded
from relations.text.transliteration import fold

if TYPE_CHECKING:
    from django.db.models import QuerySet

MAX_WORDS = 200
"""Characters of a query; no name on any list is twice as long."""
_NEAR = 0.45
"""pg_trgm's word similarity from which a name is looked at: Russian and Belarusian forms of one are so far apart."""
_LOOKED_AT = 2000
_EXACT = 0.9
"""The least score of a name with every word of the query, letter by letter; near ones stay below."""
VERY_NAME = 1000
"""The highest score. Scores are whole thousandths: a page begins exactly where the one before it ended."""


def search(rows: QuerySet[Designation], words: str) -> QuerySet[Designation]:
    """The rows whose party has a name like the words, each with its `score` in thousandths.

    1000 is the very name, whatever its script, its diacritics and the order of its words. Raises `BadParameter` for a
    query without letters.
    """
    wanted = fold(words[: MAX_WORDS + 1])
    if not wanted or len(words) > MAX_WORDS:
        raise BadParameter(field="q", why=f"Give the words of a name, {MAX_WORDS} characters at most.")
    scores = _scores(words, wanted)
    own = Func(
        Value({str(party): round(VERY_NAME * score) for party, score in scores.items()}, output_field=JSONField()),
        Cast("party_id", TextField()),
        function="jsonb_extract_path_text",
        output_field=TextField(),
    )
    return rows.filter(party__in=scores).annotate(score=Cast(own, IntegerField()))


def _scores(words: str, wanted: str) -> dict[int, float]:
    """The score of the nearest name, by party."""
    sounds, by_consonants = sounded(words), lacks_vowels(words)
    sought = consonants(sounds)
    scores: dict[int, float] = {}
    for party, folded, others, is_alike in _near_names(wanted, sought):
        own = score(wanted, folded)
        if is_alike and own < _EXACT:
            heard = (" ".join(sought), " ".join(consonants(others))) if by_consonants else (sounds, others)
            own = max(own, score_of_sounds(*heard))
        scores[party] = max(scores.get(party, 0.0), own)
    return scores


def _near_names(wanted: str, sought: list[str]) -> list[tuple[int, str, str, bool]]:
    """Party, folded name, sounds, and whether the name has all the consonants; such names first."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(_NEAR)])
        alike = Q(consonants__contains=sought) if sought else Q(pk__isnull=True)
        near = PartyName.objects.filter(Q(folded__trigram_word_similar=wanted) | alike)
        scored = near.annotate(
            alike=ExpressionWrapper(alike, BooleanField()), similarity=TrigramWordSimilarity(wanted, "folded")
        )
        ordered = scored.order_by("-alike", "-similarity", "id")
        return list(ordered.values_list("party", "folded", "sounds", "alike")[:_LOOKED_AT])


def score(wanted: str, folded: str) -> float:
    """1 for the very name; then names with all the words, those with the fewest others first; then near ones.

    Near ones: half for the words that are there, half for there being no others.
    """
    if wanted == folded:
        return 1.0
    alone = fuzz.token_sort_ratio(wanted, folded) / 100
    if Counter(wanted.split()) <= Counter(folded.split()):
        return round(_EXACT + (0.99 - _EXACT) * alone, 3)
    return round(_EXACT * (fuzz.token_set_ratio(wanted, folded) / 100 + alone) / 2, 3)


def score_of_sounds(wanted: str, others: str) -> float:
    """The score by sound, below every name with the very words; other words cost less than by letter, for a sound is
    coarse."""
    there, alone = fuzz.token_set_ratio(wanted, others) / 100, fuzz.token_sort_ratio(wanted, others) / 100
    return round(min(_EXACT * (3 * there + alone) / 4, _EXACT - 0.001), 3)
