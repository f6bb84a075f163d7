"""Output of `manage.py import` for a list of parties that it could not read, or knows in part."""

import errno
import os
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from relations.importers.engine import archive
from relations.models import Designation
from tests.importers.un_lists import people, person, publication

pytestmark = pytest.mark.usefixtures("countries")


@pytest.fixture
def import_un(tmp_path, capsys):
    """Imports these records as the UN's list; what the command said on standard error, line by line."""

    def import_un(*records: str) -> list[str]:
        path = publication(tmp_path / "un.xml", "2020-01-01", records)
        refusals: list[str] = []
        try:
            call_command("import", "un", path)
        except CommandError as refused:
            refusals.append(str(refused))
        return [*capsys.readouterr().err.splitlines(), *refusals]

    return import_un


def test_unknown_programmes_and_elements_are_named(import_un):
    said = import_un(person("XXi.001", programme="Atlantis", more="<SHOE_SIZE>44</SHOE_SIZE>"))
    assert said == [
        "Unknown programme Atlantis: its parties are listed, without a sanction event.",
        "Unknown field INDIVIDUAL/SHOE_SIZE in 1 record(s): a party has it as a detail.",
    ]


def test_the_records_for_which_a_file_is_refused_are_named(import_un):
    said = import_un(*people(1), person("KPi.002", listed="soon"))
    assert said == [
        "Unreadable record KPi.002 (un.xml, line 3): LISTED_ON 'soon' is not a day (YYYY-MM-DD)",
        "un.xml is refused whole: 1 of 2 records cannot be read, more than 1%.",
    ]


def test_a_refusal_for_another_reason_names_no_records_of_a_run_before(import_un):
    import_un(*people(1), person("KPi.002", listed="soon"))
    assert import_un() == ["un.xml is refused whole: it has no records."]


def test_a_full_disk_is_said_in_a_line_and_nothing_is_recorded(import_un, monkeypatch):
    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(archive.ledger, "store_file", full)
        (said,) = import_un(*people(1))
    assert said == "[Errno 28] No space left on device: the import has stopped, and nothing of it is recorded."
    assert not Designation.objects.exists()
    assert import_un(*people(1)) == []
