"""`/designations/`: parties by name and filter, their records, listings and versions, on any day."""

from relations.models import ImportRun, SanctionProgramme
from tests.importers.un_lists import people
from tests.web.conftest import html_of, words_of
from tests.web.relations import text
from tests.web.sanctions import chips, party_of, rows


def test_parties_are_found_as_the_api_finds_them(reader, published):
    expected = {
        "": ["Ri Su", "Pak Chol", "Choe Yong", "Kim Il"],
        "current=true": ["Ri Su", "Choe Yong", "Kim Il"],
        "current=false": ["Pak Chol"],
        "as_of=2021-01-27": ["Pak Chol", "Choe Yong", "Kim Il"],
        "q=김일": ["Kim Il"],
        "q=Chwe+Ryong": ["Choe Yong"],
        "list=un&programme=DPRK&kind=person&current=true": ["Ri Su", "Choe Yong", "Kim Il"],
        "list=eu": [], "kind=vessel": [], "programme=Syria": [], "nationality=BY": [],
        "known_at=2020-01-01": [],
    }  # fmt: skip
    found = {query: reader.get(f"/designations/?{query}", follow=True) for query in expected}
    assert {query: rows(answer) for query, answer in found.items()} == expected
    assert {query: _by_api(reader, answer, query) for query, answer in found.items()} == expected


def _by_api(reader, answer, query):
    (api,) = [str(each.get("href")) for each in html_of(answer).cssselect(".pages a") if text(each) == "JSON"]
    ordering = "" if "q=" in query else f"{'&' if '?' in api else '?'}ordering=-listed_on"
    return [row["name"] for row in reader.get(api + ordering).json()["results"]]


def test_what_is_written_otherwise_is_redirected_and_what_is_wrong_is_said(reader, published):
    for asked, home in (
        ("programme=dprk", "programme=DPRK"), ("nationality=Byelorussia", "nationality=BY"),
        ("current=1", "current=true"), ("known_at=2020-01-01", "known_at=2020-01-01T23%3A59%3A59.999999Z"),
        ("q=++Kim++Il+", "q=Kim+Il"),
    ):  # fmt: skip
        assert reader.get(f"/designations/?{asked}")["Location"] == f"/designations/?{home}"
    for asked, why in (
        ("list=bananas", "“bananas” is none of the values."), ("as_of=2020-02-30", "is no day"),
        ("nationality=Atlantis", "No country is named “Atlantis”."), ("q=...", "Give the letters of a name"),
        ("known_at=never", "is no day"), ("current=perhaps", "none of the values"),
    ):  # fmt: skip
        answer = reader.get(f"/designations/?{asked}")
        assert (answer.status_code, rows(answer)) == (400, [])
        assert why in text(html_of(answer).cssselect(".wrong")[0])


def test_lists_that_were_not_read_on_the_day_asked_for_are_named(reader, published):
    assert "UN" in text(html_of(reader.get("/designations/")).cssselect("p.quiet")[0])
    assert "parties may be missing" not in words_of(reader.get("/designations/?as_of=2021-01-27"))
    assert "parties may be missing" in words_of(reader.get("/designations/?as_of=2020-01-27"))


def test_every_party_is_on_one_page_and_pages_follow_each_other(reader, publish):
    publish("2021-01-27", *people(*range(1, 121)))
    address, seen = "/designations/?list=un", []
    while address:
        answer = reader.get(address)
        seen += rows(answer)
        following = html_of(answer).cssselect("a[rel=next]")
        address = following[0].get("href") if following else ""
    assert (len(seen), len(set(seen))) == (120, 120)
    for after in ("x", "2021-01-27", "2021-01-27.x", "9999-99-99.1", f"2021-01-27.{'9' * 40}"):
        assert len(rows(reader.get("/designations/", {"after": after}))) == 50


def test_the_page_of_a_party_has_its_record_its_listings_and_what_changed(reader, published):
    answer = reader.get(party_of("KPi.003"))
    html = html_of(answer)
    assert text(html.cssselect("h1")[0]) == "Choe Yong"
    assert chips(answer) == ["listed"]
    names = [text(each) for each in html.cssselect(".record section:first-child li")]
    assert sorted(names) == ["Choe Yong", "Chwe Ryong (also known as, strong)"]
    versions = [text(each) for each in html.cssselect(".facts > li strong")]
    assert versions == ["amended", "newly listed"]
    assert [text(each) for each in html.cssselect("ins")] == ["Chwe Ryong (also known as, strong)"]
    assert [text(each) for each in html.cssselect("del")] == ["Choi Ryong (also known as, strong)"]
    assert "UN terms of use" in words_of(answer)
    assert {each.get("href") for each in html.cssselect("dl.about a")} >= {
        f"/programmes/{SanctionProgramme.objects.get(code='DPRK').pk}/", "/relations/KP-UN/",
    }  # fmt: skip


def test_a_party_leads_to_the_marked_words_of_its_publication_in_one_click(reader, published):
    def words(address: str) -> tuple[str, list[str], str]:
        (evidence,) = html_of(reader.get(address)).cssselect("#status ~ dl a[href$='#record']")
        answer = reader.get(evidence.get("href"))
        marked = [text(each) for each in html_of(answer).cssselect("#record ~ .bytes mark")]
        return str(evidence.get("href")), sorted(one for one in marked if one[0] in "CP"), words_of(answer)

    choe, pak = party_of("KPi.003"), party_of("KPi.002")
    _href, marked, shown = words(f"{choe}@2021-02-01")
    assert marked[:2] == ["Choe Yong", "Choi Ryong"]
    assert "· UN United Nations Security Council Consolidated List Publication of 27 January 2021, read on" in shown
    assert "Choe Yong, reference KPi.003: newly listed 2 June 2017" in shown
    href, marked, shown = words(choe)
    assert marked[:2] == ["Choe Yong", "Chwe Ryong"]
    assert f"Publication of {published}, read on" in shown
    # Those of who is gone are of the publication that had it last.
    gone, marked, shown = words(pak)
    assert (gone.partition("?")[0], marked[0]) == (href.partition("?")[0], "Pak Chol")
    assert "no longer lists the party. Its last words are those of the publication of 27 January 2021" in shown
    versions = html_of(reader.get(choe)).cssselect(".facts a[href$='#record']")
    assert versions[0].get("href") == href
    assert html_of(reader.get(choe)).cssselect("main a[href^='/api/imports/']") == []


def test_a_publication_has_what_was_read_and_whom_it_changed(reader, published):
    run = ImportRun.objects.order_by("pk").last()
    answer = reader.get(f"/imports/{run.pk}/")
    shown = words_of(answer)
    assert [text(each) for each in html_of(answer).cssselect(".numbers dd")] == ["3", "1", "1", "1"]
    assert "Ri Su (newly listed)" in shown
    assert f"SHA-256 {run.files[0]['sha256']}" in shown
    assert html_of(answer).cssselect("mark") == []
    for party in ("x", "00000000-0000-0000-0000-000000000000", "\0"):
        refused = reader.get(f"/imports/{run.pk}/", {"party": party})
        assert (refused.status_code, "is none of the values" in words_of(refused)) == (400, True), party
    ImportRun.objects.filter(pk=run.pk).update(dry_run=True)
    assert reader.get(f"/imports/{run.pk}/").status_code == 404
    assert html_of(reader.get("/lists/un/")).cssselect("#publications ~ .scroll a[href^='/imports/']")


def test_a_party_is_shown_on_any_day_and_as_it_was_known(reader, published):
    choe, pak, ri = (party_of(f"KPi.00{number}") for number in (3, 2, 4))
    assert "Choi Ryong" in text(html_of(reader.get(f"{choe}@2021-02-01")).cssselect(".record")[0])
    assert chips(reader.get(f"{choe}@2021-02-01")) == ["listed"]
    assert chips(reader.get(f"{choe}@2017-01-01")) == ["unknown"]
    assert "The list is known from 27 January 2021 on." in words_of(reader.get(f"{choe}@2017-01-01"))
    assert chips(reader.get(f"{choe}~2020-01-01".replace("/~", "/@~"))) == ["unknown"]
    assert chips(reader.get(pak)) == ["delisted"]
    assert "May have been removed by then." in words_of(reader.get(f"{pak}@2021-02-01"))
    assert f"since a day between 28 January 2021 and {published};" in words_of(reader.get(ri))
    before = reader.get(f"{ri}@2021-02-01")
    assert chips(before) == ["not on the list"]
    assert "May have been listed by then." in words_of(before)
    assert "The issuer names 1 January 2006 as the day of listing." in words_of(before)


def test_a_party_on_a_list_that_was_not_read_for_long_is_as_last_seen(reader, publish):
    publish("2021-01-27", *people(1))
    late = reader.get(party_of("KPi.001"))
    assert chips(late) == ["listed, as last seen in 2021"]
    assert html_of(late).cssselect(".status-value .tone-stale.last-severe")
    assert chips(reader.get(f"{party_of('KPi.001')}@2021-06-01")) == ["listed"]


def test_what_is_no_address_is_answered_in_the_frame(reader, published):
    kim = party_of("KPi.001")
    for address in (
        "/programmes/0/", f"/programmes/{'9' * 40}/", "/programmes/x/", "/lists/0/", "/designations/x/",
        "/designations/00000000-0000-0000-0000-000000000000/", f"{kim}@yesterday", f"{kim}@2020-01-01..2021-01-01",
        f"{kim}?as_of=2020-13-01",
    ):  # fmt: skip
        answer = reader.get(address)
        assert answer.status_code == 404, address
        assert html_of(answer).cssselect("header.head")
        assert "matches the given query" not in words_of(answer)
    assert reader.get(f"/programmes/?regime={'9' * 40}").status_code == 400
    assert reader.post(kim).status_code == 405
