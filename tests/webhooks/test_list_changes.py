"""Messages about the parties that imports change: real receivers, a real worker, whole bodies."""

import datetime as dt
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from relations.errors import FileRefused
from relations.importers import import_list
from relations.models import (
    ListChange,
)
from tests.importers.un_lists import person
from tests.webhooks.conftest import drain, environment, is_verified
from tests.webhooks.publishing import DAYS, FILES, codes, expected, party, payloads, publish

PAGE = Path(__file__).parents[2] / "docs" / "webhooks.md"


# --- what is sent ---------------------------------------------------------------------------------------------------


def test_two_days_of_ofac_are_sent_programme_by_programme_in_whole_signed_bodies(subscribe, receiver, begun):
    row = subscribe(receiver, event_types=["designations.changed"], ordered=True)
    second, third = publish(24), publish(25)
    drain()
    pipelines = [party("listed", "90822", "Matthias PROBE"), party("listed", "90826", "SPECIMEN STREAM AG")]
    officials = [
        ("90688", "Ivan Borisovich TESTOV"),
        ("90692", "Igor Ivanovich PROBIN"),
        ("90693", "Nikolai OBRAZTSOV"),
    ]
    banks = [
        ("90701", "FIRST SPECIMEN BANK"), ("90702", "SECOND SPECIMEN BANK"), ("90703", "THIRD SPECIMEN BANK"),
    ]  # fmt: skip
    russia = {"target": "RU", "pair": "RU-US"}
    bodies = payloads(receiver)
    assert sorted(bodies, key=lambda body: body["data"]["sequence"]) == [
        expected(
            second, "PEESA-EO14039", title="Protecting Europe's Energy Security Act of 2019: pipelines", **russia,
            listed=2, parties=pipelines,
        ),
        expected(
            third, "BELARUS-EO14038", title="Belarus: the regime's harmful activities", target="BY", pair="BY-US",
            amended=1, parties=[party("amended", "90898", "OPEN JOINT STOCK COMPANY SPECIMEN AVIA")],
        ),
        # A party on the list that is put under a further programme is listed under that one.
        expected(
            third, "RUSSIA-EO14024", title="Russia: harmful foreign activities", **russia, listed=6,
            parties=[party("listed", *each) for each in (*officials, *banks)],
        ),
        expected(
            third, "UKRAINE-EO13661", title="Ukraine-related: officials and backers of the Russian government",
            **russia, amended=3, parties=[party("amended", *each) for each in officials],
        ),
        expected(
            third, "UKRAINE-EO13662", title="Ukraine-related: sectors of the Russian economy", **russia, listed=3,
            parties=[party("listed", *each) for each in banks],
        ),
    ]  # fmt: skip
    # In order for each pair, under an id for each.
    order = [body["data"]["sequence"] for body in bodies if body["data"]["pair"] == "RU-US"]
    assert order == sorted(order)
    assert len({each.id for each in receiver.received}) == 5
    assert all(is_verified(each, row.secret) for each in receiver.received)
    assert not row.deliveries.exclude(state="delivered").exists()


def test_what_the_documentation_shows_is_what_is_sent(subscribe, receiver, begun):
    subscribe(receiver, event_types=["designations.changed"], countries=["BY"])
    publish(25)
    drain()
    (sent,) = payloads(receiver)
    shown = json.loads(PAGE.read_text("utf-8").split("```json\n")[2].split("```")[0])
    for body in (sent, shown):  # what differs with every installation
        body["timestamp"] = body["data"]["run"] = body["data"]["parties_url"] = body["data"]["sequence"] = None
        body["data"]["programme"]["id"] = body["data"]["programme"]["url"] = body["data"]["parties"][0]["url"] = None
    shown["data"]["url"] = shown["data"]["url"].replace("example.org", "tracker.example")
    assert sent == shown


def test_a_thematic_and_an_unknown_programme_are_sent_without_a_country(subscribe, receiver, un):
    subscribe(receiver, event_types=["designations.*"], ordered=True, include="snapshot")
    run = un("2020-01-01", person("QDi.1", programme="Al-Qaida"), person("XXi.1", programme="Atlantis"))
    drain()
    shown = [
        {key: body["data"][key] for key in ("programme", "issuer", "target", "pair", "direction", "url", "listed")}
        for body in payloads(receiver)
    ]
    nowhere = {"issuer": "UN", "target": None, "pair": None, "direction": None, "url": None, "listed": 1}
    assert shown == [
        {"programme": {"code": "Al-Qaida", "title": "ISIL (Da'esh) and Al-Qaida", "id": None, "url": None}, **nowhere},
        {"programme": {"code": "Atlantis", "title": None, "id": None, "url": None}, **nowhere},
    ]
    assert run.complaints["unknown_programmes"] == ["Atlantis"]
    assert not any("snapshot" in body["data"] for body in payloads(receiver))


def test_a_list_change_with_a_pair_has_a_snapshot(subscribe, receiver, begun):
    subscribe(receiver, event_types=["designations.changed"], countries=["BY"], include="snapshot")
    publish(25)
    drain()
    ((snapshot),) = [body["data"]["snapshot"] for body in payloads(receiver)]
    (sanctions,) = snapshot["status"]["sanctions"]
    assert (snapshot["code"], sanctions["from"], sanctions["value"]) == ("BY-US", "US", "in_force")


def test_what_the_union_lists_reaches_the_pairs_of_its_members(subscribe, receiver, world):
    row = subscribe(receiver, event_types=["designations.changed"], pairs=["DE-IQ"], directions=["DE>IQ"])
    import_list("eu", [FILES / "eu" / "list.xml"])
    drain()
    (body,) = payloads(receiver)
    assert (body["data"]["pair"], body["data"]["direction"], body["data"]["publication"]) == (
        "EU-IQ", "EU>IQ", "2024-12-11",
    )  # fmt: skip
    assert (len(body["data"]["reaches"]), "DE-IQ" in body["data"]["reaches"]) == (27, True)
    assert row.deliveries.get().pair == "EU-IQ"


def test_a_first_import_is_one_small_body_a_programme_and_the_link_has_everybody(subscribe, receiver, un):
    subscribe(receiver, event_types=["designations.changed"])
    everybody = [person(f"KPi.{number:03}", name="N" * 50) for number in range(100)]
    run = un("2020-01-01", *everybody, person("IRi.1", programme="Iran"))
    drain()
    bodies = {body["data"]["pair"]: body["data"] for body in payloads(receiver)}
    assert {pair: (each["listed"], len(each["parties"])) for pair, each in bodies.items()} == {
        "KP-UN": (100, 20), "IR-UN": (1, 1),
    }  # fmt: skip
    assert max(map(len, receiver.bodies())) < 6000
    found = linked(bodies["KP-UN"]["parties_url"])
    assert {each["reference"] for each in found} == {f"KPi.{number:03}" for number in range(100)}
    assert {each["run"] for each in found} == {run.pk}


def linked(url):
    """Rows at a link of a body, in one page."""
    path = url.partition("/api/")[2]
    answer = Client().get(f"/api/{path}&page_size=500")
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)["results"]


def test_the_link_leads_to_the_same_parties_for_good_those_who_left_the_programme_as_well(subscribe, receiver, un):
    others = [person(f"QDi.{number:03}", programme="Al-Qaida") for number in range(30)]
    un("2020-01-01", person("KPi.1"), person("KPi.2"), person("KPi.3"), person("KPi.4"), *others)
    subscribe(receiver, event_types=["designations.changed"], pairs=["KP-UN"], ordered=True)
    moved, renamed = person("KPi.2", programme="Iran"), person("KPi.3", name="Renamed")
    un("2020-02-02", person("KPi.1"), moved, renamed, person("KPi.5"), *others)
    un("2020-03-03", person("KPi.1"), moved, person("KPi.3"), person("KPi.5", name="Other"), *others)
    drain()
    first, second = (body["data"] for body in payloads(receiver))
    assert [(each["turn"], each["reference"]) for each in first["parties"]] == [
        ("listed", "KPi.5"), ("delisted", "KPi.2"), ("delisted", "KPi.4"), ("amended", "KPi.3"),
    ]  # fmt: skip
    assert (first["listed"], first["amended"], first["delisted"]) == (1, 1, 2)
    found = {each["reference"]: each["name"] for each in linked(first["parties_url"])}
    assert found == {"KPi.2": "KPi.2", "KPi.3": "Renamed", "KPi.4": "KPi.4", "KPi.5": "KPi.5"}
    assert {each["reference"] for each in linked(second["parties_url"])} == {"KPi.3", "KPi.5"}


# --- what is not sent -----------------------------------------------------------------------------------------------


def test_the_same_bytes_a_dry_run_and_a_refused_file_send_nothing(subscribe, receiver, begun, tmp_path):
    subscribe(receiver, event_types=["*"])
    publish(23)
    publish(25, dry_run=True)
    publish(24, file=23)
    page = tmp_path / "sdn.csv"
    page.write_text("<html>busy</html>")
    with pytest.raises(FileRefused):
        import_list("ofac", [page], dated=dt.date(2022, 2, 26))
    with pytest.raises(FileRefused, match="older"):
        publish(22, file=25)
    drain()
    assert receiver.received == []
    assert not ListChange.objects.exclude(run=begun).exists()


def test_the_same_content_in_other_bytes_sends_nothing(subscribe, receiver, un):
    un("2020-01-01", person("KPi.1"), person("KPi.2"))
    subscribe(receiver, event_types=["*"])
    run = un("2020-02-02", person("KPi.2").replace("><", ">\n  <"), person("KPi.1"))
    drain()
    assert (run.read, receiver.received) == (2, [])
    assert not ListChange.objects.filter(run=run).exists()


def test_each_of_publication_withdrawal_and_publication_again_is_sent(subscribe, receiver, begun):
    subscribe(receiver, event_types=["designations.changed"], ordered=True)
    publish(24)
    publish(25, file=23, accept_shrink=True)
    publish(26, file=24)
    drain()
    changes = [
        (body["data"]["publication"], body["data"]["listed"], body["data"]["delisted"]) for body in payloads(receiver)
    ]
    assert changes == [("2022-02-24", 2, 0), ("2022-02-25", 0, 2), ("2022-02-26", 2, 0)]
    assert set(codes(receiver)) == {"PEESA-EO14039"}


def test_an_import_that_is_killed_before_its_commit_leaves_no_line_and_no_delivery(subscribe, receiver, begun):
    subscribe(receiver, event_types=["designations.changed"])
    script = (
        "import datetime as dt, pathlib, threading, django; django.setup()\n"
        "from relations import importers\n"
        "from relations.outbox import enqueueing\n"
        "def wait():\n"
        "    print('enqueued', flush=True)\n"
        "    threading.Event().wait()\n"
        "enqueueing.wake = wait\n"
        f"importers.import_list('ofac', [pathlib.Path({str(DAYS / 'sdn_2022-02-24.csv')!r})], "
        "dated=dt.date(2022, 2, 24))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=environment(DJANGO_SETTINGS_MODULE="tracker.settings"),
    ) as halfway:  # fmt: skip
        assert halfway.stdout
        assert halfway.stdout.readline() == "enqueued\n"
        halfway.send_signal(signal.SIGKILL)
    drain()
    assert receiver.received == []
    assert not ListChange.objects.exclude(run=begun).exists()
    publish(24)
    drain()
    assert codes(receiver) == ["PEESA-EO14039"]
