"""The demo: its files, what loading them again does, and the tracker's own format in which they are."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command

from relations.importers import demo, import_list
from relations.importers.engine import own_format
from relations.importers.engine.parties import Party, Unreadable
from relations.importers.registry import FACT_LISTS
from relations.models import AmbassadorStatus, Citation, Designation, ImportRun, Listing, StatusChange
from tests.importers.importing import BANS, FACTBOOK, POCOM, imported
from tests.importers.reading import assert_sound, contents
from tests.importers.shared_data import whole

FILES = sorted(demo.FOLDER.glob(f"*{own_format.SUFFIX}"))


@pytest.fixture(autouse=True)
def archive(settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder in the place of `fixtures/demo/`."""
    path = tmp_path / "demo"
    path.mkdir()
    monkeypatch.setattr(demo, "FOLDER", path)
    return path


def publication(path, header, *records):
    path.write_text("".join(json.dumps(record) + "\n" for record in (header, *records)), "utf-8")
    return path


SOURCE = {"reference": "by", "title": "Chiefs of Mission: belarus"}
IN_POST = {
    "reference": "by-2001-doe-01:started", "quote": "<started>2001-02-03</started>", "sender": "US", "target": "BY",
    "word": "ambassador", "on": "2001-02-03", "holder": "Jane Doe",
}  # fmt: skip


def missions(folder, *records):
    header = {"list": "pocom", "dated": "2021-08-10", "kind": "ambassadors", "on_missing": "retract"}
    return publication(folder / "pocom.tracker.jsonl", header, SOURCE, *(records or [IN_POST]))


def parties(folder, day, *references, suffix=own_format.SUFFIX):
    records = [
        {"reference": one, "kind": "person", "programmes": ["BELARUS"], "names": [{"text": one, "kind": "primary"}]}
        for one in references
    ]
    return publication(folder / f"ofac-{day}{suffix}", {"list": "ofac", "dated": day}, *records)


def loaded(capsys):
    call_command("demo")
    return capsys.readouterr().out.splitlines()


# --- what is shipped ------------------------------------------------------------------------------------------------


def test_the_demo_is_small_text_that_the_readme_names():
    readme = (demo.FOLDER / "README.md").read_text("utf-8")
    files = {path.name: path.stat().st_size for path in demo.FOLDER.iterdir() if path.name != "README.md"}
    assert all(f"`{name}`" in readme and name.endswith(own_format.SUFFIX) for name in files)
    assert sum(files.values()) < 1_500_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_line_of_the_demo_is_read_and_counted_in_the_readme(path):
    readme = (demo.FOLDER / "README.md").read_text("utf-8")
    if own_format.last_header(path).list in FACT_LISTS:
        readings = own_format.read_facts([path])
        for one in readings:
            assert_sound(one)
            assert one.unreadable == []
        count = sum(one.records for one in readings)
    else:
        records = list(own_format.read_parties([path]))
        assert [one for one in records if isinstance(one, Unreadable)] == []
        count = len(records)
    assert f" {count:,} " in readme


@pytest.mark.parametrize(
    ("code", "paths"),
    [
        ("pocom", ["pocom"]),
        ("factbook", ["factbook/diplomatic_representation.jsonl"]),
        ("travel_ban", ["travel-ban/us_travel_ban_events.csv"]),
    ],
)
def test_the_official_files_give_the_demo_byte_for_byte(code, paths, folder):
    shipped = next(path for path in FILES if path.name.startswith(code))
    assert demo.export(code, [whole(path) for path in paths], dated=None).read_bytes() == shipped.read_bytes()


# --- loading --------------------------------------------------------------------------------------------------------


def test_loading_says_what_was_done_and_where_to_look(countries, folder, capsys, settings):
    settings.PUBLIC_URL = "http://127.0.0.1:8431"
    parties(folder, "2022-02-24", "one", "two")
    parties(folder, "2022-02-25", "one", "two", "three")
    missions(folder)
    first, second, third, last = loaded(capsys)
    assert first.startswith("OFAC of 2022-02-24: succeeded, read 2, added 2,")
    assert second.startswith("OFAC of 2022-02-25: succeeded, read 3, added 1,")
    assert third.startswith("US chiefs of mission of 2021-08-10: succeeded, read 1, added 1,")
    assert last.startswith("Open http://127.0.0.1:8431/relations/")
    assert Listing.objects.get(party__reference="three").listed_on == "2022-02-25"
    citation = Citation.objects.get(ambassador_status__holder="Jane Doe")
    assert (citation.quote, citation.source.title) == (IN_POST["quote"], SOURCE["title"])


def test_loading_again_changes_nothing_and_says_so(countries, folder, capsys):
    parties(folder, "2022-02-24", "one")
    parties(folder, "2022-02-25", "one", "two")
    missions(folder)
    loaded(capsys)
    before = StatusChange.objects.count()
    lines = loaded(capsys)
    assert lines[0] == "OFAC of 2022-02-24: loaded before."
    assert lines[-2] == "Nothing has changed: the demo was loaded before."
    assert StatusChange.objects.count() == before


def test_a_load_that_was_interrupted_is_completed_by_the_next(countries, folder, capsys, monkeypatch):
    parties(folder, "2022-02-24", "one")
    missions(folder)

    def interrupt(code, paths):
        if code == "pocom":
            raise KeyboardInterrupt
        return import_list(code, paths)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(demo, "import_list", interrupt)
        call_command("demo")
    loaded(capsys)
    assert (Designation.objects.count(), AmbassadorStatus.objects.count()) == (1, 1)


def test_a_refused_file_is_named_and_the_others_are_loaded(countries, folder, capsys):
    parties(folder, "2022-02-24", "one")
    missions(folder, IN_POST, {**IN_POST, "reference": "other", "target": "QQ"})
    with pytest.raises(CommandError, match="Not all of the demo was loaded"):
        call_command("demo")
    out = capsys.readouterr().out
    assert "the tracker has no country QQ" in out
    assert Designation.objects.count() == 1


def test_a_list_that_was_imported_from_other_files_is_left_as_it_is(countries, folder, capsys):
    imported("pocom", POCOM)
    count = AmbassadorStatus.objects.count()
    missions(folder)
    assert loaded(capsys)[0] == "US chiefs of mission: left as it is, because it was imported from other files."
    assert AmbassadorStatus.objects.count() == count


# --- from the official files and back -------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "path"), [("travel_ban", BANS), ("factbook", FACTBOOK)])
def test_the_own_format_says_what_the_official_file_says(code, path, folder, monkeypatch):
    readings = FACT_LISTS[code].read([path])
    monkeypatch.setattr(demo, "EDITIONS", {str(one.version) for one in readings})
    again = own_format.read_facts([demo.export(code, [path], dated=None)])
    assert [contents(one) for one in again] == [contents(one) for one in readings]
    assert [one.version for one in again] == [one.version for one in readings]


def test_the_official_file_after_the_demo_confirms_its_facts(countries, folder, capsys):
    demo.export("travel_ban", [BANS], dated=None)
    loaded(capsys)
    run = imported("travel_ban", BANS)
    assert (run.added, run.amended, run.ended) == (0, 0, 0)


def test_a_whole_list_after_a_selection_does_not_date_what_the_selection_left_out(countries, folder, capsys, tmp_path):
    parties(folder, "2022-02-24", "7")
    loaded(capsys)
    row = '{},"DOE, Jane","individual","BELARUS",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'
    path = tmp_path / "sdn.csv"
    path.write_bytes("".join([row.format(7), row.format(8), "\x1a"]).encode())
    imported("ofac", path, dated=dt.date(2022, 3, 1))
    assert Listing.objects.get(party__reference="8").listed_on == "[..2022-03-01]"


def test_a_selection_never_replaces_a_whole_list(countries, folder, tmp_path):
    row = '7,"DOE, Jane","individual","BELARUS",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n\x1a'
    path = tmp_path / "sdn.csv"
    path.write_bytes(row.encode())
    imported("ofac", path, dated=dt.date(2022, 2, 1))
    with pytest.raises(own_format.FileRefused, match="it is a selection of the list"):
        imported("ofac", parties(folder, "2022-02-24", "7"))
    assert ImportRun.objects.filter(state="refused").count() == 1


# --- lines that are not understood ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({**IN_POST, "on": 2001}, "it is no Statement: 2001"),
        ({**IN_POST, "on": "2001-02-31"}, "'2001-02-31' is not a date"),
        ({**IN_POST, "kind": "gossip"}, "it is no Statement: 'gossip'"),
        ({**IN_POST, "mood": "good"}, "it is not the fields of a Statement"),
        ({"reference": "nothing else"}, "it is no Statement"),
        ({**IN_POST, "measures": "all"}, "it is no Statement: 'all'"),
        ({**IN_POST, "kind": "travel-ban-entries"}, "a travel-ban entry names its list"),
        ({"title": 7}, "it is no Extract"),
    ],
)
def test_a_line_of_another_shape_is_unreadable(record, reason, folder):
    (reading,) = own_format.read_facts([missions(folder, IN_POST, record)])
    assert [(one.line, one.reason[: len(reason)]) for one in reading.unreadable] == [(4, reason)]
    assert len(reading.statements) == 1


@pytest.mark.parametrize(
    "text", ["", "[]\n", "{\n", '{"list": "pocom"}\n', '{"reference": "x"}\n', '{"list": "pocom", "dated": 1}']
)
def test_a_file_without_a_header_is_refused(text, folder):
    path = folder / "pocom.tracker.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(own_format.FileRefused):
        own_format.read_facts([path])


def test_a_file_with_a_nul_byte_is_refused(folder):
    with pytest.raises(own_format.FileRefused, match="line 3 contains a NUL byte"):
        own_format.read_facts([missions(folder, {**IN_POST, "holder": "Jane\0Doe"})])


def test_a_file_of_another_list_is_refused(countries, folder):
    with pytest.raises(own_format.FileRefused, match="it is of the list 'pocom' and not of 'cow'"):
        imported("cow", missions(folder))


def test_a_party_of_another_shape_is_unreadable(folder):
    path = parties(folder, "2022-02-24", "one")
    nameless = {"reference": "three", "kind": "person", "programmes": ["BELARUS"], "names": []}
    path.write_text(path.read_text("utf-8") + '{"reference": "two", "kind": "ghost"}\n' + json.dumps(nameless), "utf-8")
    one, two, three = own_format.read_parties([path])
    assert isinstance(one, Party)
    assert isinstance(two, Unreadable)
    assert (two.reference, two.line) == ("two", 3)
    assert isinstance(three, Unreadable)
    assert three.reason == "it does not have one primary name"
