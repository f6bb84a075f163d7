"""Names of one party score above names of others, however they are written."""

import pytest

from relations.text.names import keys, normal_words, parse
from relations.text.similarity import EXACT, score, scores


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ООО «Ромашка»", ["ltd", "romashka"]),
        ("Общество с ограниченной ответственностью «Ромашка»", ["ltd", "romashka"]),
        ("Obshchestvo s ogranichennoy otvetstvennostyu Romashka", ["ltd", "romashka"]),
        ("Romashka L.L.C.", ["romashka", "ltd"]),
        ("Romashka Limited Liability Company", ["romashka", "ltd"]),
        ("Romashka Gesellschaft mit beschränkter Haftung", ["romashka", "ltd"]),
        ("Romashka S.A.R.L.", ["romashka", "ltd"]),
        ("Romashka Sp. z o.o.", ["romashka", "ltd"]),
        ("北京罗马什卡有限公司", ["bei", "jing", "luo", "ma", "shen", "ka", "ltd"]),
        ("ПАО Ромашка", ["jsc", "romashka"]),
        ("Открытое акционерное общество «Ромашка»", ["jsc", "romashka"]),
        ("Romashka S.A.", ["romashka", "jsc"]),
        ("Romashka AG", ["romashka", "jsc"]),
        ("㈱ロマシカ", ["jsc", "romashika"]),
        ("로마시카 주식회사", ["ro", "ma", "si", "ka", "jsc"]),
        ("شركة رومشكا", ["co", "rwmshk"]),
        ("Romashka Corp.", ["romashka", "co"]),
    ],
)
def test_a_legal_form_is_folded_in_any_script_and_position(name, words):
    assert normal_words(name) == words


@pytest.mark.parametrize("name", ["J. S. A. Miller", "Muhammad as-Sadr", "Iyad ag Ghaly", "Ltd"])
def test_words_that_are_no_legal_form_where_they_are_do_not_change(name):
    assert not set(normal_words(name)) - set(name.lower().replace(".", "").replace("-", " ").split())


def test_missing_forms_weigh_nothing_and_other_forms_little():
    same, missing, other = (score("Romashka Ltd", name) for name in ("ООО Ромашка", "Romashka", "Romashka AG"))
    assert 1 == same > missing > other > 0.98
    assert score("Romashka Ltd", "Lyutik Ltd") < 0.3


@pytest.mark.parametrize(
    ("wanted", "one", "another"),
    [
        ("J. Smith", "John Smith", "Robert Smith"),
        ("John Smith", "J. Smith", "R. Smith"),
        ("Ivan Petrovich Sidorov", "Ivan Sidorov", "Ivan Petrovich Kuznetsov"),
        ("Ivan Sidorov", "Ivan Petrovich SIDOROV", "Ivan Sidorenko"),
        ("Sheikh Hajji Omar Yassin", "Umar Yasin", "Sheikh Hajji Omar Tawil"),
        ("Gen. Peter Brandt", "Peter BRANDT", "Gen. Paul Brandis"),
        ("Mohammed al-Tawil", "Muhammad el Tawil", "Mohammed al-Jabiri"),
        ("Abdulrahman Yassin", "Abd al-Rahman Yasin", "Abdulkarim Yassin"),
        ("Najib Ullah Zaman", "Najibullah Zaman", "Najib Zaman Wardak"),
        ("김철수", "KIM Chol Su", "KIM Chang Ho"),
        ("이영희", "RI Yong Hui", "Li Ying"),
        ("キム・チョルス", "KIM Chol Su", "KIM Chang Ho"),
        ("سيرغي كوزنيتسوف", "Sergei KUZNETSOV", "Sergei KUDRIN"),
        ("ألكسندر شيمان", "Aliaksandr SHEIMAN", "Aleksandr SHUMILIN"),
        ("Ihar Kavalenka", "Игорь Коваленко", "Igor Kovalchuk"),
        ("Ромашка Завод", "Romashka Plant", "Lyutik Zavod"),
        ("IRLT", "Independent Romashka Logistics Trust", "Independent Lyutik Trust"),
        ("Zavod No 12", "Factory 12", "Factory 15"),
    ],
)
def test_a_name_of_the_party_scores_above_one_that_shares_words(wanted, one, another):
    assert score(wanted, one) > max(0.5, score(wanted, another))


def test_a_name_with_every_word_scores_above_all_that_are_only_similar():
    assert score("Romashka", "Romashka of the Northern Islands Trading House") >= EXACT > score("Romashka", "Romashko")


def test_a_long_name_and_its_acronym_have_a_key_in_common():
    assert set(keys(parse("IRLT"))) & set(keys(parse("The Independent Romashka Logistics Trust")))


@pytest.mark.parametrize("name", ["", "---", "😀", "a" * 1000, "а" * 1000, "ال", "ー", "1 2 3", "of the and"])
def test_any_text_is_compared_without_an_error(name):
    assert 0 <= score(name, "Romashka Ltd") <= 1
    assert score(name, name) == 1


def test_a_score_is_the_same_alone_and_among_others():
    wanted = parse("Najib Ullah Abdulrahman 12 J. Trading")
    names = [
        parse(name)
        for name in (
            "Najibullah Abd al-Rahman", "نجيب الله", "NAJIB Trading Co. 12", "J. N. Rahman", "Ullah Najib",
            "Nadschib 3", "Trading Najib", "Jafar NAJIBULLAH", "Abdul Rahman Ul Lah", "NURJT",
        )
    ]  # fmt: skip
    found = scores(wanted, names)
    assert found == [scores(wanted, [name])[0] for name in names]
    assert len(set(found)) > len(names) / 2


def test_nobody_to_compare_with_has_no_score():
    assert scores(parse("Najib"), []) == []
