"""Answers of the code that is here, from the database in DATABASE_URL, in a process that remembers nothing.

python -m tests.upgrade.asking MOMENT TOKEN FILE [LIKE]
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import django
import time_machine

from tests.upgrade.differences import read, recorded, write
from tests.upgrade.questions import HEADERS, Answer, Ask, Interview

ROWS, PAIRS = 3, 4
LEFT_OUT = {
    "GET /api/schema/": "nothing in it depends on the database, and it would be half of the file",
    "GET /api/docs/errors/": "a page with static files, which a test has not gathered",
}


def main(moment: str, token: str, file: str, like: str | None = None) -> None:
    django.setup()
    interview = Interview(_asking(), token=token, rows=ROWS, pairs=PAIRS)
    with time_machine.travel(moment, tick=False), _one_server(dt.datetime.fromisoformat(moment)):
        answers = interview.again(read(Path(like))[1]) if like else interview.whole()
    answers = {name: answer for name, answer in answers.items() if name not in LEFT_OUT}
    write(Path(file), {"moment": moment, "token": token}, recorded(answers))


@contextmanager
def _one_server(moment: dt.datetime) -> Iterator[None]:
    """Parts of answers that the server adds: its clock, and the identity of its change log."""
    from relations.queries.change_log import log_head  # it wants settings

    with (
        patch("relations.api.http.parameters.newest_finished", lambda: moment),
        patch("relations.api.changes.log_head", lambda: log_head()._replace(log="recorded")),
    ):
        yield


def _asking() -> Ask:
    from django.test import Client  # it wants settings

    client = Client(raise_request_exception=False)

    def ask(method: str, path: str, headers: Mapping[str, str]) -> Answer:
        answer = client.generic(method, path, headers=dict(headers))
        body = b"".join(answer) if answer.streaming else answer.content
        return Answer(answer.status_code, {name: answer[name] for name in HEADERS if name in answer}, body)

    return ask


if __name__ == "__main__":
    main(*sys.argv[1:])
