"""The MCP server, asked by the `mcp` package's own client."""

import asyncio
import json
import os
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from relations import ledger
from relations.ledger import NOBODY
from relations.management.commands.mcp import mcp_server
from relations.models import AmbassadorStatus
from tests.database import conninfo
from tests.factories import citation, post, record, source

pytestmark = pytest.mark.usefixtures("world")

TEXT = "Minsk, 1 May 2019. Ann Lee has presented her letters of credence."
QUOTE = "Ann Lee has presented her letters of credence"


@pytest.fixture
def fact(world):
    paper = source(url="https://paper.example/lee", publisher="A paper", title="Lee arrives", text=TEXT,
                   published_on="2019-05-02")  # fmt: skip
    return record(post("ambassador", "2019-05-01", holder="Ann Lee", citations=[citation(paper, QUOTE)]))[0]


def ask(server, *calls):
    """The results of tools, one after the other in one session.

    The package is imported by the tests: every worker imports this file, and it takes a second.
    """
    from mcp import Client

    async def session():
        async with Client(server) as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return asyncio.run(session())


def body(result):
    assert not result.is_error, result.content
    return json.loads(result.content[0].text)


def expected_evidence(fact):
    (cited,) = fact.citations.all()
    return [
        {
            "key": str(fact.key), "version": 1, "from": "US", "to": "BY", "on": "2019-05-01",
            "recorded_at": fact.recorded_at.isoformat().replace("+00:00", "Z"), "disputed": False, "note": "",
            "url": f"{settings.PUBLIC_URL}/api/ambassadors/{fact.key}/",
            "says": {"status": "ambassador", "holder": "Ann Lee"},
            "quotes": [{
                "quote": QUOTE, "stance": "supports", "source": cited.source_id, "publisher": "A paper",
                "title": "Lee arrives", "address": "https://paper.example/lee", "published_on": "2019-05-02",
            }],
        }
    ]  # fmt: skip


def test_every_answer_has_the_quote_its_address_and_both_times(fact):
    number = fact.citations.get().source_id
    moment = fact.recorded_at.isoformat().replace("+00:00", "Z")
    answers = [body(one) for one in ask(
        mcp_server(),
        ("relation", {"pair": "US-BY", "as_of": "2020-01-01", "known_at": moment}),
        ("periods", {"pair": "BY-US", "track": "ambassador:US>BY", "known_at": None}),
        ("changes", {"pair": "BY-US", "track": "ambassador"}),
        ("search", {"text": "letters of credence"}),
        ("source", {"number": number}),
    )]  # fmt: skip
    for answer in answers:
        assert answer["evidence"] == expected_evidence(fact)
        assert {"as_of", "known_at"} <= answer.keys()
    relation, periods, changes, search, own = answers
    assert (relation["as_of"], relation["known_at"]) == ("2020-01-01", moment)
    posts = {(one["from"], one["to"]): one["post"]["holder"] for one in relation["status"]["ambassadors"]}
    assert posts[("US", "BY")] == "Ann Lee"
    assert periods["results"][0]["facts"] == [str(fact.key)]
    assert [row["new"]["holder"] for row in changes["results"]] == ["Ann Lee"]
    assert search["facts"] == own["facts"] == [str(fact.key)]
    assert own["source"]["sha256"]
    assert "text" not in own["source"]


def test_a_refusal_is_the_text_of_the_error(fact):
    answers = ask(
        mcp_server(),
        ("relation", {"pair": "BY-XX"}),
        ("relation", {"pair": ""}),
        ("relation", {"pair": "../me"}),
        ("source", {"number": 999_999}),
        ("relation", {"pair": "BY-US", "known_at": "2999-01-01T00:00:00Z"}),
        ("relation", {"pair": "BY-US", "asof": "2020-01-01"}),
        ("search", {"text": " "}),
    )
    assert all(one.is_error for one in answers)
    wrong, empty, _, _, later, mistyped, nothing = (one.content[0].text for one in answers)
    assert "There is no country 'XX'" in wrong
    assert "There is no country ''" in empty
    assert "2999-01-01" in later
    assert "asof" in mistyped
    assert "Give the words" in nothing


def test_a_retracted_fact_changes_the_answer_and_has_no_quote_any_more(fact):
    ledger.retract(AmbassadorStatus, fact.key, author=NOBODY, why="She was never there.")
    relation, changes = map(body, ask(mcp_server(), ("relation", {"pair": "BY-US"}), ("changes", {"pair": "BY-US"})))
    assert relation["evidence"] == changes["evidence"] == []
    assert changes["results"][-1]["reason"] == "retracted"


def test_the_tools_only_read():
    from mcp import Client

    async def tools():
        async with Client(mcp_server()) as client:
            return (await client.list_tools()).tools

    found = asyncio.run(tools())
    assert [one.name for one in found] == ["relation", "periods", "changes", "search", "source"]
    assert all(one.annotations.read_only_hint for one in found)
    assert all("YYYY-MM-DD" in one.description for one in found if one.name == "relation")
    assert found[0].input_schema["required"] == ["pair"]
    assert not any(one.input_schema["additionalProperties"] for one in found)


def test_a_client_starts_the_command_and_asks_over_stdio(fact):
    from mcp import StdioServerParameters

    environment = {"TRACKER_ENV": "test", "DATABASE_URL": conninfo(), "PATH": os.environ["PATH"]}
    command = StdioServerParameters(
        command=sys.executable, args=["manage.py", "mcp"], env=environment, cwd=str(settings.ROOT)
    )
    (answer,) = ask(command, ("relation", {"pair": "BY-US", "as_of": "2020-01-01"}))
    assert body(answer)["evidence"] == expected_evidence(fact)


def test_without_the_package_the_command_says_what_it_needs(monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    with pytest.raises(CommandError, match="This needs the package mcp: uv pip install"):
        call_command("mcp", stdout=StringIO())
