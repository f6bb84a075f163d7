"""Parties found by name: by trigrams and by sound in the database, ranked by the similarity of the names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    Func,
    IntegerField,
    JSONField,
    Q,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Length

from relations.errors import BadParameter
from relations.models import Designation, PartyName
from relations.text.names import Name, acronym_keys, fold, parse, sought, stored
from relations.text.phonetics import lacks_vowels
from relations.text.similarity import scores
from relations.text.transliteration import in_one_script

if TYPE_CHECKING:
    from django.db.models import QuerySet

MAX_WORDS = 200
"""Characters of a query; no name on any list is twice as long."""
_NEAR = 0.45
"""pg_trgm's word similarity from which a name is looked at: Russian and Belarusian forms of one are so far apart."""
_LOOKED_AT = 1800
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
    similar = nearest_names(wanted, is_part=True)
    own = Func(
        Value(
            {str(party): round(VERY_NAME * score) for party, (score, _) in similar.items()}, output_field=JSONField()
        ),
        Cast("party_id", TextField()),
        function="jsonb_extract_path_text",
        output_field=TextField(),
    )
    # One parameter: Django prepares each value of a list, which takes longer than the query.
    parties = Func(
        Value([*similar], output_field=ArrayField(BigIntegerField())),
        function="unnest",
        template="(SELECT %(function)s(%(expressions)s))",
    )
    return rows.filter(party__in=parties).annotate(score=Cast(own, IntegerField()))


def nearest_names(wanted: Name, *, is_part: bool) -> dict[int, tuple[float, str]]:
    """The score of the nearest name, from 0 to 1, and the name, by party; `is_part` for a query of some words."""
    near = [(party, text, (words, lacks_vowels(in_one_script(text)))) for party, text, words in _near_names(wanted)]
    # Each name once: several lists have the same ones.
    names = {form: stored(form[0].split(), has_vowels=not form[1]) for form in {form for *_, form in near}}
    score_of = dict(zip(names, scores(wanted, [*names.values()], is_part=is_part), strict=True))
    nearest: dict[int, tuple[float, str]] = {}
    for party, text, form in near:
        if party not in nearest or score_of[form] > nearest[party][0]:
            nearest[party] = score_of[form], text
    return nearest


def _near_names(wanted: Name) -> list[tuple[int, str, str]]:
    """Party, name and its normal words: of all, or the nearest of too many.

    Nearest are names with the consonants of every word, or the acronym, among these those with the words themselves,
    and then the shortest. Only of the others the similarity of trigrams is computed again: it takes most of the time.
    """
    words, alike = fold(wanted), _alike(wanted)
    parts = Func(F("folded"), Value(" "), function="string_to_array", output_field=ArrayField(TextField()))
    has_words = Q(parts__contains=words.split())
    group = Case(
        When(found__lte=_LOOKED_AT, then=None), When(alike & has_words, then=3), When(alike, then=2),
        When(has_words, then=1), default=0,
    )  # fmt: skip
    similarity = Case(When(group=0, then=TrigramWordSimilarity(words, "folded")))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(_NEAR)])
        near = PartyName.objects.filter(alike | Q(folded__trigram_word_similar=words))
        near = near.annotate(found=Window(Count("pk")), parts=parts).annotate(group=group)
        ordered = near.order_by("-group", similarity.desc(), Length("folded"), "id")
        return list(ordered.values_list("party", "text", "words")[:_LOOKED_AT])


def _alike(wanted: Name) -> Q:
    """The keys of every word that is sought, or one of the acronyms."""
    acronyms, words = acronym_keys(wanted), sought(wanted)
    alike = Q(consonants__overlap=sorted(acronyms)) if acronyms else Q(pk__isnull=True)
    every = Q()
    for keys in words:
        every &= Q(consonants__overlap=keys)
    return alike | every if words else alike
