"""Publications of lists, and the bodies of their events."""

import datetime as dt
import json
from pathlib import Path

from relations.importers import import_list
from relations.models import ListChange, Party, SanctionProgramme

FILES = Path(__file__).parents[1] / "importers" / "files"
DAYS = FILES / "ofac" / "days"
OFAC = "Specially Designated Nationals and Blocked Persons List"


def publish(day, *, file=None, **options):
    """Imports what OFAC published on a day of February 2022."""
    path = DAYS / f"sdn_2022-02-{file or day}.csv"
    return import_list("ofac", [path], dated=dt.date(2022, 2, day), **options)


def payloads(receiver):
    return [json.loads(body) for body in receiver.bodies()]


def codes(receiver):
    return [body["data"]["programme"]["code"] for body in payloads(receiver)]


def party(turn, reference, name):
    key = Party.objects.get(reference=reference).key
    url = f"https://tracker.example/api/designations/{key}/"
    return {"turn": turn, "reference": reference, "name": name, "url": url}


def expected(run, code, *, title, target, pair, parties, **counts):
    """The whole body of what OFAC did under one of its programmes."""
    line = ListChange.objects.get(run=run, code=code)
    programme = SanctionProgramme.objects.get(title=f"{code}: {title}") if target else None
    moment = line.recorded_at.isoformat().replace("+00:00", "Z")
    site = "https://tracker.example/api"
    return {
        "type": "designations.changed",
        "schema_version": 2,
        "timestamp": moment,
        "data": {
            "list": "ofac",
            "list_title": OFAC,
            "publication": run.dated.isoformat(),
            "run": f"{site}/imports/{run.pk}/",
            "programme": {
                "code": code,
                "title": title,
                "id": programme and programme.pk,
                "url": programme and f"{site}/sanction-programmes/{programme.pk}/",
            },
            "issuer": "US",
            "target": target,
            "pair": pair,
            "direction": target and f"US>{target}",
            "listed": 0,
            "amended": 0,
            "delisted": 0,
            **counts,
            "parties": parties,
            "parties_url": f"{site}/designations/?list=ofac&run={run.pk}&under={code}&known_at={moment}",
            "sequence": line.pk,
            "url": pair and f"{site}/relations/{pair}/",
            "reaches": [],
        },
    }
