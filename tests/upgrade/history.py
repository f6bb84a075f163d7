"""A small history: facts of every kind, corrections, retractions, imports, subscriptions and their deliveries."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from relations import delivery, ledger
from tests.api.subscribing import Caller, attempt, place
from tests.factories import (
    ban,
    ban_list,
    citation,
    editor,
    event,
    post,
    programme,
    record,
    sanction,
    source,
)
from tests.importers.importing import imported
from tests.rights import token_of


def _sdn(*rows: tuple[int, str, str, str]) -> str:
    """OFAC's columns: number, name, type, programme."""
    rest = ",-0- " * 8
    return "".join(f'{number},"{name}","{kind}","{programme}"{rest}\n' for number, name, kind, programme in rows)


def _un(day: str, *rows: tuple[str, str]) -> str:
    people = "".join(
        f"<INDIVIDUAL><FIRST_NAME>{name}</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>"
        f"<REFERENCE_NUMBER>{reference}</REFERENCE_NUMBER><LISTED_ON>2017-06-02</LISTED_ON></INDIVIDUAL>"
        for reference, name in rows
    )
    return (
        f'<CONSOLIDATED_LIST dateGenerated="{day}T00:00:00Z"><INDIVIDUALS>{people}</INDIVIDUALS><ENTITIES/>'
        "</CONSOLIDATED_LIST>"
    )


_FACTORY, _BANK = (1, "INVENTED TRACTOR FACTORY", "", "BELARUS"), (2, "BANK OF NOWHERE", "", "BELARUS-EO14038")
_DOE, _ROE = (3, "DOE, Jane", "individual", "SDGT"), (4, "ROE, Ivan Ivanovich", "individual", "BELARUS] [CUBA")
PUBLICATIONS = (
    ("travel_ban", "bans.csv",
     ("instrument,signed,effective,iso2,action,level,note,source\n"
     "Proclamation 1,2021-09-24,2021-10-18,KP,listed,full,all visas,https://example.org/1\n"
     "Proclamation 1,2021-09-24,2021-10-18,CU,listed,partial,visitors,https://example.org/1\n"
     "Proclamation 2,2022-09-24,2022-10-18,CU,removed,,,https://example.org/2\n")),
    ("ofac", "sdn_2022-02-23.csv", _sdn(_FACTORY, _DOE)),
    ("ofac", "sdn_2022-02-24.csv", _sdn(_FACTORY, _BANK, _DOE, _ROE)),
    ("ofac", "sdn_2022-02-25.csv", _sdn((1, "INVENTED TRACTOR WORKS", "", "BELARUS"), _BANK, _DOE, _ROE)),
    ("un", "un_2023-08-02.xml", _un("2023-08-02", ("KPi.001", "Иван Иванов"), ("KPi.002", "Kim Nobody"))),
    ("un", "un_2023-08-08.xml", _un("2023-08-08", ("KPi.001", "Иван Иванов"), ("KPi.003", "Pak Somebody"))),
)  # fmt: skip
"""Official lists, invented: parties that are listed, amended and delisted."""


def history() -> str:
    ann = Caller("ann", "edit", "webhooks")
    hook = ann.subscribe(event_types=["*"], description="Everything")
    ann.subscribe(event_types=["sanctions.*"], countries=["BY"], include="snapshot", ordered=True)
    attempt(204)
    _acts()
    attempt(500, answer=b"Not today")
    attempt(204, now=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1))
    with tempfile.TemporaryDirectory() as folder:
        for code, name, text in PUBLICATIONS:
            path = Path(folder) / name
            path.write_text(text, "utf-8")
            run = imported(code, path, accept_shrink=True)
            assert (run.state, run.refused) == ("succeeded", 0), (run.reason, run.complaints)
    attempt(204)
    ann.post(place(hook, "replay/"), {"after": 0, "until": 20}, status=202)
    while delivery.advance_replays(now=dt.datetime.now(dt.UTC)):
        pass
    _, token = token_of(ann.user, "edit", "webhooks")
    return token


def _acts() -> None:
    bob, eve = editor("bob"), editor("eve")
    original = source(title="A dispatch", publisher="An agency", published_on="2021-03-01", language="en")
    reprint = source(title="The same dispatch", publisher="A paper", syndication_of=original, kind="article")
    eo = programme(title="Belarus: invented", legal_basis="EO 1", url="https://example.org/eo1")
    lettered = programme("EU>BY", title="Council Regulation, invented")
    banned = ban_list(title="Proclamation, invented", subject="country")
    named, vacant, duty, other = record(
        post("nominated", "2021-02-01", holder="Jane Q. Doe", citations=[citation(original)]),
        post("vacant", "2020-05", "BY>US", note="The ambassador left."),
        sanction("imposed", "2021-04-19", programme=eo, measures=["financial", "travel"], expires_on="2027-04-19",
                 citations=[citation(original), citation(reprint)]),
        sanction("imposed", "2021-06-21", "EU>BY", programme=lettered, measures=["trade"]),
        author=bob,
    )  # fmt: skip
    listed, visit, wrong, doubt = record(
        ban("listed", "2021-07", list=banned, scope="partial", visa_classes=["B-1", "B-2"]),
        event("visit", "[2021-08-09..2021-08-11]", note="Talks in Minsk", citations=[citation(reprint)]),
        event("agreement", "2021~", "BY>RU"),
        post("ambassador", "2021-10-01", holder="John Roe",
             citations=[citation(original), citation(reprint, stance="disputes")]),
        author=eve,
    )  # fmt: skip
    record(event("relations_severed", "2022-05-01", "UA>RU"), event("criticism", "[..2022-01-31]", "DE>BY"), author=bob)
    ledger.correct(type(named), named.key, values={"holder": "Jane Doe"}, author=eve, why="As she signs.")
    ledger.correct(type(duty), duty.key, values={"measures": ["financial"]}, author=bob)
    ledger.correct(type(duty), duty.key, values={"on": "2021-04-20"}, author=bob, why="The day of effect.")
    ledger.correct(type(visit), visit.key, values={"on": "2021-08-10"}, author=eve)
    ledger.correct(type(listed), listed.key, values={"scope": "full"}, author=eve)
    ledger.retract(type(wrong), wrong.key, why="It was another year.", author=bob)
    ledger.retract(type(doubt), doubt.key, why="Nobody else says so.", author=eve)
    record(
        sanction("eased", "2023-01-01", programme=eo, scope="some", measures=["financial"]),
        sanction("extended", "2023-02-01", "EU>BY", programme=lettered, expires_on="2030-02-28"),
        ban("removed", "2023-03-01", list=banned),
        post("appointed", "2023-04-01", "BY>US", holder="Ivan Ivanov"),
        author=bob,
    )
    ledger.correct(type(vacant), vacant.key, values={"note": ""}, author=eve)
    ledger.correct(type(other), other.key, values={"instrument": "Regulation 1"}, author=eve)
    ledger.change_programme(eo, {"legal_basis": "EO 1, amended"})
    ledger.change_list(banned, {"url": "https://example.org/list"})
    ledger.change_source(reprint, {"author": "Somebody"})
