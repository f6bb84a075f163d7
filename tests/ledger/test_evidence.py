"""Quotes are checked against the archived texts of their sources, and cited texts stay."""

import datetime as dt
import hashlib

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from relations import ledger
from relations.errors import Conflict, Invalid, QuoteNotFound, SomeRefused
from relations.ledger import locate
from relations.models import AmbassadorStatus, Citation, Source, StatusPeriod
from tests.factories import TEXT, citation, post, record, source
from tests.ledger.invariants import assert_everything_holds, versions

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]

FOUND = [
    ("plan to return", "They plan to return ambassadors", (5, 19)),
    ("plan to return", "They plan  to\n return ambassadors", (5, 21)),
    ("plan\n\tto   return", "They plan to return ambassadors", (5, 19)),
    ("  plan to return ", "plan to return", (0, 14)),
    ("плану", "по плану", (3, 8)),
    ("ambassadors", "🇧🇾🇺🇸 ambassadors", (5, 16)),
    ("é", "cafe\u0301 é", (6, 7)),
    ("e\u0301", "cafe\u0301", (3, 5)),
    ("plan\u00a0to", "plan to", (0, 7)),
    ("(sic).*", "as he said (sic).* there", (11, 18)),
    ("one one", "one two one one", (8, 15)),
    ("Plan", "plan", None),
    ("café", "cafe\u0301", None),
    ("", "plan", (0, 0)),
    (" \n", "plan", None),
    ("plant", "plan to", None),
]


@pytest.mark.parametrize(("quote", "text", "place"), FOUND)
def test_a_quote_matches_whatever_the_white_space_and_its_place_is_in_code_points(quote, text, place):
    assert locate(quote, text) == place


@given(st.text(), st.text(min_size=1), st.text())
def test_every_part_of_a_text_is_quoted_at_its_place(before, quote, after):
    start, end = locate(quote, before + quote + after)
    assert (before + quote + after)[start:end] == quote


def test_a_quote_is_stored_as_the_text_has_it():
    cited = source(text="🕊 They plan  to\nreturn ambassadors.")
    (fact,) = record(post("announced", "2020", citations=[citation(cited, "plan to return")]))
    (stored,) = fact.citations.all()
    assert (stored.quote, stored.start, stored.end) == ("plan  to\nreturn", 7, 22)


def test_a_source_without_an_archived_text_is_taken_at_its_word():
    (fact,) = record(post("announced", "2020", citations=[citation(source(text=""), "  plan to return ")]))
    (stored,) = fact.citations.all()
    assert (stored.quote, stored.start, stored.end) == ("plan to return", None, None)


def test_a_source_carries_the_digest_of_its_text():
    assert source(text="Žluťoučký 🐎").sha256 == hashlib.sha256("Žluťoučký 🐎".encode()).hexdigest()
    assert source(text="").sha256 == ""


def test_a_quote_is_compared_with_the_stored_source_and_not_with_a_stale_copy():
    cited = source(text="Old words")
    stale = Source.objects.get(pk=cited.pk)
    ledger.change_source(cited, {"text": "New words"})
    with pytest.raises(SomeRefused):
        record(post("announced", "2020", citations=[citation(stale, "Old words")]))
    (fact,) = record(post("announced", "2020", citations=[citation(stale, "New words")]))
    assert fact.citations.get().end == 9


def test_a_source_that_is_gone_is_named():
    cited = source()
    ledger.delete_source(cited)
    cited.pk = 10**6
    with pytest.raises(SomeRefused) as refusal:
        record(post("announced", "2020", citations=[citation(cited)]))
    assert [refused.detail for refused in refusal.value.rows[0]] == ["There is no source 1000000 any more."]


def test_a_cited_text_stays_and_an_uncited_one_may_change():
    cited = source()
    ledger.change_source(cited, {"text": TEXT + "\nMore."})
    record(post("announced", "2020", citations=[citation(cited)]))
    with pytest.raises(Conflict) as refusal:
        ledger.change_source(cited, {"text": "Other words"})
    assert refusal.value.field == "text"
    changed = ledger.change_source(cited, {"title": "Another title", "text": TEXT + "\nMore."})
    assert (changed.title, changed.text) == ("Another title", TEXT + "\nMore.")
    with (
        pytest.raises(IntegrityError, match="is cited and cannot be changed"),
        transaction.atomic(),
    ):
        Source.objects.filter(pk=cited.pk).update(text="Other words", sha256=ledger_digest("Other words"))


def ledger_digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_text_that_is_archived_later_must_contain_what_was_cited():
    cited = source(text="")
    (fact,) = record(post("announced", "2020", citations=[citation(cited, "plan to return")]))
    with pytest.raises(QuoteNotFound):
        ledger.change_source(cited, {"text": "Something else"})
    ledger.change_source(cited, {"text": "They plan  to return"})
    new = ledger.correct(AmbassadorStatus, fact.key, values={"on": "2021"}, author=ledger.NOBODY)
    (old_one,), (new_one,) = versions(fact)[0].citations.all(), new.citations.all()
    assert (old_one.quote, old_one.start) == ("plan to return", None)
    assert (new_one.quote, new_one.start, new_one.end) == ("plan  to return", 5, 20)


def test_a_source_with_a_known_url_is_reused_and_not_overwritten():
    values = {"title": "Reuters", "url": "https://news.example/minsk", "text": TEXT}
    (one,) = record(post("announced", "2020", citations=[citation(values)]))
    (two,) = record(post("vacant", "2020", citations=[citation({**values, "title": "Other", "text": ""})]))
    assert one.citations.get().source == two.citations.get().source
    assert Source.objects.get(url=values["url"]).title == "Reuters"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"title": "A", "kind": "gossip"}, "kind"),
        ({"title": "A", "url": "not a url"}, "url"),
        ({"title": "A", "text": "a\x00b"}, "text"),
        ({"title": "A", "text": "\ud800"}, "text"),
    ],
)
def test_a_source_with_unfit_fields_is_refused(values, field):
    with pytest.raises(Invalid) as refusal:
        ledger.record_source(values)
    assert refusal.value.field == field
    with pytest.raises(SomeRefused):
        record(post("announced", "2020", citations=[citation(values)]))
    assert not AmbassadorStatus.objects.exists()


def test_a_url_names_one_source():
    source(url="https://news.example/minsk")
    with pytest.raises(Conflict) as refusal:
        source(url="https://news.example/minsk")
    assert refusal.value.field == "url"


def test_a_reprint_of_a_reprint_is_a_reprint_of_the_original():
    original = source()
    reprint = source(syndication_of=original)
    again = source(syndication_of=reprint)
    assert again.syndication_of == original
    first = source()
    ledger.change_source(original, {"syndication_of": first})
    assert set(Source.objects.filter(syndication_of=first)) == {original, reprint, again}


def test_a_source_is_no_reprint_of_itself_not_even_by_way_of_another():
    original = source()
    reprint = source(syndication_of=original)
    for other in (original, reprint):
        with pytest.raises(Invalid) as refusal:
            ledger.change_source(original, {"syndication_of": other})
        assert refusal.value.field == "syndication_of"
        assert refusal.value.detail == "A source cannot be a reprint of itself."


def disputed():
    return StatusPeriod.objects.get(kind="ambassador", days__contains=dt.date(2020, 6, 1)).disputed


def test_a_reprint_is_no_second_witness():
    original, reprint = source(), source()
    record(post("vacant", "2020-01-01", citations=[citation(original)]))
    record(post("ambassador", "2020-01-01", citations=[citation(reprint)]))
    assert disputed()
    ledger.change_source(reprint, {"syndication_of": original})
    assert not disputed()
    assert_everything_holds()
    ledger.change_source(reprint, {"syndication_of": None})
    assert disputed()
    assert_everything_holds()


def test_what_rests_on_a_reprint_alone_is_projected_again_when_its_original_becomes_a_reprint():
    original = source()
    reprint, other = source(syndication_of=original), source()
    record(post("vacant", "2020-01-01", citations=[citation(reprint)]))
    record(post("ambassador", "2020-01-01", citations=[citation(other)]))
    assert disputed()
    ledger.change_source(original, {"syndication_of": other})
    assert not disputed()
    assert_everything_holds()


def test_a_disputing_citation_marks_the_status():
    record(post("vacant", "2020-01-01", citations=[citation(), citation(stance="disputes")]))
    assert disputed()


@pytest.mark.parametrize("statement", [
    "UPDATE relations_citation SET quote = 'other'",
    "UPDATE relations_citation SET stance = 'disputes'",
    "DELETE FROM relations_citation",
])  # fmt: skip
def test_the_database_refuses_to_edit_or_delete_a_citation(statement):
    record(post("vacant", "2020-01-01"))
    with (
        pytest.raises(IntegrityError, match="a citation is never edited or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("place", [(0, 4), (None, None), (1, 27)])
def test_the_database_refuses_a_quote_that_is_not_at_its_place(place):
    cited = source()
    (fact,) = record(post("vacant", "2020-01-01", citations=[citation(cited)]))
    start, end = place
    with pytest.raises(IntegrityError, match="the quote does not occur"), transaction.atomic():
        Citation.objects.create(ambassador_status=fact, source=cited, quote="plan to return", start=start, end=end)
