"""Pages of programmes, lists and parties: queries, bytes, languages, and hostile words in them."""

import gzip

from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.models import SanctionProgramme
from tests.factories import ban, ban_list, citation, confirm, confirmation, programme, record, sanction, source
from tests.importers.un_lists import people, person
from tests.web.conftest import HOSTILE, html_of, queries, words_of
from tests.web.markup import wrong_in_markup
from tests.web.relations import text
from tests.web.sanctions import ALIAS, party_of


def test_more_parties_and_programmes_cost_no_more_queries(reader, publish):
    publish("2021-01-27", *people(1, 2))
    record(ban("listed", "2026-01-01", list=ban_list()))
    page = f"/programmes/{SanctionProgramme.objects.get(code='DPRK').pk}/"
    addresses = {page: 7, "/programmes/": 9, "/lists/": 5, "/lists/un/": 8, "/designations/": 7,
                 "/designations/?q=KPi": 8, party_of("KPi.001"): 9}  # fmt: skip
    for address, most in addresses.items():
        reader.get(address)
        assert queries(reader, address) <= most, address
    before = {address: queries(reader, address) for address in addresses}
    publish("2021-02-27", *people(*range(1, 90)), person("SYi.1", programme="Iraq"), person("SYi.2", programme="CAR"))
    for address, number in before.items():
        reader.get(address)
        assert queries(reader, address) <= number, address


def test_an_unchanged_page_is_not_sent_again_and_a_full_one_is_small(reader, publish):
    more = "".join(ALIAS.format(f"Alias {number} of a rather long name") for number in range(400))
    publish("2021-01-27", *people(*range(1, 150)), *people(150, more=more))
    page, party = f"/programmes/{SanctionProgramme.objects.get(code='DPRK').pk}/", party_of("KPi.150")
    for address in (page, "/programmes/", "/lists/", "/lists/un/", "/designations/", party):
        answer = reader.get(address)
        assert len(gzip.compress(answer.content, 6)) <= 100_000, address
        again = reader.get(address, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address
        # Names of a party that is shown are on its own page alone, however many it has.
        assert (address in (page, "/designations/", party)) == ("KPi.150" in words_of(answer)), address
        assert (address == party) == ("Alias 1 of" in words_of(answer)), address
    assert "and 301 more, in the API" in words_of(reader.get(party))


def test_german_pages_are_german(german, published):
    page = f"/programmes/{SanctionProgramme.objects.get(code='DPRK').pk}/"
    for address, words in (
        (page, ("Gelistete unter dem Programm", "in Kraft", "Zahl der Gelisteten")),
        ("/programmes/", ("Sanktionsprogramme", "Status heute", "Vereinte Nationen → Nordkorea")),
        ("/lists/", ("Sanktionslisten", "vollständig", "noch nicht gelesen")),
        ("/lists/un/", ("Was sich zuletzt geändert hat", "1 neu gelistet, 1 geändert, 1 gestrichen")),
        ("/designations/", ("Person", "Gelistet: 2. Juni 2017", "4 Einträge")),
        (party_of("KPi.003"), ("auf der Liste", "auch bekannt als", "Was die Liste sagt")),
    ):  # fmt: skip
        shown = words_of(german.get(address))
        assert [word for word in words if word not in shown] == [], address


def test_hostile_words_are_shown_and_never_run(reader, publish):
    escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;")
    more = f"<COMMENTS1>{escaped}</COMMENTS1>{ALIAS.format(escaped)}"
    publish("2021-01-27", person("KPi.001", name=escaped, more=more))
    hostile = programme(title=HOSTILE, legal_basis=HOSTILE)
    bans = ban_list(title=HOSTILE, instrument=HOSTILE)
    cited = [citation(source(title=HOSTILE, publisher=HOSTILE[:200], text=f"{HOSTILE} said so."), quote=HOSTILE)]
    (act, _) = record(
        sanction("imposed", "2026-01-01", programme=hostile, citations=cited, note=HOSTILE),
        ban("listed", "2026-01-01", list=bans, citations=cited),
    )  # fmt: skip
    confirm(confirmation(act, "2026-02-01"))
    SanctionProgramme.objects.filter(pk=hostile.pk).update(url="javascript:alert(1)")
    for address in (
        "/programmes/", f"/programmes/{hostile.pk}/", "/lists/", "/lists/un/", f"/lists/{bans.pk}/", "/designations/",
        party_of("KPi.001"),
    ):  # fmt: skip
        answer = reader.get(address)
        assert list(wrong_in_markup(answer.content.decode())) == [], address
        html = html_of(answer)
        assert html.cssselect("script, [onerror], main img, [href^=javascript]") == []
        assert "alert(1)" in text(html), address
    for field in ("q", "programme", "list", "nationality", "as_of"):
        assert html_of(reader.get("/designations/", {field: HOSTILE})).cssselect("script, main img") == []
    assert html_of(reader.get("/programmes/", {"issuer": HOSTILE, "q": HOSTILE})).cssselect("script, main img") == []


def test_a_page_of_many_parties_is_read_from_an_index(publish, reader):
    publish("2021-01-27", *people(*range(1, 10)))
    with CaptureQueriesContext(connection) as captured:
        reader.get("/designations/?list=un&after=2030-01-01.1")
    (page,) = [each["sql"] for each in captured if "ORDER BY" in each["sql"] and "LIMIT 51" in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {page}")
        assert "designations_by_listing" in "\n".join(line for (line,) in cursor.fetchall())
