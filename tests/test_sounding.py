"""The sound of a word in any spelling."""

import pytest

from relations.text.names import keys, parse
from relations.text.phonetics import lacks_vowels, skeletons, sound
from relations.text.transliteration import latin_words


def read(name: str) -> frozenset[str]:
    (word,) = latin_words(name)
    return skeletons(word)


@pytest.mark.parametrize(
    "spellings",
    [
        ["Лукашенко", "Lukashenko", "Loukachenko", "Lukaschenko", "Lukaszenko", "Lukasjenko", "لوكاشينكو"],
        ["Путин", "Putin", "Poutine", "بوتين"],
        ["Медведев", "Medvedev", "Medwedew", "ميدفيديف"],
        ["القذافي", "Qadhafi", "Gaddafi", "Kadhafi", "Gadafi"],
        ["Михайлов", "Mikhailov", "Mychajlow", "Michailow", "ميخايلوف"],
        ["Hussein", "Гусейн", "Хусейн", "Khusein"],
        ["Müller", "Mueller", "Muller"],
        ["Хаджи", "Khadzhi"],
    ],
)
def test_spellings_of_one_name_can_be_read_with_the_same_consonants(spellings):
    assert frozenset.intersection(*map(read, spellings))


def test_german_umlauts_sound_like_their_two_letters():
    assert sound("jurgen") == sound("juergen")


def test_words_too_short_to_be_told_apart_are_no_keys():
    assert keys(parse("Li Wei")) == []
    assert keys(parse("")) == []
    assert keys(parse("Kim Li")) == ["km"]


def test_arabic_and_hebrew_lack_vowels():
    assert [lacks_vowels(name) for name in ("القذافي", "נתניהו", "Путин", "Kim")] == [True, True, False, False]
