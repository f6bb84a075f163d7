"""Reading of answers that are pictures."""

from typing import Any

from lxml import etree

SVG = "{http://www.w3.org/2000/svg}"


def drawn(answer: Any) -> Any:
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    return etree.fromstring(answer.content)


def texts(answer: Any) -> list[str]:
    return ["".join(each.itertext()) for each in drawn(answer).iter(f"{SVG}text")]
