"""Asks by the client of openapi-python-client: `python ask.py FOLDER URL`; FOLDER has it, and questions.json.

Answers go through the generated classes and back, so a key or a value that they do not know how to read shows.
"""

import datetime as dt
import importlib
import inspect
import json
import re
import sys
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints
from urllib.parse import parse_qs, urlsplit

folder, site = sys.argv[1:]
sys.path.insert(0, folder)
from tracker_client import Client  # noqa: E402  # found by the line above
from tracker_client.types import Unset  # noqa: E402

client = Client(base_url=site, raise_on_unexpected_status=True)


def answer(question: dict[str, Any]) -> Any:
    """All rows, page by page, or the object without the keys that are others in every database."""
    tag = question["tag"].replace("-", "_")
    ask = importlib.import_module(f"tracker_client.api.{tag}.{question['operation']}").sync
    arguments = arguments_of(ask, question["query"])
    page = ask(*question["in_path"].values(), client=client, **arguments)
    if not isinstance(question["promised"], list):
        return {name: each for name, each in page.to_dict().items() if name not in ("next", "previous", "cursor")}
    rows = page.results
    while page.next_ is not None:
        (arguments["cursor"],) = parse_qs(urlsplit(page.next_).query)["cursor"]
        page = ask(*question["in_path"].values(), client=client, **arguments)
        rows += page.results
    return [row.to_dict() for row in rows]


def arguments_of(ask: Any, query: dict[str, str]) -> dict[str, Any]:
    """The parameters under their names in Python (`from_`), in the types that the function is annotated with."""
    hints, known = get_type_hints(ask), inspect.signature(ask).parameters
    names = {name: name if name in known else f"{name}_" for name in query}
    return {names[name]: typed(hints[names[name]], text) for name, text in query.items()}


def typed(hint: Any, text: str) -> Any:
    (kind,) = (each for each in get_args(hint) or (hint,) if each is not Unset)
    if get_origin(kind) is list:
        return [typed(get_args(kind)[0], word) for word in text.split(",")]
    if kind is bool:
        return text == "1"
    return kind.fromisoformat(text) if issubclass(kind, dt.date) else kind(text)


def main() -> int:
    questions, wrong = json.loads(Path(folder, "questions.json").read_text()), 0
    for question in questions:
        # A moment is written as +00:00 by the client, and as Z by the tracker.
        given = json.loads(re.sub(r"(T[\d:.]+)\+00:00\"", r'\1Z"', json.dumps(answer(question))))
        if given != question["promised"]:
            print(f"question {question['number']}: {given}, not {question['promised']}")
            wrong += 1
    print(f"openapi-python-client: {len(questions) - wrong} of {len(questions)} questions answered as promised")
    return 1 if wrong or not questions else 0


sys.exit(main())
