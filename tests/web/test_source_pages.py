"""`/sources/1/`: an archived text with the cited passages marked, and the facts that rest on it."""

from relations.models import Source
from relations.web import sources
from tests.factories import citation, post, record, source
from tests.web.conftest import first_source, html_of, queries, words_of
from tests.web.relations import text


def test_a_source_is_read_in_three_queries_and_one_for_each_kind_of_fact_that_cites_it(reader, seed):
    said = source(text="In Minsk the post is vacant.")
    record(post("vacant", "2020-01-15", citations=[citation(said, quote="the post is vacant")]))
    reader.get("/sources/1/")
    # The source, the epoch of the countries, and which of the four kinds cite it.
    assert queries(reader, f"/sources/{first_source()}/") == 3 + 4
    assert queries(reader, f"/sources/{said.pk}/") == 3 + 1


def test_an_address_that_would_run_a_script_is_no_link(reader, countries):
    found = source(url="https://example.org/story")
    assert html_of(reader.get(f"/sources/{found.pk}/")).cssselect("a[href='https://example.org/story']")
    Source.objects.filter(pk=found.pk).update(url="javascript:alert(1)")
    html = html_of(reader.get(f"/sources/{found.pk}/"))
    assert [each for each in html.cssselect("[href]") if each.get("href").startswith("javascript")] == []


def test_passages_beyond_the_beginning_of_a_long_text_are_shown_and_marked(reader, countries):
    long = source(text=f"{'a b ' * 60_000}the words{' c d' * 1000}")
    record(post("recalled", "2020-01-01", citations=[citation(long, quote="the words")]))  # fmt: skip
    answer = reader.get(f"/sources/{long.pk}/")
    html = html_of(answer)
    assert [text(each) for each in html.cssselect("mark")] == ["the words"]
    assert len(html.cssselect(".gap")) == 1
    assert len(html.cssselect(".archived")[0].text_content()) < 101_000


def test_the_quotes_of_a_source_without_a_text_are_marked_once_each_with_a_place_for_every_fact(reader, countries):
    bare = source(title=f"A list, publication of 2026-01-01 (SHA-256 {'a' * 64})", text="")
    cited = [citation(bare, quote="CODE-1"), citation(bare, quote="CODE-2")]
    record(post("vacant", "2020-01-01", citations=cited), post("closed", "2020-02-01", citations=cited[:1]))
    html = html_of(reader.get(f"/sources/{bare.pk}/"))
    assert text(html.cssselect("h1")[0]) == "A list, publication of 2026-01-01"
    assert [text(each) for each in html.cssselect("mark")] == ["CODE-1", "CODE-2"]
    links = [each.get("href") for each in html_of(reader.get("/relations/BY-US/")).cssselect(".facts cite a")]
    places = {f"/sources/{bare.pk}/?pair=BY-US#{each.get('id')}" for each in html.cssselect(".place")}
    assert (len(links), set(links)) == (3, places)
    assert reader.get(f"/sources/{bare.pk}/?pair=%00BY-US").status_code == 200


def test_passages_that_overlap_are_marked_and_each_has_its_place(reader, countries):
    both = source(text="One two three four.")
    record(*(post("vacant", f"2020-01-0{day}", citations=[citation(both, quote=quote)])
             for day, quote in enumerate(("One two three", "two three four", "two"), 1)))  # fmt: skip
    html = html_of(reader.get(f"/sources/{both.pk}/"))
    assert [each.get("id") for each in html.cssselect(".place")] == ["c0-13", "c4-7", "c4-18"]
    assert "".join(each.text_content() for each in html.cssselect("mark")) == "One two three four"


def test_of_a_source_of_many_citations_the_last_are_shown_and_those_of_the_pair_that_is_asked(
    reader, countries, monkeypatch
):
    monkeypatch.setattr(sources, "_MOST_READ", 2)
    much = source(text="One, two, three, four.")
    said = (("US>RU", "One"), ("US>BY", "two"), ("US>BY", "three"), ("US>BY", "four"))
    for day, (pair, quote) in enumerate(said, 1):
        record(post("vacant", f"2020-01-0{day}", pair, citations=[citation(much, quote=quote)]))

    def marked(query: str) -> list[str]:
        answer = reader.get(f"/sources/{much.pk}/{query}")
        assert "More facts rest on it" in words_of(answer)
        return [text(each) for each in html_of(answer).cssselect("mark")]

    assert marked("") == ["three", "four"]
    assert marked("?pair=RU-US") == ["One", "three", "four"]
    assert marked("?pair=BY-US") == ["two", "three", "four"]
    monkeypatch.setattr(sources, "_MOST_READ", 4)
    whole = reader.get(f"/sources/{much.pk}/")
    assert "More facts rest on it" not in words_of(whole)
    assert [text(each) for each in html_of(whole).cssselect("mark")] == ["One", "two", "three", "four"]
