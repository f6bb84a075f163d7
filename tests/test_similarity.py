"""Names of one party score above names of others, however they are written."""

import time

import pytest

from relations.text.abbreviations import spelled
from relations.text.names import keys, normal_words, parse
from relations.text.similarity import EXACT, score, scores
from relations.text.words import group


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
        ("ROMASHKA, S.A. DE C.V.", ["romashka", "jsc"]),
        ("Romashka S. de R.L. de C.V.", ["romashka", "ltd"]),
        ("Romashka S.A.S.", ["romashka", "jsc"]),
        ("Romashka Berhad", ["romashka", "ltd"]),
        ("Romashka Sh.p.k.", ["romashka", "ltd"]),
        ("Joint-Stock Co. Romashka", ["jsc", "romashka"]),
        ("Romashka San. ve Tic. Ltd. Şti.", ["romashka", "co", "ltd", "ltd"]),
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
        ("101st Light Infantry Division", "Light Infantry Division 101", "77th Light Infantry Division"),
        ("Romashka Repair Plant No. 144", "Ремонтный завод 144 Ромашка", "Romashka Repair Plant No. 560"),
        ("NPP Romashka", "Research and Production Enterprise Romashka", "Research and Production Enterprise Lyutik"),
        ("АО НПО Ромашка", "Joint Stock Company Scientific Production Association Romashka", "NPO Lyutik"),
        ("Sorin Central Trust Bank", "SCT Bank", "TCS Bank"),
        ("Romashka Transport Authority", "Autorité des transports Romashka", "Romashka Fishing Authority"),
        ("Institute of Nuclear Physics, Moscow", "Московский институт ядерной физики", "Institute of Physics, Kyiv"),
        ("Ромашковая транспортная компания", "Romashkovaya Transportnaya Kompaniya", "Romashkovaya Bank"),
        ("丹东红星贸易有限公司", "Dandong Hongxing Trading Co., Ltd.", "Dandong Haiyang Trading Co., Ltd."),
        ("بانک رومشکا", "Romashka Bank", "Bank Ramsar"),
        ("Romashka Ministry of Defence", "Ministerstvo oborony Romashka", "Ministerstvo kultury Romashka"),
        ("Seatrans Romashka", "Sea Trans Romashka", "Seafreight Romashka"),
        ("Ahmad Karimi", "Achmed KARIMI", "Mohammad Karimi"),
        ("Sergei Petrov", "Serhiy PETROV", "Andrei Petrov"),
        ("ООО РБК", "Romashka Burovaya Kompaniya", "Rosa Burovaya Baza"),
        ("АО РМЗ", "Romashka Mechanical Plant", "Romashka Mechanical Works Trust Fund"),
        ("ЧМЗ", "Chernogorsk Metallurgical Plant", "Chernogorsk Metal Union"),
        ("АО «НКК»", "National Custody Company", "National Romashka Company"),
        ("Romtekh JSC", "Ромашковые технологии", "Romashka Bank"),
        ("LYUFLOT", "Lyutikovyy Flot", "Lyutik Flora"),
        ("NROC International Affairs", "National Romashka Oil Company International Affairs", "Foreign Affairs Office"),
        ("Romashka Insurance", "Страховая компания Ромашка", "Romashka Cement"),
        ("RNDB", "Romashka Národní Rozvojová Banka", "Romashka Bank"),
        ("Romashka Star II", "Ромашка Стар 2", "Romashka Star III"),
        ("Second Romashka Brigade", "2nd Romashka Brigade", "Third Romashka Brigade"),
        ("M/V Romashka", "MV Romashka", "MV Romashov"),
        ("Romashka Engr. Intl", "Romashka International Engineering", "Romashka International Hotels"),
    ],
)
def test_a_name_of_the_party_scores_above_one_that_shares_words(wanted, one, another):
    assert score(wanted, one) > max(0.5, score(wanted, another))


def test_a_name_with_every_word_scores_above_all_that_are_only_similar():
    names = [parse("Romashka of the Northern Islands Trading House"), parse("Romashko")]
    with_every_word, similar = scores(parse("Romashka"), names, is_part=True)
    assert with_every_word >= EXACT > similar
    longer, similar = (score("Omar Yassin Tawil", name) for name in ("Omar Khalaf Yassin Tawil", "Omar Yasin Tawel"))
    assert longer >= EXACT > similar


def test_a_whole_name_is_not_the_one_of_which_it_is_a_small_part():
    assert score("Adam", "Khalaf Yassin Tawil Adam") < score("Adam", "Adem") < EXACT


def test_a_long_name_and_its_acronym_have_a_key_in_common():
    assert set(keys(parse("IRLT"))) & set(keys(parse("The Independent Romashka Logistics Trust")))


def test_an_acronym_in_brackets_says_nothing_more_and_finds_its_name():
    assert score("National Romashka Oil Company (NROC)", "National Romashka Oil Company") == 1
    assert set(keys(parse("NROC"))) & set(keys(parse("National Romashka Oil Company (NROC)")))
    assert normal_words("Romashka (BANK) of Kaluga Oil") == ["romashka", "bank", "of", "kaluga", "oil"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Abu Jane (original script: Абу Жан)", ["abu", "jane"]),
        ("حسن دو (Hassan Doe; Hasan Doe)", ["hassan", "doe"]),
        ("Jane Doe (جين دو ولد جون دو)", ["jane", "doe"]),
        ("Kim Ro (金罗) Ltd", ["kim", "ro", "ltd"]),
        ("Роман (Roman) Ромашкин", ["roman", "roman", "romashkin"]),
        ("Банк Ромашка (Kaluga)", ["bank", "romashka", "kaluga"]),
        ("Jane Doe (née Roe)", ["jane", "doe", "nee", "roe"]),
        ("(金罗)", ["jin", "luo"]),
    ],
)
def test_a_name_that_is_written_again_in_another_script_says_no_more(name, words):
    assert normal_words(name) == words


def test_a_name_in_two_scripts_is_the_same_as_one_in_latin_letters_with_its_vowels():
    assert score("Hassan Doe", "حسن دو (Hassan Doe; Hasan Doe)") == 1
    assert parse("حسن دو (Hassan Doe)").has_vowels
    assert not parse("حسن دو").has_vowels


def test_a_word_that_is_like_another_abbreviates_none():
    assert score("Vitaly Kuzmenko", "Vitaliy Yurevich Kuzmenko") > score("Vitaly Kuzmenko", "Vit Yurevich Kuzmenko")
    assert score("Taba", "Tat Bank") < 0.5


def test_a_word_that_no_beginnings_make_up_is_given_up_soon():
    begin = time.process_time()
    assert spelled("a" * 24 + "bb", [*["a" * 30] * 50, "b"]) == ()
    assert time.process_time() - begin < 1


def test_another_number_is_another_party_however_alike_the_rest_is():
    alike, other = score("Romashka Factory 5", "Romashka Plant 5"), score("Romashka Factory 5", "Romashka Factory 6")
    assert alike > 0.85
    assert other < 0.5


@pytest.mark.parametrize(
    ("one", "other"), [("nauchnogo", "scientific"), ("obedineniya", "association"), ("moskovskaya", "moscow")]
)
def test_endings_of_generic_words_do_not_matter(one, other):
    assert group(one) == group(other) != ""


def test_a_word_of_two_groups_is_in_neither_by_its_stem():
    """`administratsii` is management; the stem of a name such as `Georgiev` is no word of an undertaking."""
    assert group("administratsii") == group("management")
    assert group("georgiev") == group("ivanova") == ""


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
