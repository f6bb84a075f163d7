"""The sound of a name in any spelling."""

import pytest

from relations.text.phonetics import consonants, lacks_vowels, sounded


@pytest.mark.parametrize(
    "spellings",
    [
        ["Лукашенко", "Lukashenko", "Loukachenko", "Lukaschenko", "Lukaszenko"],
        ["Путин", "Putin", "Poutine"],
        ["Шойгу", "Shoigu", "Schoigu", "Choïgou"],
        ["Медведев", "Medvedev", "Medwedew"],
        ["القذافي", "al-Qadhafi", "Gaddafi", "Kadhafi", "Gadafi"],
        ["أسامة بن لادن", "Osama bin Laden", "Usama Ben Ladin"],
        ["Müller", "Mueller", "Muller"],
        ["Хаджи", "Khadzhi"],
    ],
)
def test_spellings_of_one_name_have_the_same_consonants(spellings):
    assert len({tuple(consonants(sounded(spelling))) for spelling in spellings}) == 1


def test_german_umlauts_sound_like_their_two_letters():
    assert sounded("Jürgen Müller") == sounded("Juergen Mueller")


def test_words_too_short_to_be_told_apart_are_not_sought():
    assert consonants(sounded("Li Wei")) == []
    assert consonants(sounded("")) == []
    assert consonants(sounded("Kim Li")) == ["km"]


def test_arabic_and_hebrew_lack_vowels():
    assert [lacks_vowels(name) for name in ("القذافي", "נתניהו", "Путин", "Kim")] == [True, True, False, False]
