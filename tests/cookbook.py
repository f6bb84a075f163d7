"""The questions of `docs/cookbook.md`: the one call of each, and the answer that the page promises on the demo."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

SITE = "http://127.0.0.1:8000"
PAGE = (Path(__file__).parents[1] / "docs" / "cookbook.md").read_text("utf-8")
LEFT_OUT = ("next", "previous", "cursor")
"""Keys that are others in every database."""


class Question(NamedTuple):
    number: int
    text: str
    url: str
    promised: str

    def read(self, answer: str) -> Any:
        """The answer to this question as values: rows, or an object without the keys that are left out."""
        if "format=csv" in self.url:
            return answer.replace("\r\n", "\n")
        if "format=jsonl" in self.url:
            return [json.loads(line) for line in answer.splitlines()]
        return {name: value for name, value in json.loads(answer).items() if name not in LEFT_OUT}


QUESTIONS = [
    Question(int(number), *found)
    for number, *found in re.findall(
        rf"^\*\*(\d+)\.\*\* (.+?)\n\n```sh\ncurl '{SITE}([^']+)'\n```\n\n```(?:json|csv)\n(.*?)^```$",
        PAGE,
        re.DOTALL | re.MULTILINE,
    )
]
