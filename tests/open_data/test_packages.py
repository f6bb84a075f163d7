"""Packages as `manage.py publish` writes them and `manage.py verify` checks them."""

import fcntl
import hashlib
import json
import re
import sys
import warnings
from io import StringIO

import pyarrow as pa
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pyarrow import parquet

from relations import ledger
from relations.ledger import NOBODY
from relations.models import FACT_MODELS, AmbassadorStatus, StatusChange, StatusPeriod
from relations.open_data import publishing
from relations.open_data.merkle import MerkleTree, canonical, leaf_hash
from relations.representation.changes import change_bodies
from tests.database import made_once
from tests.factories import citation, confirm, confirmation, post, programme, record, regime, sanction, source
from tests.open_data.packages import CLOSED, csv_rows, published, record_world, rewrite, rows, sum_up, verified

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]


@made_once
def world_of_rows():
    record_world()


def test_a_package_has_every_row_in_every_format_and_verifies(tmp_path, world_of_rows):
    package = published(tmp_path)
    assert verified(package) == []
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    lines = (package / "SHA256SUMS").read_text("ascii").splitlines()
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    assert sums.keys() | {"SHA256SUMS"} == {path.name for path in package.iterdir()}
    for one in described["resources"]:
        content = (package / one["path"]).read_bytes()
        assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        assert one["hash"] == f"sha256:{sums[one['path']]}"
    for table in {one["path"].rpartition(".")[0] for one in described["resources"]}:
        own, cells = rows(package, table), csv_rows(package, table)
        stored = parquet.read_table(package / f"{table}.parquet")
        columnar = stored.to_pylist()
        resources = [one for one in described["resources"] if one["path"].rpartition(".")[0] == table]
        numbers = {one["rows"] for one in resources}
        assert {tuple(field["name"] for field in one["schema"]["fields"]) for one in resources} == {
            tuple(stored.column_names)
        }
        assert {len(own), len(cells), len(columnar)} == numbers
        assert [[*row.values()] for row in cells] == [[as_cell(value) for value in row.values()] for row in own]
        for row, values in zip(own, columnar, strict=True):
            assert {name: as_json(value) for name, value in values.items()} == {
                name: as_json(json.dumps(value, ensure_ascii=False, separators=(",", ":"))
                              if isinstance(value, dict) else value)
                for name, value in row.items()
            }  # fmt: skip
    assert len(rows(package, "periods")) == StatusPeriod.objects.count() > 40
    assert [len(rows(package, model.resource)) for model in FACT_MODELS] == [
        model.objects.count() for model in FACT_MODELS
    ]


def as_cell(value):
    """The rule of the API's exports, written once more."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    if isinstance(value, list):
        value = "; ".join(value)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) if isinstance(value, dict) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def as_json(value):
    if hasattr(value, "isoformat"):
        return value.isoformat().replace("+00:00", "Z")
    return value


def test_the_same_state_gives_the_same_bytes_and_a_date_is_published_once(tmp_path, world_of_rows):
    one, two = published(tmp_path / "one"), published(tmp_path / "two")
    assert {path.name: path.read_bytes() for path in one.iterdir()} == {
        path.name: path.read_bytes() for path in two.iterdir()
    }
    with pytest.raises(CommandError, match="exists already, and a published package never changes"):
        call_command("publish", tmp_path / "one", stderr=StringIO())
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == [".lock", one.name]


def test_what_a_licence_forbids_is_left_out_and_named(tmp_path, world_of_rows):
    closed = source(licence=CLOSED, title="A data set", publisher="A university", kind="dataset", text="Secret words.")
    lead, mixed = record(
        post("charge", "2021-01-01", holder="Dee Elm", citations=[citation(closed, "Secret words")]),
        post("vacant", "2020-03-01", "FR>DE", citations=[citation(), citation(closed, "Secret", stance="disputes")]),
    )
    record(post("ambassador", "2022-01-01", "PL>DE", holder="Flo Gee"))
    kept = record(post("ambassador", "2023-01-01", "PL>CZ", holder="Hal Ives"))[0]
    confirm(confirmation(kept, "2024-01-01", closed))
    package = published(tmp_path)
    assert verified(package) == []
    everything = b"".join(path.read_bytes() for path in package.iterdir())
    assert b"Secret" not in everything
    assert b"Dee Elm" not in everything
    assert rows(package, "withheld") == [
        {"kind": "source", "id": str(closed.pk), "publisher": "A university", "title": "A data set", "url": "",
         "licence": CLOSED, "rows": 2}
    ]  # fmt: skip
    assert f"A university A data set ({CLOSED}), 2 rows" in (package / "README.md").read_text("utf-8")
    assert closed.pk not in {row["id"] for row in rows(package, "sources")}
    places = [(row["pair"], row["track"], row["start"]) for row in rows(package, "periods")]
    assert places == sorted(places)
    partial = {row["pair"]: row["partial"] for row in rows(package, "periods")}
    assert {pair for pair, is_partial in partial.items() if is_partial} == {"BY-US", "DE-FR", "CZ-PL"}
    assert partial["DE-PL"] is False
    left_out = {row["leaf"]: row for row in rows(package, "changes") if row["pair"] is None}
    lines = [line_of(change) for change in StatusChange.objects.filter(cause_key=lead.key)]
    assert left_out.keys() == {leaf_hash(canonical(line)).hex() for line in lines} != set()
    assert str(mixed.key) in {row["cause"]["key"] for row in rows(package, "changes") if row["cause"]}


def line_of(change):
    """A line as a follower of the feed has it."""
    (body,) = change_bodies([change], site="")
    line = {name: value for name, value in body.items() if name not in ("url", "reaches")}
    cause = line["cause"]
    return line | {"cause": cause and {name: cause[name] for name in ("kind", "key", "version")}}


def test_the_root_of_a_day_is_that_of_its_lines_in_the_feed(tmp_path, world_of_rows):
    tree = MerkleTree()
    changes = StatusChange.objects.order_by("id")
    for change in changes:
        tree.append(leaf_hash(canonical(line_of(change))))
    (root,) = rows(published(tmp_path), "day-roots")
    first, last = changes[0], changes[len(changes) - 1]
    assert root == {
        "day": f"{last.recorded_at:%Y-%m-%d}", "lines": len(changes), "first_id": first.pk, "last_id": last.pk,
        "root": tree.root().hex(), "final": False,
    }  # fmt: skip


def test_the_documentation_computes_the_roots_and_names_every_table(tmp_path, world_of_rows, monkeypatch, capsys):
    package = published(tmp_path)
    text = (settings.ROOT / "docs" / "data.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert code.count("\n") <= 25
    monkeypatch.chdir(package)
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        exec(compile(code, "docs/data.md", "exec"), {})
    assert capsys.readouterr().out == "".join(f"{row['day']} {row['root']}\n" for row in rows(package, "day-roots"))
    tables = {path.stem for path in package.glob("*.jsonl")}
    assert [table for table in sorted(tables) if f"`{table}`" not in text] == []


# --- what verification finds ----------------------------------------------------------------------------------------


def test_a_package_that_somebody_changed_differs(tmp_path, world_of_rows):
    """One package, changed in every way and back again."""
    package = published(tmp_path)
    before = {path.name: path.read_bytes() for path in package.iterdir()}

    def found(change) -> str:
        change()
        differences = "\n".join(verified(package))
        for path in package.iterdir():
            path.unlink()
        for name, content in before.items():
            (package / name).write_bytes(content)
        return differences

    def edit(table, place, **values):
        own = rows(package, table)
        own[place] |= values
        return lambda: rewrite(package, table, own)

    periods, changes = rows(package, "periods"), rows(package, "changes")
    headed = next(place for place, row in enumerate(periods) if row["holder"] == "Ann Lee")
    assert "BY-US ambassador:US>BY: the package has" in found(edit("periods", headed, holder="Nobody"))
    current = next(
        place
        for place, row in enumerate(rows(package, "ambassadors"))
        if row["holder"] == "Ann Lee" and row["superseded_at"] is None
    )
    earlier = {"on": "1999", "earliest": "1999-01-01", "latest": "1999-12-31"}
    assert "BY-US ambassador:US>BY" in found(edit("ambassadors", current, **earlier))
    assert "no further period" in found(lambda: rewrite(package, "periods", periods[:-1]))
    assert "no further period" in found(lambda: rewrite(package, "citations", []) or rewrite(package, "periods", []))
    assert "cannot be read" in found(lambda: rewrite(package, "sources", []))
    assert "cannot be read" in found(edit("countries", 0, to_year=10**12))
    unreadable, wrong = edit("ambassadors", current, latest="soon"), edit("periods", -1, value="none")
    # The pairs after one that is unreadable are compared all the same.
    both = found(lambda: unreadable() or wrong())
    assert ("BY-US: its facts cannot be read" in both, ": the package has none" in both) == (True, True)
    assert "does not have the hash that it names" in found(edit("changes", 3, effective="1999-01-01"))
    assert "have the root" in found(lambda: rewrite(package, "changes", changes[:-1]))
    assert "follows line" in found(lambda: rewrite(package, "changes", [*changes, changes[0]]))
    assert "have no root" in found(lambda: rewrite(package, "day-roots", []))
    assert "have the root" in found(edit("day-roots", 0, root="00"))
    assert "is not the file that SHA256SUMS names" in found(lambda: (package / "periods.csv").write_text("x", "utf-8"))
    assert found((package / "README.md").unlink) == "README.md is missing."
    assert found(lambda: (package / "more.csv").write_text("x", "utf-8")) == "more.csv is not in SHA256SUMS."
    assert "SHA256SUMS is missing or unreadable." in found((package / "SHA256SUMS").unlink)
    assert "no digest and name" in found(lambda: (package / "SHA256SUMS").write_text("00  ../../etc/passwd\n", "ascii"))
    for line, why in (('{"pair":', ""), ("[1]", "no JSON object")):
        broken = found(lambda line=line: (package / "periods.jsonl").write_text(f"{line}\n") and sum_up(package))
        assert broken.startswith(f"periods.jsonl, line 1: {why}")
    for table, place, content in (("periods", 3, b""), ("citations", 1, b"1,x\r\n"), ("countries", 1, b'"')):
        path = package / f"{table}.csv"
        lines = path.read_bytes().splitlines(keepends=True)
        lines[place] = content
        changed = found(lambda path=path, lines=lines: path.write_bytes(b"".join(lines)) and sum_up(package))
        assert changed == f"{table}.csv, row {place}: it is not the row of {table}.jsonl."
    for table, place in (("periods", 3), ("changes", 2), ("countries", 0)):
        path = package / f"{table}.parquet"
        stored = parquet.read_table(path)
        others = pa.concat_tables([stored.slice(0, place), stored.slice(place + 1)])
        changed = found(lambda path=path, others=others: parquet.write_table(others, path) or sum_up(package))
        assert changed == f"{table}.parquet, row {place + 1}: it is not the row of {table}.jsonl."
    path = package / "periods.parquet"
    cut = found(lambda: path.write_bytes(path.read_bytes()[:-9]) and sum_up(package))
    assert cut.startswith("periods.parquet cannot be read: ")
    assert verified(package) == []


def test_without_pyarrow_verifying_says_what_it_did_not_read(tmp_path, monkeypatch):
    package = published(tmp_path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = StringIO()
    call_command("verify", package, stdout=said)
    number = len(list(package.glob("*.parquet")))
    assert f"Parquet files of which only the sum was compared: {number}." in said.getvalue()


def test_a_stored_status_that_its_facts_do_not_give_differs(tmp_path, world_of_rows):
    StatusPeriod.objects.filter(pair="BY-US", holder="Ann Lee").update(holder="Nobody")
    (difference,) = verified(published(tmp_path))
    assert difference.startswith("BY-US ambassador:US>BY: the package has ambassador from 2014-12-31 to")
    assert "holder Nobody" in difference
    assert "holder Ann Lee" in difference


def test_what_follows_from_more_than_a_fact_s_own_columns_is_rebuilt(tmp_path):
    """From its sources, its programme, the countries, and the confirmations of versions that say the same."""
    act, paper, weekly = source(kind="legal_act"), source(kind="article"), source(kind="register", good_for=7)
    register = source(kind="register")
    reprint = source(kind="register", syndication_of=register)
    of_one_regime = [programme(regime=own) for own in [regime()] * 2]
    noted, renamed, promoted, *_ = record(
        post("charge", "2014-01-01", "PL>BY", holder="Ann Lee"),
        post("charge", "2014-01-01", "PL>DE", holder="Ann Lee"),
        post("charge", "2014-01-01", "PL>CZ", holder="Ann Lee"),
        post("vacant", "2014-01-01", "FR>DE", citations=[citation(paper), citation(act, stance="disputes")]),
        post("protecting_power", "2020-02", "FR>PL", holder="Bo Day", citations=[citation(register)]),
        post("closed", "2020-03-05", "FR>PL", citations=[citation(reprint)], nature="observation"),
        post("ambassador", "2014-01-01", "FR>BY", citations=[citation(weekly)]),
        post("ambassador", "1970", "SU>DD"),
        sanction("imposed", "2014-03-06", programme=of_one_regime[0], citations=[citation(paper)]),
        sanction("lifted", "2015-01-01", programme=of_one_regime[1], citations=[citation(act)]),
        sanction("imposed", "2014-03-06", "FR>DE", programme=programme("FR>DE", thematic=True)),
    )
    confirm(*(confirmation(one, "2016-01-01") for one in (noted, renamed, promoted)))
    for fact, values in (
        (noted, {"note": "Seen."}),
        (renamed, {"holder": "Cy Fox"}),
        (promoted, {"status": "minister"}),
    ):
        ledger.correct(AmbassadorStatus, fact.key, values=values, author=NOBODY, why="So it was.")
    assert verified(published(tmp_path)) == []


# --- how it is written ----------------------------------------------------------------------------------------------


def test_a_package_that_fails_halfway_leaves_nothing(tmp_path, monkeypatch):
    record(post("ambassador", "2014", holder="Ann Lee"))
    (tmp_path / ".unfinished-killed").mkdir()
    (tmp_path / ".unfinished-killed" / "periods.csv").write_text("half", "utf-8")

    def full(*args):
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "write_text", full)
        with pytest.raises(CommandError, match="No space left on device"):
            call_command("publish", tmp_path, stderr=StringIO())
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]
    assert verified(published(tmp_path)) == []


def test_only_one_process_publishes_to_a_folder(tmp_path):
    with (tmp_path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match="Another process is publishing"):
            call_command("publish", tmp_path, stderr=StringIO())


def test_without_pyarrow_a_package_has_the_other_formats_and_says_so(tmp_path, world_of_rows, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    errors = StringIO()
    call_command("publish", tmp_path, stdout=StringIO(), stderr=errors)
    assert "they need the package pyarrow" in errors.getvalue()
    (package,) = tmp_path.glob("2*")
    assert {path.suffix for path in package.iterdir()} == {".csv", ".jsonl", ".json", ".md", ""}
    assert verified(package) == []


def test_an_empty_tracker_publishes_an_empty_package(tmp_path):
    package = published(tmp_path)
    assert verified(package) == []
    assert rows(package, "day-roots") == rows(package, "changes") == []
    assert "created" not in json.loads((package / "datapackage.json").read_text("utf-8"))
    assert "\nNo change has been recorded yet.\n" in (package / "README.md").read_text("utf-8")


def test_a_correction_of_a_fact_is_in_the_next_package_with_both_versions(tmp_path):
    (fact,) = record(post("ambassador", "2014", holder="Ann Lee"))
    package = published(tmp_path / "one")
    first = rows(package, "ambassadors")
    last = StatusChange.objects.latest("pk")
    state = f"State of the change log at line {last.pk}, recorded at {last.recorded_at:%Y-%m-%d %H:%M:%S} UTC."
    assert state in (package / "README.md").read_text("utf-8")
    ledger.correct(AmbassadorStatus, fact.key, values={"holder": "Ann B. Lee"}, author=NOBODY, why="Her name.")
    second = rows(published(tmp_path / "two"), "ambassadors")
    assert [(row["version"], row["holder"]) for row in second] == [(1, "Ann Lee"), (2, "Ann B. Lee")]
    assert first == [second[0] | {"superseded_at": None}]
    assert second[0]["superseded_at"] == second[1]["recorded_at"]
