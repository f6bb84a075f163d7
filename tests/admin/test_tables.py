"""Tables of facts: export as CSV, and import after a dry run, all or none."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from relations import ledger
from relations.models import AmbassadorStatus, DiplomaticEvent, SanctionEvent, StatusChange, TravelBanEntry
from tests.admin.conftest import nomination, page_of, said, url

HEAD = "from,to,status,holder,on,note,source,quote,stance\n"


def dry_run(desk, text, model="ambassadorstatus", **more):
    file = SimpleUploadedFile("facts.csv", text if isinstance(text, bytes) else text.encode(), "text/csv")
    return desk.post(url(model, "import"), {"file": file, **more})


def results(answer):
    return [
        " ".join(row[-1].text_content().split()) for row in page_of(answer).cssselect("table.tracker-versions tbody tr")
    ]


def confirmed(answer):
    form: Any = page_of(answer).get_element_by_id("record-table")
    return {**dict(form.form_values()), "_record": "1"}


def table(answer):
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


def test_a_table_is_recorded_in_one_command_after_a_dry_run(desk, editor, article):
    text = HEAD + (
        f'US,BY,nominated,"Fisher, Julie",2020-05,,{article.pk},plan to return ambassadors,\n'
        f",,,,,,{article.pk},Minsk,disputes\n"
        f"BY,US,announced,,2020-02-01,'=note,{article.pk},Belarus,supports\n"
    )
    answer = dry_run(desk, text)
    assert (answer.status_code, results(answer)) == (200, ["Valid", "Valid"])
    assert not AmbassadorStatus.objects.exists()
    assert not StatusChange.objects.exists()
    done = desk.post(url("ambassadorstatus", "import"), confirmed(answer), follow=True)
    assert "2 facts were recorded." in said(done)
    first, second = AmbassadorStatus.objects.order_by("-on")
    assert (first.holder, first.recorded_by, second.note) == ("Fisher, Julie", editor, "=note")
    assert sorted(first.citations.values_list("quote", "stance")) == [
        ("Minsk", "disputes"),
        ("plan to return ambassadors", "supports"),
    ]
    assert set(StatusChange.objects.values_list("reason", flat=True)) == {"recorded"}


def test_every_wrong_line_is_named_at_once_and_nothing_is_recorded(desk, article):
    text = HEAD + (
        f"US,BY,nominated,,2020-13,,{article.pk},Minsk,\n"
        f"US,QQ,gone,,2020,,{article.pk},Minsk,\n"
        f"US,BY,vacant,,2021,,{article.pk},not in the text at all,\n"
        f"US,BY,vacant,,2022,,,,\n"
        f"US,US,vacant,,2023,,{article.pk},Minsk,\n"
        f"US,BY,vacant,,2024,,{article.pk},Minsk,\n"
    )
    answer = dry_run(desk, text)
    lines = results(answer)
    assert [line.split(":")[0] for line in lines] == ["on", "to", "quote", "Valid", "Valid", "Valid"]
    assert "record-table" not in answer.content.decode()
    only_refused_by_the_ledger = HEAD + text.split("\n", 4)[4]
    assert results(dry_run(desk, only_refused_by_the_ledger)) == [
        "A fact needs at least one citation that supports it.",
        "A fact joins two different countries; both are US.",
        "Valid",
    ]
    assert not AmbassadorStatus.objects.exists()


def test_a_probable_duplicate_needs_a_tick(desk, article):
    desk.post(url("ambassadorstatus", "add"), nomination(article))
    answer = dry_run(desk, HEAD + f"US,BY,nominated,Somebody,2020-05-04,,{article.pk},Minsk,\n")
    assert results(answer) == ["Looks like a recorded fact: US→BY nominated 2020-05"]
    asked = desk.post(url("ambassadorstatus", "import"), confirmed(answer))
    assert (asked.status_code, AmbassadorStatus.objects.count()) == (200, 1)
    desk.post(url("ambassadorstatus", "import"), {**confirmed(asked), "record_anyway": "on"})
    assert sorted(AmbassadorStatus.objects.values_list("holder", flat=True)) == ["Julie Fisher", "Somebody"]


def test_a_repeated_line_needs_a_tick(desk, article):
    line = f"US,BY,nominated,Somebody,2020-05-04,,{article.pk},Minsk,\n"
    answer = dry_run(desk, HEAD + line + line)
    assert results(answer) == ["Valid", "Looks like a recorded fact: line 2 of this file"]
    assert desk.post(url("ambassadorstatus", "import"), confirmed(answer)).status_code == 200
    assert not AmbassadorStatus.objects.exists()
    desk.post(url("ambassadorstatus", "import"), {**confirmed(answer), "record_anyway": "on"})
    assert AmbassadorStatus.objects.count() == 2


def test_a_table_may_be_divided_by_semicolons_and_begin_with_a_mark(desk, article):
    text = (HEAD + f'US,BY,nominated,"Fisher, Julie",2020-05,,{article.pk},Minsk,\n').replace(",", ";")
    answer = dry_run(desk, b"\xef\xbb\xbf" + text.replace("Fisher; Julie", "Fisher, Julie").encode())
    assert results(answer) == ["Valid"]
    assert desk.post(url("ambassadorstatus", "import"), confirmed(answer)).status_code == 302
    assert AmbassadorStatus.objects.get().holder == "Fisher, Julie"


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "The submitted file is empty."),
        (b"\xff\xfe", "The file is not text in UTF-8."),
        (b"a,b\n1,2\n", "Unknown: 'a', 'b'"),
        (b"to,status,on\n", "The table has no facts."),
        (b"to,status,on\nBY,vacant,2020,x,y\n", "Line 2 has 5 cells, the first line 3."),
        (b'to,status,on\n"BY,vacant,2020\n', "The file is not valid CSV: unexpected end of data."),
        (b"on,on\n1,2\n", "Missing: 'to', 'status'. Named twice: 'on'."),
        (b"to,status,on\n" + b"BY,vacant,2020\n" * 501, "A table may have at most 500 facts."),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(desk, content, wrong):
    answer = dry_run(desk, content)
    assert answer.status_code == 200
    assert wrong in said(answer)


def test_a_file_over_the_limit_is_refused_in_words(desk, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = desk.post(url("ambassadorstatus", "import"), {"file": SimpleUploadedFile("a.csv", b"x" * 2000)},
                       headers={"Accept": "text/html"})  # fmt: skip
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "text/html; charset=utf-8")
    assert "bytes; at most 1000 are allowed." in said(answer)


def test_odd_cells_are_refused_line_by_line(desk, article):
    odd = HEAD + f'US,BY,vacant,{"x" * 300},2020,a\x00b,{"9" * 40},"{"q" * 5000}",maybe\n\n<i>,%,&,",",,,a\x00c,,\n'
    answer = dry_run(desk, odd)
    assert answer.status_code == 200
    assert [bool(line) for line in results(answer)] == [True, True]
    assert "&lt;i&gt;" in answer.content.decode()
    assert not AmbassadorStatus.objects.exists()


def test_an_export_has_the_filters_of_its_list(desk, seed):
    answer = desk.get(url("ambassadorstatus", "export"), {"track": "next"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ambassadors.csv"'
    rows = table(answer)
    facts = {(row["from"], row["to"], row["status"], row["on"]) for row in rows if row["key"]}
    assert facts == {("BY", "US", "announced", "2020-02-01"), ("US", "BY", "announced", "2020-02-01")}
    # One of them has two quotes: the second has a line of its own.
    (more,) = (row for row in rows if not row["key"])
    assert {name for name, cell in more.items() if cell} == {"source", "quote", "stance"}


def test_formulas_are_escaped(desk, article):
    desk.post(url("ambassadorstatus", "add"), nomination(article, note="=1+1", holder="@home"))
    (row,) = table(desk.get(url("ambassadorstatus", "export")))
    assert (row["note"], row["holder"]) == ("'=1+1", "'@home")


@pytest.mark.parametrize("model", [AmbassadorStatus, SanctionEvent, TravelBanEntry, DiplomaticEvent])
def test_an_export_can_be_imported_elsewhere(desk, seed, model, editor):
    name = model._meta.model_name
    rows = table(desk.get(url(name, "export")))
    written = ("from_country", "to_country", model.label, "on", "note")
    before = list(model.objects.current().values_list(*written))
    for fact in model.objects.current():
        ledger.retract(model, fact.key, why="elsewhere", author=ledger.NOBODY)
    out = io.StringIO()
    writer = csv.DictWriter(out, [column for column in rows[0] if column not in ("key", "version", "recorded_at")],
                            extrasaction="ignore")  # fmt: skip
    writer.writeheader()
    writer.writerows(rows)
    answer = dry_run(desk, out.getvalue(), name)
    assert set(results(answer)) == {"Valid"}
    assert desk.post(url(name, "import"), confirmed(answer)).status_code == 302
    assert sorted(model.objects.current().values_list(*written)) == sorted(before)


def test_a_table_with_keys_is_not_recorded_a_second_time(desk, seed):
    text = desk.get(url("diplomaticevent", "export")).getvalue()
    lines = results(dry_run(desk, text, "diplomaticevent"))
    assert set(lines) == {"key: this fact was recorded before; correct it on its own page."}


def test_a_reader_may_export_and_not_import(looker, seed):
    assert looker.get(url("ambassadorstatus", "export")).status_code == 200
    assert looker.get(url("ambassadorstatus", "import")).status_code == 403
    assert dry_run(looker, HEAD).status_code == 403


def test_an_export_asks_the_database_no_more_for_more_facts(desk, seed, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        desk.get(url("diplomaticevent", "export")).getvalue()
