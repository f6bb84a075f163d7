"""The cost of every page: a fixed number of queries, at most 100 kB gzipped, and nothing where nothing has changed."""

from django.urls import resolve

from tests.factories import ban, ban_list, citation, post, programme, recent, record, sanction, source
from tests.web.conftest import happened, is_light, queries

COUNTRIES = "the epoch of the countries"
QUERIES = {
    "start": (
        10,
        f"{COUNTRIES}; changes with what they are about; the pairs that are due, their periods; two maps; counts",
    ),
    "search": (8, "one for each kind that the database has, and the epoch"),
    "pairs": (7, f"{COUNTRIES}; the pairs; what is known, within a limit; the matrix; the statuses of the rows"),
    "pair": (1, "the versions of the pair and its organisations: all else is cached by them"),
    "pair-at": (1, "as of a pair of today"),
    "embed": (1, "as of its pair"),
    "country-page": (6, f"{COUNTRIES}; its pairs; their statuses; the map; what members carry, by sanctions and bans"),
    "changes-page": (4, f"{COUNTRIES}; the changes, their facts and sources"),
    "map": (2, f"{COUNTRIES}; the statuses"),
    "data": (6, f"{COUNTRIES}; sources; editions; lists; imports; whether the counts are of today"),
    "programmes-page": (8, f"{COUNTRIES}; programmes, the regimes, their statuses, their parties"),
    "programme-page": (6, "it; its regime; its facts and their sources; parties and their growth"),
    "programme-at": (3, "without the growth of parties"),
    "lists-page": (5, "lists; their publications and imports; travel-ban lists"),
    "sanctions-list-page": (8, "it; publications; programmes; parties; what changed last"),
    "publication": (5, "it; the version and its party; whom it changed, and the programmes of these"),
    "travel-ban-list-page": (6, "it; its entries with facts, citations and sources"),
    "parties-page": (8, "the choices of its form; the parties; lists that were not read; names that are alike"),
    "party-page": (9, "it; versions; listings; their programmes and publications"),
    "source": (7, f"it; {COUNTRIES}; which of four kinds of fact cite it; the citations of each of these"),
    "feed-of-changes": (4, "as of the changes"),
}
"""At most, by the name of the address. Pages that are not named ask the database nothing."""


def test_every_page_has_its_queries_its_size_and_304_where_nothing_changed(countries, reader, tmp_path):
    story = happened(tmp_path).pages
    record(sanction("imposed", recent(), "US>CU", expires_on=recent(-9)))  # due on any day: the start page reads more
    answers = {page: reader.get(page) for page in dict.fromkeys(story)}
    costs = {page: queries(reader, page) for page, answer in answers.items() if answer.status_code == 200}
    assert len(costs) > 60
    dear = {page: cost for page, cost in costs.items() if cost > most(page)}
    large = [page for page in costs if not is_light(answers[page].content)]
    sent = [page for page in costs if is_sent_again(reader, page, answers[page])]
    assert (dear, large, sent) == ({}, [], [])
    record(
        *(post("ambassador", "2020-03-01", f"BY>{code}", holder=code) for code in ("FR", "IT", "PL", "LT", "LV")),
        *(
            sanction("imposed", "2019-02-01", f"US>{code}", programme=programme(f"US>{code}"))
            for code in ("RU", "KP", "BY")
        ),
        ban("listed", "2026-02-01", list=ban_list(), citations=[citation(source())]),
    )
    more = {}
    for page in (page for page in story if page in costs):
        reader.get(page)
        if (now := queries(reader, page)) > max(costs[page], most(page)):
            more[page] = (costs[page], now)
    assert more == {}


def most(page: str) -> int:
    return QUERIES.get(resolve(page.partition("?")[0]).url_name or "", (0, ""))[0]


def is_sent_again(reader, page: str, answer) -> bool:
    """The login has a token of its own each time, and Swagger is not ours."""
    if page in {"/admin/login/", "/api/docs/"}:
        return False
    again = reader.get(page, headers={"If-None-Match": answer.headers.get("ETag", "")})
    return (again.status_code, again.content) != (304, b"")
