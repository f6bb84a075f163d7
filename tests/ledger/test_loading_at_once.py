"""Fixtures loaded while others go on recording, each on a connection of its own, committed for real."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from relations.ledger.pairs import make_pairs
from relations.models import AmbassadorStatus, Source
from tests.ledger.invariants import assert_everything_holds
from tests.ledger.making import citation, post, record, source
from tests.ledger.threads import PATIENCE, at_once, until, waiting

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db(transaction=True)]


def load() -> None:
    call_command("loaddata", "seed_article", verbosity=0)


def test_loading_again_gives_no_id_away_that_an_act_under_way_has_taken():
    load()
    cited, recorded, loaded = source(), threading.Event(), threading.Event()

    def acts():
        with transaction.atomic():
            record(post("vacant", "2010", "RU>FR", citations=[citation(cited)]))
            recorded.set()
            assert loaded.wait(PATIENCE)

    def loads():
        assert recorded.wait(PATIENCE)
        load()
        loaded.set()
        record(post("charge", "2012", "RU>FR", citations=[citation(cited)]))

    at_once(acts, loads)
    assert AmbassadorStatus.objects.filter(pair="FR-RU").count() == 2
    assert_everything_holds(loaded=True)


def test_ids_of_a_files_own_are_not_given_away_again(tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('relations_source', 'id'))")
        (last,) = cursor.fetchone()
    file = tmp_path / "sources.json"
    file.write_text(f'[{{"model": "relations.source", "pk": {last + 1}, "fields": {{"title": "One with an id"}}}}]')
    call_command("loaddata", str(file), verbosity=0)
    assert source().pk == last + 2
    assert Source.objects.count() == 2


def test_a_first_load_and_an_act_on_its_pairs_do_not_wait_in_a_circle():
    """The file goes from BY-US to BY-EU, an act from BY-EU to BY-US."""
    make_pairs({"BY-EU", "BY-US"})
    cited, holds = source(), threading.Event()

    def acts():
        with transaction.atomic():
            record(post("vacant", "2010", "EU>BY", citations=[citation(cited)]))
            holds.set()
            until(waiting())
            record(post("vacant", "2010", "US>BY", citations=[citation(cited)]))

    def loads():
        assert holds.wait(PATIENCE)
        load()

    at_once(acts, loads)
    assert AmbassadorStatus.objects.count() == 7
    assert_everything_holds(loaded=True)
