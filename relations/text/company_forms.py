"""Legal forms of companies, in any script and position, folded to three words: `ltd`, `jsc` and `co`.

`ООО Ромашка`, `Romashka LLC` and `Общество с ограниченной ответственностью «Ромашка»` become `ltd romashka`. The three
mean limited liability, share capital, and any other undertaking: enough to rank, not to say what a firm is in law.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from relations.text.words import FORM_OF, PHRASES

FORMS = frozenset(FORM_OF.values())
_ONLY_LAST = frozenset({"as", "ad", "ag", "ab", "sal", "too", "est", "sa"})
"""Words of other meaning at any other place: `Muhammad as-Sadr`, `Iyad ag Ghaly`."""
_BEGINNING, _LETTERS_ANYWHERE = 4, 3


def fold_forms(words: Sequence[str]) -> list[str]:
    """The words with each legal form replaced by its class; a name that is nothing but forms is not changed."""
    folded, place = [], 0
    while place < len(words):
        length, form = _form_at(words, place)
        folded.append(form or words[place])
        place += length
    return folded if set(folded) - FORMS else list(words)


def _form_at(words: Sequence[str], place: int) -> tuple[int, str]:
    """The number of words that are one form, and its class; "" for a word that is no form."""
    word = words[place]
    for beginnings, form in _STARTING.get(word[:_BEGINNING], ()):
        some = words[place : place + len(beginnings)]
        has_all = len(some) == len(beginnings) and all(map(str.startswith, some, beginnings))
        if has_all and (max(map(len, beginnings)) > 1 or _is_abbreviation(some, place, len(words))):
            return len(some), form
    is_last = 0 < place == len(words) - 1
    return 1, FORM_OF.get(word, "") if is_last or word not in _ONLY_LAST else ""


def _is_abbreviation(some: Sequence[str], place: int, length: int) -> bool:
    """Checks for words of one letter; two of them are a form only at the end: `J. S. A. Miller`."""
    are_letters = all(len(word) == 1 for word in some)
    return are_letters and (len(some) >= _LETTERS_ANYWHERE or 0 < place == length - len(some))


def _by_beginning() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Phrases by the first letters of their first word, the longest first."""
    forms: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for beginnings, form in sorted(PHRASES, key=lambda one: -len(one[0])):
        forms[beginnings[0][:_BEGINNING]].append((beginnings, form))
    return dict(forms)


_STARTING = _by_beginning()
