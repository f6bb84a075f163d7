"""Parties found by name: by trigrams and by sound in the database, ranked by the similarity of the names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, Func, IntegerField, JSONField, Q, TextField, Value, When
from django.db.models.functions import Cast

from relations.errors import BadParameter
from relations.models import Designation, PartyName
from relations.text.names import Name, acronym_keys, fold, parse, sought, stored
from relations.text.phonetics import lacks_vowels
from relations.text.similarity import compare

if TYPE_CHECKING:
    from django.db.models import QuerySet

MAX_WORDS = 200
"""Characters of a query; no name on any list is twice as long."""
_NEAR = 0.45
"""pg_trgm's word similarity from which a name is looked at: Russian and Belarusian forms of one are so far apart."""
_LOOKED_AT = 2000
VERY_NAME = 1000
"""The highest score. Scores are whole thousandths: a page begins exactly where the one before it ended."""


def search(rows: QuerySet[Designation], words: str) -> QuerySet[Designation]:
    """The rows whose party has a name like the words, each with its `score` in thousandths.

    1000 is the very name, whatever its script, its diacritics and the order of its words. Raises `BadParameter` for a
    query without letters.
    """
    wanted = parse(words[: MAX_WORDS + 1])
    if not wanted.words or len(words) > MAX_WORDS:
        raise BadParameter(field="q", why=f"Give the words of a name, {MAX_WORDS} characters at most.")
    scores = _scores(wanted)
    own = Func(
        Value({str(party): round(VERY_NAME * score) for party, score in scores.items()}, output_field=JSONField()),
        Cast("party_id", TextField()),
        function="jsonb_extract_path_text",
        output_field=TextField(),
    )
    return rows.filter(party__in=scores).annotate(score=Cast(own, IntegerField()))


def _scores(wanted: Name) -> dict[int, float]:
    """The score of the nearest name, by party."""
    scores: dict[int, float] = {}
    for party, text, words in _near_names(wanted):
        name = stored(words.split(), has_vowels=not lacks_vowels(text))
        scores[party] = max(scores.get(party, 0.0), compare(wanted, name))
    return scores


def _near_names(wanted: Name) -> list[tuple[int, str, str]]:
    """Party, name and its normal words; first those with the consonants of every word, or the acronym."""
    words = fold(wanted)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(_NEAR)])
        alike = _alike(wanted)
        near = PartyName.objects.filter(Q(folded__trigram_word_similar=words) | alike)
        ordered = near.annotate(
            alike=Case(When(alike, then=1), default=0), similarity=TrigramWordSimilarity(words, "folded")
        ).order_by("-alike", "-similarity", "id")
        return list(ordered.values_list("party", "text", "words")[:_LOOKED_AT])


def _alike(wanted: Name) -> Q:
    """The keys of every word that is sought, or one of the acronyms."""
    acronyms, words = acronym_keys(wanted), sought(wanted)
    alike = Q(consonants__overlap=sorted(acronyms)) if acronyms else Q(pk__isnull=True)
    every = Q()
    for keys in words:
        every &= Q(consonants__overlap=keys)
    return alike | every if words else alike
