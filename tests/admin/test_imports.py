"""Import runs in the admin, with the files that they read."""

import pytest
from django.contrib.auth.models import Group

from relations.importers import import_list
from tests.admin.conftest import browser, page_of, person, said, url
from tests.importers.importing import BANS

pytestmark = pytest.mark.usefixtures("countries")


@pytest.fixture
def run(settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"
    return import_list("travel_ban", [BANS])


def files_of(answer):
    return [link.get("href") for link in page_of(answer).cssselect("#content a") if "/files/" in link.get("href", "")]


def test_the_page_of_an_import_leads_importers_to_the_bytes_that_it_read(run):
    importer = person("ida")
    importer.groups.add(Group.objects.get(name="Importers"))
    desk = browser(importer)
    answer = desk.get(url("importrun", "change", run.pk))
    (address,) = files_of(answer)
    assert f"{BANS.name}, {BANS.stat().st_size} bytes, SHA-256 {run.files[0]['sha256']}" in said(answer)
    assert desk.get(address).getvalue() == BANS.read_bytes()


def test_who_may_only_look_reads_of_the_files_and_is_led_to_none(looker, desk, run):
    answer = looker.get(url("importrun", "change", run.pk))
    assert (answer.status_code, files_of(answer)) == (200, [])
    assert run.files[0]["sha256"] in said(answer)
    assert desk.get(url("importrun", "change", run.pk)).status_code == 403, "editors have no right to imports"


def test_imports_are_listed_by_list_and_cannot_be_changed(root, run):
    page = "US entry suspensions"
    assert page in said(root.get(url("importrun", "changelist"), {"list": "travel_ban"}))
    assert not page_of(root.get(url("importrun", "changelist"), {"list": "un"})).cssselect("#result_list tbody th")
    assert root.post(url("importrun", "change", run.pk), {"state": "failed"}).status_code == 403
    assert root.get(url("importrun", "add")).status_code == 403


def test_a_run_that_is_not_finished_names_no_duration(root, run):
    run.state, run.duration, run.dated = "running", None, None
    assert str(run).startswith("US entry suspensions of no day: running, read ")
    assert str(run).endswith(", refused 0")
