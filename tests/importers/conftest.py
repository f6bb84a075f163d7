"""Publications written for a test, and parsed or imported."""

from collections.abc import Iterable

import pytest

from relations.importers import import_list
from relations.importers.engine.parties import Party, Unreadable
from relations.importers.sources import ofac
from relations.models import ImportRun
from relations.queries.cache import PAIRS, REFERENCE_DATA
from tests.importers.un_lists import publication


@pytest.fixture(autouse=True)
def _empty_caches():
    """A test that is rolled back never commits its epoch: what was cached under it is not the next test's."""
    PAIRS.clear()
    REFERENCE_DATA.clear()


@pytest.fixture
def publish(tmp_path):
    """Imports a publication of the UN's list with these records, generated on this day."""

    def publish(day: str, records: Iterable[str], **options) -> ImportRun:
        return import_list("un", [publication(tmp_path / f"un_{day}.xml", day, records)], **options)

    return publish


@pytest.fixture
def sdn(tmp_path):
    """Records parsed from the lines of an sdn.csv."""

    def parse(*lines: str, end: str = "\n") -> list[Party | Unreadable]:
        path = tmp_path / "sdn.csv"
        path.write_bytes((end.join(lines) + end).encode())
        return list(ofac.parse([path]))

    return parse
