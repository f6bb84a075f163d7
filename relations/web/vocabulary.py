"""The words of facts, tracks and sources as pages show them within a sentence, in English: `catalogue` has them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from relations import codes
from relations.codes.labels import Vocabulary

_OF_NAMES = {
    "male": "male", "female": "female", "aka": "also known as", "fka": "formerly known as", "nka": "now known as",
    "variation": "variation", "original_script": "original script", "strong": "strong", "weak": "weak",
}  # fmt: skip
"""Words of a party's record, for which there is no vocabulary."""


def _in_sentence(vocabularies: Iterable[type[Vocabulary]]) -> dict[str, str]:
    labels = ((word, str(label)) for vocabulary in vocabularies for word, label in vocabulary.choices)
    return {word: f"{label[0].lower()}{label[1:]}" for word, label in labels}


WORDS: Mapping[str, str] = _OF_NAMES | _in_sentence((
    codes.PostStatus, codes.NextStatus, codes.SanctionValue, codes.SanctionAction, codes.Measure, codes.Scope,
    codes.BanAction, codes.BanScope, codes.RelationsValue, codes.Trend, codes.EventKind, codes.PartyChange,
    codes.RegimeStatus, codes.PartyKind,
))  # fmt: skip
SOURCE_KINDS: Mapping[str, str] = _in_sentence((codes.SourceKind,))
