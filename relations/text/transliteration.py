"""Names in Latin letters, without diacritics, in lower case."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from anyascii import anyascii

from relations.text.words import WRITTEN_FORMS

_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
_MARKS = re.compile(r"['`]+|(?<=\b[a-z])/(?=[a-z]\b)")
"""Transliterated soft signs, hamza and ayn; and the stroke of `M/V`."""
_EMOJI = re.compile("[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]+")
"""The transliteration would name them: `:grinning:`."""
_SYLLABLE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DIVIDED = re.compile("[\u0590-\u06ff]")
_ALLAH = re.compile(r"\s*(?<!\w)الله(?!\w)")
_ARTICLE = re.compile(r"(?<!\w)ال(?=\w{2})")
"""Arabic joins it to its word; transliterations divide them, or leave it out."""

_BRACKETS = re.compile(r"\(([^()]*)\)")
_LATIN_LETTER = re.compile("[a-zA-Z]")

# Compiled with the first name that needs them: to list so many letters takes 11 ms, a fiftieth of each start.
_IDEOGRAPHS = r"[\u2e80-\u9fff\uf900-\ufaff]"
_OTHER_SCRIPT = "[\u0370-\u1dff\u2c80-\ua6ff\ua960-\ufaff\ufb1d-\ufdff\ufe70-\ufefe]"
_HANGUL = "[\uac00-\ud7a3]"

_INITIALS = re.split(",", "k,kk,n,t,tt,r,m,p,pp,s,ss,,j,jj,ch,k,t,p,h")
_VOWELS = re.split(",", "a,ae,ya,yae,o,e,yo,ye,o,wa,wae,oe,yo,u,wo,we,wi,yu,u,ui,i")
_FINALS = re.split(",", ",k,k,k,n,n,n,t,l,k,m,l,l,l,p,l,m,p,p,t,t,ng,t,t,k,t,p,t")
_OF_ONE_INITIAL, _OF_ONE_VOWEL = len(_VOWELS) * len(_FINALS), len(_FINALS)
_SURNAMES = {"이": "ri", "임": "rim", "유": "ryu", "양": "ryang"}
"""South Korea does not write the first letter of these."""

_SMALL_KANA = re.compile("([\u3041-\u30f4])([ゃゅょャュョぁぃぅぇぉァィゥェォ])")
_LENGTH = re.compile("[ーッっ]")
"""Long vowels and double consonants."""


def in_one_script(name: str) -> str:
    """The Latin half of a name that is written twice, in brackets in another script.

    `Abu Muhammad (original script: Абу Мухаммад)`; `حسن غول (Hassan Ghul; Hasan Gul)` is Hassan Ghul.
    A gloss of some of the words (`Иванов (Ivanov) Иван`, `Банк России (Moscow)`) is none.
    """
    brackets = None if name.isascii() else _BRACKETS.search(name)
    if brackets is None:
        return name
    outside, inside = f"{name[: brackets.start()]} {name[brackets.end() :]}", brackets[1]
    if not re.search(_OTHER_SCRIPT, outside) and _LATIN_LETTER.search(outside):
        return outside if re.search(_OTHER_SCRIPT, inside) else name
    first = inside.partition(";")[0]
    is_gloss = name[brackets.end() :].strip() or len(first.split()) < len(outside.split())
    return name if is_gloss or not _LATIN_LETTER.search(first) or re.search(_OTHER_SCRIPT, inside) else first


def latin_words(name: str) -> list[str]:
    """`Лукашенко, Виктор` -> lukashenko, viktor; `김정은` -> kim, jong, un; `القذافي` -> qdhafy."""
    return [word for word in _BETWEEN_WORDS.split(_MARKS.sub("", latin(name))) if word]


def latin(name: str) -> str:
    """The name with its punctuation; each ideograph and each syllable of Hangul is a word of its own."""
    normal = unicodedata.normalize("NFKC", in_one_script(name))
    if normal.isascii():
        return normal.lower()
    text = _forms().sub(_form, _EMOJI.sub(" ", normal))
    text = _ARTICLE.sub("", _ALLAH.sub("اللا", text))
    text = _LENGTH.sub("", _SMALL_KANA.sub(_contracted, text))
    ascii_text = anyascii(re.sub(_HANGUL, _syllable, text))
    return (_SYLLABLE.sub(" ", ascii_text) if re.search(_IDEOGRAPHS, text) else ascii_text).lower()


@cache
def _forms() -> re.Pattern[str]:
    """Any written form. Words of Arabic and Hebrew are divided; Arabic joins the article to them."""
    return re.compile(
        "|".join(rf"(?<!\w)(?:ال)?{form}(?!\w)" if _DIVIDED.match(form) else re.escape(form) for form in WRITTEN_FORMS)
    )


def _form(match: re.Match[str]) -> str:
    return f" {WRITTEN_FORMS.get(match[0]) or WRITTEN_FORMS[match[0].removeprefix('ال')]} "


def _syllable(match: re.Match[str]) -> str:
    """A syllable as lists of North Koreans write it, whether its consonants are voiced or not: `김` -> `kim`."""
    begins = match.start() == 0 or match.string[match.start() - 1].isspace()
    if begins and match[0] in _SURNAMES:
        return f" {_SURNAMES[match[0]]} "
    initial, rest = divmod(ord(match[0]) - ord("가"), _OF_ONE_INITIAL)
    vowel, final = divmod(rest, _OF_ONE_VOWEL)
    return f" {_INITIALS[initial]}{_VOWELS[vowel]}{_FINALS[final]} "


def _contracted(match: re.Match[str]) -> str:
    """Two kana of one syllable: `ピョ` -> `pyo`, `ジョ` -> `jo`, `フィ` -> `fi`."""
    large, small = (anyascii(letter) for letter in match.groups())
    has_no_y = large[:-1] in {"sh", "ch", "j"} and small.startswith("y")
    return large[:-1] + (small[1:] if has_no_y else small)
