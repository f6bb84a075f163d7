"""Facts of one kind, of many pairs, as pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from relations.models.facts import FactQuerySet
from relations.representation.facts import fact_bodies, with_company
from relations.representation.json_text import dumps
from relations.web.names import Names
from relations.web.pairs.facts import ShownFact, Titles, shown_fact

WITHOUT_TITLES: Mapping[str, Titles] = {"programme": {}, "list": {}}
"""For a page that is about the programme or the list: its facts do not repeat the title."""


def shown_facts(facts: FactQuerySet[Any], names: Names, *, most: int) -> list[ShownFact]:
    """The first current ones of these facts: three queries, and a few for facts that others may contradict."""
    rows = list(with_company(facts.current(), None)[:most])
    bodies = (orjson.loads(dumps(body)) for body in fact_bodies(rows))
    return [shown_fact(facts.model.resource, body, WITHOUT_TITLES, names) for body in bodies]
