"""Legal forms of companies, in any script and position, folded to three words: `ltd`, `jsc` and `co`.

`ООО Ромашка`, `Romashka LLC` and `Общество с ограниченной ответственностью «Ромашка»` become `ltd romashka`. The three
stand for limited liability, share capital, and any other undertaking: enough to rank, not to say what a firm is in law.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

FORMS = frozenset({"ltd", "jsc", "co"})

WITHOUT_SPACES = {
    "股份有限公司": "jsc", "有限责任公司": "ltd", "有限責任公司": "ltd", "有限公司": "ltd", "公司": "co",
    "株式会社": "jsc", "株式會社": "jsc", "(株)": "jsc", "有限会社": "ltd", "合同会社": "ltd",
    "주식회사": "jsc", "(주)": "jsc", "유한회사": "ltd", "회사": "co",
    "شركة": "co", "شرکت": "co", 'בע"מ': "ltd", "בע״מ": "ltd", "חברת": "co",
}  # fmt: skip
"""Forms that are looked for before transliteration, the longest first: scripts without spaces, or without vowels."""

_WORDS = {
    "ltd": "ltd limited llc llp lllp pllc gmbh mbh ug sarl eurl srl sl slu ltda limitada lda bv bvba ooo tov tzov ood"
    " eood doo dooel kft uab sia pte pty pvt sdn bhd mmc mchj wll fzc fze fzco fzllc dmcc spzoo sro too lc jv",
    "jsc": "jsc ojsc cjsc pjsc pjs ao oao zao pao nao prat pat vat pats ag aktiengesellschaft sa sas sasu spa plc nv ab"
    " publ aktiebolag as asa aksjeselskap aktieselskab aktsiaselts oy oyj osakeyhtio nyrt zrt reszvenytarsasag ad ead dd"
    " kk tbk psc saog saoc sae sal sak qsc kgaa kda pt",
    "co": "co company corp corporation inc incorporated cie compagnie cia compania companhia compagnia kompaniya kompaniia"
    " kompania korporatsiya korporatsiia sherkat sherkate sharikat sharika gongsi kg ohg snc sca fgup gup"
    " mup rup fsue fgbu rue societe sociedad sociedade gesellschaft bedrijf spolka spolecnost sirketi est",
}
_PHRASES = {
    "ltd": "limited liabil compan|private limit compan|private limit|obsh s o ot|obshch s o ot|tovar z o v"
    "|gesellschaft mit be haftung|societe a respons|sociedad de respons|sociedade de respons|societa a respons"
    "|sociedad limit|sociedade limit|sp z o o|spol s r o|spolka z o o|tov s o ot|limited sirket|fz llc|free zone compan"
    "|druzh s o ot|drustvo s o od|drushtvo s o od|s a r l|l l c|l t d|s r l|d o o|w l l|g m b h|s r o|b v|o o o",
    "jsc": "joint stock compan|open joint stock compan|closed joint stock compan|public joint stock compan"
    "|private joint stock compan|publicly traded compan|public limit compan|open stock compan|aktsioner ob|aktsioner tov"
    "|aktsioner druzh|publich aktsioner ob|publich aktsioner tov|otkryt aktsioner ob|zakryt aktsioner ob"
    "|nepublich aktsioner ob|privat aktsioner tov|pryvat aktsioner tov|societe anonym|sociedad anonim|societe par action"
    "|sociedade anonim|sociedade por ac|sociedad por ac|societa per azion|naamloze venn|spolka akcyj|akciov spol"
    "|anonim sirket|kabushiki k|kabushiki g|perseroan terbat|dionicko drus|akcionarsko drus|akcine bendr|akciju sabied"
    "|p a o|o a o|z a o|s p a|p l c|j s c|p j s c|o j s c|c j s c|s a|a g|a s|n v",
    "co": "federal state unit enterpr|state unit enterpr|unitary enterpr|republican unit enterpr|limited partner"
    "|federal gos unit pred|gosudar unit pred|respublik unit pred|unitar pred|and co|and compan|holding compan",
}


def _by_start(phrases: dict[str, str]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Phrases by the first letters of their first word, the longest first; each of its words is a beginning."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for form, joined in phrases.items():
        for phrase in joined.split("|"):
            stems = tuple(phrase.split())
            found[stems[0][:_START]].append((stems, form))
    for some in found.values():
        some.sort(key=lambda one: -len(one[0]))
    return dict(found)


_START = 4
_FORM_OF = {word: form for form, words in _WORDS.items() for word in words.split()}
_ONLY_LAST = frozenset({"as", "ad", "ag", "ab", "sal", "too", "est", "sa"})
"""Words of other meaning at any other place: `Muhammad as-Sadr`, `Iyad ag Ghaly`."""
_STARTING = _by_start(_PHRASES)


def fold_forms(words: Sequence[str]) -> list[str]:
    """The words with each legal form replaced by its class; a name that is nothing but forms stays as it is."""
    folded, place = [], 0
    while place < len(words):
        length, form = _form_at(words, place)
        folded.append(form or words[place])
        place += length
    return folded if set(folded) - FORMS else list(words)


def _form_at(words: Sequence[str], place: int) -> tuple[int, str]:
    word = words[place]
    for stems, form in _STARTING.get(word[:_START], ()):
        some = words[place : place + len(stems)]
        if len(some) == len(stems) and all(map(_begins, some, stems)) and _is_there(words, place, stems):
            return len(stems), form
    is_last = 0 < place == len(words) - 1
    return 1, _FORM_OF.get(word, "") if is_last or word not in _ONLY_LAST else ""


def _begins(word: str, stem: str) -> bool:
    """Single letters begin a word in phrases like `obshchestvo s ogranichennoy otvetstvennostyu`."""
    return word.startswith(stem)


def _is_there(words: Sequence[str], place: int, stems: Sequence[str]) -> bool:
    """Letters are an abbreviation only where every word is one letter, two of them only at the end: `J. S. A. Miller`."""
    if max(map(len, stems)) > 1:
        return True
    are_letters = all(len(word) == 1 for word in words[place : place + len(stems)])
    return are_letters and (len(stems) > 2 or (place > 0 and place + len(stems) == len(words)))
