"""Publications written for a test, and parsed or imported."""

from collections.abc import Iterable

import pytest

from relations.importers import import_list
from relations.importers.engine.parties import Party, Unreadable
from relations.importers.sources import ofac
from relations.models import ImportRun
from relations.queries.cache import PAIRS, REFERENCE_DATA
from relations.queries.countries import current_country_index
from tests.database import first_made
from tests.importers.un_lists import publication


@pytest.fixture(scope="session")
def index_of_countries(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return current_country_index()


@pytest.fixture(autouse=True)
def _empty_caches(request):
    """A test that is rolled back never commits its epoch: what was cached under it is not the next test's.

    Each begins with the same countries, which are read once.
    """
    PAIRS.clear()
    REFERENCE_DATA.clear()
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        index = request.getfixturevalue("index_of_countries")
        REFERENCE_DATA.store("countries", index.epoch, index, weight=1)


@pytest.fixture
def publish(tmp_path):
    """Imports a publication of the UN's list with these records, generated on this day."""

    def publish(day: str, records: Iterable[str], **options) -> ImportRun:
        return import_list("un", [publication(tmp_path / f"un_{day}.xml", day, records)], **options)

    return publish


@pytest.fixture
def first_published(publish):
    """A first publication of the UN's list, imported once and copied back to other tests."""

    def first_published(day: str, records: Iterable[str]) -> ImportRun:
        run: ImportRun = first_made((day, *records), lambda: publish(day, records))
        return run

    return first_published


@pytest.fixture
def sdn(tmp_path):
    """Records parsed from the lines of an sdn.csv."""

    def parse(*lines: str, end: str = "\n") -> list[Party | Unreadable]:
        path = tmp_path / "sdn.csv"
        path.write_bytes((end.join(lines) + end).encode())
        return list(ofac.parse([path]))

    return parse
