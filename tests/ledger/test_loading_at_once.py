"""Fixtures loaded during concurrent commands, each on a connection of its own, with real commits."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from relations.ledger.pairs import make_pairs
from relations.models import AmbassadorStatus, Source
from tests.factories import citation, post, record, source
from tests.ledger.invariants import assert_everything_holds
from tests.ledger.threads import arrive, at_once, waiting
from tests.waiting import until

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db(transaction=True)]


def load() -> None:
    call_command("loaddata", "seed_article", verbosity=0)


def test_loading_again_reuses_no_id_of_an_uncommitted_row():
    load()
    cited, recorded, loaded = source(), threading.Event(), threading.Event()

    def records():
        with transaction.atomic():
            record(post("vacant", "2010", "RU>FR", citations=[citation(cited)]))
            recorded.set()
            arrive(loaded)

    def loads():
        arrive(recorded)
        load()
        loaded.set()
        record(post("charge", "2012", "RU>FR", citations=[citation(cited)]))

    at_once(records, loads)
    assert AmbassadorStatus.objects.filter(pair="FR-RU").count() == 2
    assert_everything_holds(loaded=True)


def test_ids_that_a_file_brings_are_not_reused(tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('relations_source', 'id'))")
        (last,) = cursor.fetchone()
    file = tmp_path / "sources.json"
    file.write_text(f'[{{"model": "relations.source", "pk": {last + 1}, "fields": {{"title": "One with an id"}}}}]')
    call_command("loaddata", str(file), verbosity=0)
    assert source().pk == last + 2
    assert Source.objects.count() == 2


def test_a_first_load_and_a_command_on_its_pairs_do_not_deadlock():
    """The file loads BY-US before BY-EU, the command locks BY-EU before BY-US."""
    make_pairs({"BY-EU", "BY-US"})
    cited, locked = source(), threading.Event()

    def records():
        with transaction.atomic():
            record(post("vacant", "2010", "EU>BY", citations=[citation(cited)]))
            locked.set()
            until(waiting())
            record(post("vacant", "2010", "US>BY", citations=[citation(cited)]))

    def loads():
        arrive(locked)
        load()

    at_once(records, loads)
    assert AmbassadorStatus.objects.count() == 7
    assert_everything_holds(loaded=True)
