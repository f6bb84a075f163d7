"""The history of a fact: every version, field by field, who, when and why."""

from django.contrib.auth.models import User

from relations import ledger
from relations.ledger import Author, CitationDraft
from relations.models import AmbassadorStatus
from tests.admin.conftest import nomination, page_of, said, url


def acts(answer):
    return [" ".join(head.text_content().split()) for head in page_of(answer).cssselect("section h2")]


def table(section):
    rows = section.cssselect("tbody tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in rows]


def test_every_command_is_shown_with_differences_who_when_and_why(desk, editor, article):
    desk.post(url("ambassadorstatus", "add"), nomination(article))
    first = AmbassadorStatus.objects.get()
    oscar = Author(user=User.objects.create_user("oscar"), request_id="r-2")
    words = [CitationDraft(source=article, quote="plan to return ambassadors"),
             CitationDraft(source=article, quote="Minsk", stance="disputes")]  # fmt: skip
    values = {"status": "confirmed", "holder": "", "note": "one\ntwo"}
    second = ledger.correct(AmbassadorStatus, first.key, values=values, citations=words, why="the Senate", author=oscar)
    ledger.retract(AmbassadorStatus, first.key, why="never so", author=Author(user=editor))
    for version in (first, second):
        answer = desk.get(url("ambassadorstatus", "history", version.pk))
        assert acts(answer) == ["Retracted", "Corrected: version 2", "Recorded: version 1"]
    retracted, corrected, recorded = page_of(answer).cssselect("section")
    assert "Who edith Why never so" in " ".join(retracted.text_content().split())
    assert "Next head of mission of United States in Belarus: confirmed → unknown" in retracted.text_content()
    assert f"When {second.recorded_at:%Y-%m-%d %H:%M:%S} Who oscar Why the Senate Request r-2" in " ".join(
        corrected.text_content().split()
    )
    assert table(corrected) == [
        ["Status", "Nominated", "Confirmed"],
        ["Holder", "Julie Fisher", "–"],
        ["Note", "–", "onetwo"],
        ["Citations", "", "“Minsk” — disputed by Reuters: Ambassadors to return"],
    ]
    assert table(recorded)[:3] == [["From", "United States"], ["To", "Belarus"], ["Status", "Nominated"]]
    assert "Who edith" in " ".join(recorded.text_content().split())


def test_a_fact_of_a_fixture_is_shown_as_imported(desk, seed):
    fact = AmbassadorStatus.objects.get(holder="Kristina Kvien")
    answer = desk.get(url("ambassadorstatus", "history", fact.pk))
    assert acts(answer) == ["Recorded by an import: version 1"]
    assert (
        "Head of mission of United States in Ukraine: unknown → ambassador (Kristina Kvien), from 2020-02-01"
        in said(answer)
    )


def test_a_history_that_is_not_there_leads_back(desk):
    for pk in ("999999", "x", "%00"):
        answer = desk.get(f"/admin/relations/ambassadorstatus/{pk}/history/")
        assert (answer.status_code, answer["Location"]) == (302, "/admin/")
