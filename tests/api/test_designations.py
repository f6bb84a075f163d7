"""`/api/designations/`: parties on lists, on any day, by name in any script."""

import datetime as dt
import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from relations import ledger
from relations.codes import PartyChange
from relations.ledger import PartyDraft
from relations.models import Designation, PartyName
from tests.database import made_once

pytestmark = pytest.mark.usefixtures("countries")


def draft(
    reference: str, *names: str, on: str = "2020-01-01", change: PartyChange = PartyChange.LISTED, **given
) -> PartyDraft:
    defaults = {
        "kind": "person",
        "programmes": ["BELARUS"],
        "nationalities": ["BY"],
        "content": {"kind": "person", "names": [{"kind": "primary", "text": names[0]}]},
        "digest": f"{reference}-{change}",
    }
    return PartyDraft(
        reference=reference, change=change, on=on, name=names[0], names=names,
        **defaults | given,
    )  # fmt: skip


@made_once
def listed():
    """Three parties on OFAC's list, one of them taken off again."""
    with ledger.import_run("ofac") as run:
        moment = ledger.clock()
        ledger.write_parties(
            [
                draft("9647", "Alyaksandr Hryhoryavich LUKASHENKA", "Александр Григорьевич Лукашенко"),
                draft("9648", "Viktar SHEIMAN", on="[2019-01-01..2020-02-02]", nationalities=[]),
                draft("9649", "Jürgen MÜLLER", kind="entity", programmes=["RUSSIA-EO14024"]),
            ],
            run=run,
            moment=moment,
        )
    standing = Designation.objects.select_related("party").get(party__reference="9648")
    with ledger.import_run("ofac") as run:
        gone = draft("9648", "Viktar SHEIMAN", change=PartyChange.DELISTED, on="2021-05-05", known=standing)
        ledger.write_parties([gone], run=run, moment=ledger.clock())
    return moment


def names(client: Client, **asked: str) -> list[str]:
    answer = client.get("/api/designations/", asked)
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


def publication(code: str, day: str) -> None:
    with ledger.import_run(code) as run:
        run.dated = dt.date.fromisoformat(day)


def test_every_answer_names_the_publications_it_rests_on_and_whether_they_are_all_of_it(client):
    for code, day in (("un", "2021-01-27"), ("un", "2023-10-19"), ("eu", "2023-01-01"), ("eu", "2024-01-01")):
        publication(code, day)

    def covered(**asked: str) -> tuple[object, object, object]:
        page = client.get("/api/designations/", asked).json()
        return page["coverage"]["first"], page["coverage"]["last"], page["complete"]

    un = ("2021-01-27", "2023-10-19")
    assert covered(list="un", as_of="2021-01-26") == covered(list="un", as_of="2023-10-20") == (*un, False)
    assert covered(list="un", as_of="2021-01-27") == covered(list="un", as_of="2023-10-19") == (*un, True)
    assert covered(list="un") == (*un, True)
    both = ("2023-01-01", "2023-10-19")
    assert covered(as_of="2022-01-01") == covered(as_of="2022-01-01", list="eu,un") == (*both, False)
    assert covered(as_of="2023-05-05") == (*both, True)
    publication("ofac", "2019-01-01")
    assert covered(as_of="2023-05-05") == (None, None, False)
    assert covered(as_of="2023-05-05", list="uk") == covered(list="uk") == (None, None, False)
    assert covered(as_of="2023-05-05", list="un", known_at="2020-01-01T00:00:00Z") == (None, None, False)
    assert client.get("/api/designations/?list=un").json()["coverage"]["lists"] == [
        {"list": "un", "first": un[0], "last": un[1], "publications": 2, "whole": True, "unreadable": 0, "doubts": []}
    ]


def test_a_publication_that_was_not_read_as_a_whole_makes_an_answer_of_its_days_incomplete(client):
    publication("un", "2021-01-01")
    with ledger.import_run("un") as run:
        run.dated, run.read, run.refused = dt.date(2022, 1, 1), 9, 2
        run.complaints = {"doubts": ["its last line does not end"], "refused": ["add.csv: it is empty"]}
    publication("un", "2023-01-01")

    def read(day: str) -> tuple[object, ...]:
        page = client.get("/api/designations/", {"as_of": day}).json()
        (own,) = page["coverage"]["lists"]
        return page["complete"], own["last"], own["whole"], own["unreadable"], own["doubts"]

    assert read("2021-12-31") == read("2023-01-01") == (True, "2023-01-01", True, 0, [])
    doubts = ["its last line does not end", "add.csv: it is empty"]
    assert read("2022-01-01") == read("2022-12-31") == (False, "2023-01-01", False, 2, doubts)


def test_a_row_names_the_party_its_list_and_the_day_of_its_listing(listed, client):
    row = client.get("/api/designations/", {"reference": "9647"}).json()["results"][0]
    party = Designation.objects.select_related("party").get(party__reference="9647")
    assert row == {
        "key": str(party.party.key),
        "list": "ofac",
        "official_list": {
            "title": "Specially Designated Nationals and Blocked Persons List",
            "publisher": "Office of Foreign Assets Control",
            "licence": "Public domain (US government work)",
            "url": "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/SDN.CSV",
        },
        "reference": "9647",
        "version": 1,
        "turn": "listed",
        "kind": "person",
        "name": "Alyaksandr Hryhoryavich LUKASHENKA",
        "programmes": ["BELARUS"],
        "nationalities": ["BY"],
        "listed_on": "2020-01-01",
        "delisted_on": None,
        "since": "2020-01-01",
        "listings": [{"listed_on": "2020-01-01", "delisted_on": None, "issuer_listed_on": None}],
        "uncertain": [],
        "recorded_at": row["recorded_at"],
        "superseded_at": None,
        "run": party.run_id,
        "score": None,
        "url": f"http://testserver/api/designations/{party.party.key}/",
        "links": {"html": f"http://testserver/designations/{party.party.key}/"},
    }


def test_every_representation_of_a_party_names_the_licence_and_the_address_of_its_list(listed, client):
    with ledger.import_run("ofsi") as run:
        ledger.write_parties([draft("1", "Hasan TAWIL")], run=run, moment=ledger.clock())
    closed = {
        "title": "Consolidated List of Financial Sanctions Targets in the UK",
        "publisher": "Office of Financial Sanctions Implementation",
        "licence": "Open Government Licence v3.0",
        "url": None,
    }
    (row,) = client.get("/api/designations/?list=ofsi").json()["results"]
    assert row["official_list"] == closed
    assert client.get(f"/api/designations/{row['key']}/").json()["official_list"] == closed
    (version,) = client.get(f"/api/designations/{row['key']}/history/").json()["results"]
    assert version["official_list"] == closed
    asked = {"list": "ofsi", "fields": "reference,official_list", "format": "csv"}
    assert client.get("/api/designations/", asked).getvalue().decode().splitlines() == [
        "official_list.title,official_list.publisher,official_list.licence,official_list.url,reference",
        f"{closed['title']},{closed['publisher']},{closed['licence']},,1",
    ]


def test_current_selects_the_parties_listed_now_and_as_of_those_listed_on_that_day(listed, client):
    assert names(client, current="1") == ["Alyaksandr Hryhoryavich LUKASHENKA", "Jürgen MÜLLER"]
    assert names(client, current="0") == ["Viktar SHEIMAN"]
    assert len(names(client, as_of="2021-05-04")) == 3
    assert len(names(client, as_of="2021-05-05")) == 2
    assert names(client, as_of="2019-12-31") == []


def test_known_at_gives_the_version_that_was_known(listed, client):
    rows = client.get("/api/designations/", {"reference": "9648", "known_at": listed.isoformat()}).json()["results"]
    assert [(row["version"], row["turn"], row["delisted_on"]) for row in rows] == [(1, "listed", None)]
    assert (rows[0]["superseded_at"], rows[0]["listings"][0]["delisted_on"]) == (None, None)
    then, later = client.get(f"/api/designations/{rows[0]['key']}/history/").json()["results"]
    assert then["superseded_at"] == later["recorded_at"]
    assert then["listings"][0]["delisted_on"] == "2021-05-05"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"programme": "RUSSIA-EO14024"}, ["Jürgen MÜLLER"]),
        ({"kind": "entity"}, ["Jürgen MÜLLER"]),
        ({"nationality": "BLR", "current": "1"}, ["Alyaksandr Hryhoryavich LUKASHENKA", "Jürgen MÜLLER"]),
        ({"list": "un"}, []),
        ({"delisted_after": "2021-01-01"}, ["Viktar SHEIMAN"]),
        ({"listed_after": "2020-01-02"}, ["Viktar SHEIMAN"]),
        ({"under": "RUSSIA-EO14024"}, ["Jürgen MÜLLER"]),
        ({"under": "BELARUS"}, ["Alyaksandr Hryhoryavich LUKASHENKA", "Viktar SHEIMAN"]),
        ({"under": "CUBA"}, []),
    ],
)
def test_filters_choose(listed, client, asked, expected):
    assert names(client, **asked) == expected


@pytest.mark.parametrize(
    ("words", "first", "score"),
    [
        ("Александр Григорьевич Лукашенко", "Alyaksandr Hryhoryavich LUKASHENKA", 1.0),
        ("lukashenka hryhoryavich alyaksandr", "Alyaksandr Hryhoryavich LUKASHENKA", 1.0),
        ("Lukashenko", "Alyaksandr Hryhoryavich LUKASHENKA", None),
        ("muller jurgen", "Jürgen MÜLLER", 1.0),
        ("Müler", "Jürgen MÜLLER", None),
        ("Шейман", "Viktar SHEIMAN", None),
    ],
)
def test_names_are_found_across_order_diacritics_spelling_and_script(listed, client, words, first, score):
    rows = client.get("/api/designations/", {"q": words}).json()["results"]
    assert rows[0]["name"] == first
    assert rows[0]["score"] == score or (score is None and 0.4 < rows[0]["score"] < 1)


@pytest.mark.parametrize(
    ("words", "first", "score"),
    [
        ("نجيب الله محمد جمعه", "Najibullah Muhammad JUMA", 1.0),
        ("محمد جمعه نجيب الله", "Najibullah Muhammad JUMA", 1.0),
        ("najibullah juma", "Najibullah Muhammad JUMA", None),
        ("丹东东远实业有限公司", "DANDONG DONGYUAN INDUSTRIAL CO., LTD.", 1.0),
        ("丹东东远实业", "DANDONG DONGYUAN INDUSTRIAL CO., LTD.", None),
        ("Dandong Dongyuan", "DANDONG DONGYUAN INDUSTRIAL CO., LTD.", None),
        ("XI Jinping", "Jinping XI", 1.0),
        ("习近平", "Jinping XI", 1.0),
        ("Straße Großmann", "Jörg GROSSMANN-STRASSE", None),
    ],
)
def test_arabic_chinese_and_german_originals_are_found_from_either_side(listed, client, words, first, score):
    parties = [
        draft("1", "Najibullah Muhammad JUMA", "نجيب الله محمد جمعه"),
        draft("2", "DANDONG DONGYUAN INDUSTRIAL CO., LTD.", "丹东东远实业有限公司"),
        draft("3", "Jinping XI", "习近平"),
        draft("4", "Jörg GROSSMANN-STRASSE"),
    ]
    with ledger.import_run("ofac") as run:
        ledger.write_parties(parties, run=run, moment=ledger.clock())
    rows = client.get("/api/designations/", {"q": words}).json()["results"]
    assert rows[0]["name"] == first
    assert rows[0]["score"] == score or (score is None and 0.4 < rows[0]["score"] < 1)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Lukaschenko", "Alyaksandr Hryhoryavich LUKASHENKA"),
        ("Loukachenko", "Alyaksandr Hryhoryavich LUKASHENKA"),
        ("Łukaszenka", "Alyaksandr Hryhoryavich LUKASHENKA"),
        ("Medwedew", "Dmitry Anatolyevich MEDVEDEV"),
        ("Wladimir Medwedew", "Vladimir Mikhailovich MEDVEDEV"),
        ("Schoigu", "Sergei Kuzhugetovich SHOIGU"),
        ("Jewgeni Prigoschin", "Yevgeniy Viktorovich PRIGOZHIN"),
        ("القذافي", "Muammar QADHAFI"),
        ("معمر القذافي", "Muammar QADHAFI"),
        ("Kadhafi", "Muammar QADHAFI"),
        ("Gaddafi Mouammar", "Muammar QADHAFI"),
        ("Mueller", "Jürgen MÜLLER"),
    ],
)
def test_names_are_found_as_other_languages_spell_their_sounds(listed, client, words, first):
    parties = ["Dmitry Anatolyevich MEDVEDEV", "Vladimir Mikhailovich MEDVEDEV", "Sergei Kuzhugetovich SHOIGU",
               "Abubakar SHEKAU", "Yevgeniy Viktorovich PRIGOZHIN", "Muammar QADHAFI", "AL-QAIDA"]  # fmt: skip
    with ledger.import_run("ofac") as run:
        drafts = [draft(str(number), name) for number, name in enumerate(parties, start=1)]
        ledger.write_parties(drafts, run=run, moment=ledger.clock())
    rows = client.get("/api/designations/", {"q": words}).json()["results"]
    assert rows[0]["name"] == first
    assert 0.4 < rows[0]["score"] < 0.9  # the score by sound is below that by letter


def test_names_with_every_word_come_before_those_that_are_only_similar(listed, client):
    putins = [draft("1", "Vladimir Vladimirovich PUTIN"), draft("2", "Roman Igorevich PUTIN")]
    alike = [
        draft("3", "Vladimir PUTYIN"),
        draft("4", "Bladimir PUTIN"),
        draft("5", "Vladimir Vladimirovich Ivan PUTIN"),
    ]
    with ledger.import_run("ofac") as run:
        ledger.write_parties([*alike, *putins], run=run, moment=ledger.clock())
    rows = client.get("/api/designations/", {"q": "Владимир Путин"}).json()["results"]
    assert [row["reference"] for row in rows[:2]] == ["1", "5"]
    assert 1 > rows[0]["score"] > rows[1]["score"] > 0.9 > rows[2]["score"]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Лукашенко", "Alyaksandr Hryhoryavich LUKASHENKA"),
        ("Lukaschenko", "Alyaksandr Hryhoryavich LUKASHENKA"),
        ("Loukachenko", "Alyaksandr Hryhoryavich LUKASHENKA"),
        ("Łukaszenka", "Alyaksandr Hryhoryavich LUKASHENKA"),
        ("ألكسندر لوكاشينكو", "Alyaksandr Hryhoryavich LUKASHENKA"),
        ("القذافي", "Muammar QADHAFI"),
        ("김철수", "KIM Chol Su"),
        ("トヨミ・ケンジ", "Kenji TOYOMI"),
        ("Хасан Рашид", "Hajji Hasan AL-RASHEED"),
        ("Sheikh Hassan el-Rashid", "Hajji Hasan AL-RASHEED"),
        ("J. Smith", "John SMITH"),
        ("Ivan Petrovich Sidorov", "Ivan SIDOROV"),
        ("Romashka LLC", "OOO ROMASHKA"),
        ("Общество с ограниченной ответственностью «Ромашка»", "OOO ROMASHKA"),
        ("IRLT", "INDEPENDENT ROMASHKA LOGISTICS TRUST"),
        ("Independent Lyutik Trading Company", "ILTC"),
    ],
)
def test_the_examples_of_the_documentation_come_first(listed, client, words, first):
    parties = [
        "Andrei Lukashevich ALEKSEYENKO", "Muammar QADHAFI", "Abdul QADER", "KIM Chol Su", "KIM Chang Ho",
        "Kenji TOYOMI",
        "Hajji Hasan AL-RASHEED", "Hajji Hasan AL-TAWIL", "John SMITH", "Robert SMITH", "Ivan SIDOROV",
        "Ivan Petrovich KUZNETSOV", "OOO ROMASHKA", "OOO LYUTIK", "LLC Society with limited liability STANDART",
        "INDEPENDENT ROMASHKA LOGISTICS TRUST", "INDEPENDENT STATE TRADING COMPANY", "ILTC",
    ]  # fmt: skip
    with ledger.import_run("ofac") as run:
        drafts = [draft(str(number), name) for number, name in enumerate(parties, start=1)]
        ledger.write_parties(drafts, run=run, moment=ledger.clock())
    rows = client.get("/api/designations/", {"q": words}).json()["results"]
    assert rows[0]["name"] == first
    assert len(rows) == 1 or rows[0]["score"] > rows[1]["score"]


def test_the_migration_computes_the_forms_of_names_as_an_import_does(listed):
    compute_forms = importlib.import_module("relations.migrations.0023_name_forms").compute_forms
    forms = PartyName.objects.order_by("pk").values_list("text", "words", "folded", "consonants")
    imported = list(forms)
    PartyName.objects.update(words="", folded="", consonants=[])
    compute_forms(apps, SimpleNamespace(connection=connection))
    assert list(forms) == imported
    assert all(words and keys for _, words, _, keys in imported)


@pytest.fixture
def many(listed):
    """Twelve more of one name, which differ in their ids only, and three that are like it."""
    alike = [draft(f"A{number}", "Ivan PETROV") for number in range(12)]
    near = [draft(f"B{number}", name) for number, name in enumerate(("Ivan PETROW", "Iwan PETROV", "PETROV"))]
    with ledger.import_run("ofac") as run:
        ledger.write_parties([*alike, *near], run=run, moment=ledger.clock())


def paged(client: Client, url: str, link: str = "next") -> list[list[str]]:
    """The references on each page from this one on, and that the Link header says the same."""
    pages = []
    while url:
        answer = client.get(url)
        body = answer.json()
        pages.append([row["reference"] for row in body["results"]])
        url = body[link]
        assert (url is not None) == (f'rel="{ {"next": "next", "previous": "prev"}[link] }"' in answer.get("Link", ""))
    return pages


def test_a_search_comes_in_pages_each_row_once_and_the_best_first(many, client):
    whole = client.get("/api/designations/", {"q": "petrov ivan", "page_size": 500, "count": 1}).json()
    rows = [(row["score"], row["reference"]) for row in whole["results"]]
    assert whole["count"] == len(rows) == 15
    assert [score for score, _ in rows[:12]] == [1.0] * 12
    assert [score for score, _ in rows] == sorted((score for score, _ in rows), reverse=True)
    pages = paged(client, "/api/designations/?q=petrov+ivan&page_size=4")
    assert [len(page) for page in pages] == [4, 4, 4, 3]
    assert [reference for page in pages for reference in page] == [reference for _, reference in rows]


def test_a_search_is_paged_back_the_way_it_came(many, client):
    url, pages = "/api/designations/?q=petrov+ivan&page_size=4", []
    while url:
        last, body = url, client.get(url).json()
        pages.append([row["reference"] for row in body["results"]])
        url = body["next"]
    assert paged(client, last, "previous") == pages[::-1]


def test_a_page_of_a_search_goes_on_behind_its_row_when_the_list_has_changed(many, client):
    first = client.get("/api/designations/?q=petrov+ivan&page_size=4").json()
    with ledger.import_run("ofac") as run:
        ledger.write_parties([draft("A99", "Ivan PETROV")], run=run, moment=ledger.clock())
    seen = [row["reference"] for row in first["results"]]
    after = [reference for page in paged(client, first["next"]) for reference in page]
    assert len(seen) + len(after) == len({*seen, *after}) == 15


def test_of_too_many_names_the_very_one_is_found_and_then_those_with_few_other_words(listed, client, monkeypatch):
    monkeypatch.setattr("relations.queries.party_search._LOOKED_AT", 3)
    parties = [
        "Muhammad Tawil JABIRI", "Mahmud RASHEED", "Muhammad Yassin TAWIL", "Muhamad", "Muhammad YASSIN", "MUHAMMAD",
    ]  # fmt: skip
    with ledger.import_run("ofac") as run:
        ledger.write_parties(
            [draft(str(number), name) for number, name in enumerate(parties)], run=run, moment=ledger.clock()
        )
    assert names(client, q="Muhammad") == ["MUHAMMAD", "Muhammad YASSIN", "Muhammad Tawil JABIRI"]


def test_the_content_that_a_list_is_asked_for_is_read_with_its_rows(listed, client, django_assert_num_queries):
    # The rows with their parties and contents, and the publications; no listings, which nobody asked for.
    with django_assert_num_queries(2):
        rows = client.get("/api/designations/", {"fields": "reference,content"}).json()["results"]
    assert [row["content"]["names"][0]["text"] for row in rows if row["reference"] == "9649"] == ["Jürgen MÜLLER"]


def test_a_cursor_of_one_search_is_refused_in_another(many, client):
    following = client.get("/api/designations/?q=petrov+ivan&page_size=4").json()["next"]
    answer = client.get(following.replace("petrov", "sheiman"))
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "cursor")


def test_a_search_is_ordered_and_filtered_like_the_list(many, client):
    rows = names(client, q="lukashenka sheiman muller", ordering="name")
    assert rows == sorted(rows)
    assert names(client, q="petrov", reference="B2") == ["PETROV"]
    assert names(client, q="Viktar SHEIMAN", current="1") == []
    answer = client.get("/api/designations/", {"ordering": "-score"})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "ordering")


def test_an_exported_search_has_its_results_the_best_first(many, client):
    asked = {"q": "petrov ivan", "fields": "reference,score"}
    rows = [(row["reference"], row["score"]) for row in client.get("/api/designations/", asked).json()["results"]]
    lines = client.get("/api/designations/", asked | {"format": "csv"}).getvalue().decode().splitlines()
    assert lines == ["reference,score", *(f"{reference},{score}" for reference, score in rows)]


def test_names_that_only_share_their_letters_with_nothing_find_nothing(listed, client):
    assert names(client, q="zzzzqqqq") == []


@pytest.mark.parametrize("words", ["", "---", "\x00", "a" * 201, "😀 ★ →", "%", "_"])
def test_a_query_without_words_is_refused(listed, client, words):
    answer = client.get("/api/designations/", {"q": words})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "q")


def test_the_detail_has_the_whole_record_and_the_history_every_version(listed, client):
    key = Designation.objects.select_related("party").filter(party__reference="9648")[0].party.key
    detail = client.get(f"/api/designations/{key}/")
    assert detail.json()["content"]["names"] == [{"kind": "primary", "text": "Viktar SHEIMAN"}]
    assert detail.json()["listings"] == [
        {"listed_on": "[2019-01-01..2020-02-02]", "delisted_on": "2021-05-05", "issuer_listed_on": None}
    ]
    bounds = {"event": "listed", "earliest": "2019-01-01", "latest": "2020-02-02"}
    assert detail.json()["uncertain"] == [bounds]
    assert client.get(f"/api/designations/{key}/", headers={"if-none-match": detail["etag"]}).status_code == 304
    history = client.get(f"/api/designations/{key}/history/").json()["results"]
    assert [(row["version"], row["turn"]) for row in history] == [(1, "listed"), (2, "delisted")]


def test_an_unknown_party_is_not_found(client):
    answer = client.get("/api/designations/00000000-0000-0000-0000-000000000000/")
    assert (answer.status_code, answer.json()["title"]) == (404, "No such designation")


def test_a_list_costs_three_queries_however_long(listed, client, django_assert_num_queries):
    # The rows with their parties, the listings of all of them, and the publications.
    with django_assert_num_queries(3):
        names(client)
    # The threshold of what is near and the names in a savepoint, too.
    with django_assert_num_queries(7):
        names(client, q="Viktar SHEIMAN")


def test_a_designation_that_is_recorded_is_never_edited(listed):
    from django.db import IntegrityError, transaction

    for act in (lambda rows: rows.update(name="x"), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError, match="never edited or deleted"), transaction.atomic():
            act(Designation.objects.filter(party__reference="9647"))
