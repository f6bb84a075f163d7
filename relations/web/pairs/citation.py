"""Citations of a pair (one line, BibTeX, CSL-JSON for reference managers) and the command that subscribes to it."""

from __future__ import annotations

import re

import orjson
from django.utils.translation import gettext as _

from relations.web.pairs.content import PairContent

_SPECIAL = re.compile(r"([&%$#_{}])")
"""Characters that LaTeX reads as commands and prints after a backslash."""


def citation(one: PairContent) -> str:
    """Names the day, the knowledge, the version, and the address by which the same content is found again."""
    return _("%(pair)s, as of %(day)s, as known on %(known)s (version %(version)s). %(url)s") % {
        "pair": one.title, "day": one.day_in_words, "known": one.known_in_words, "version": one.version, "url": one.url,
    }  # fmt: skip


def bibtex(one: PairContent) -> str:
    title = _SPECIAL.sub(r"\\\1", f"{one.title}: {one.dates}")
    fields = {
        "title": title, "author": "{Tracker}", "year": f"{one.today.year}", "url": one.url,
        "urldate": one.today.isoformat(), "version": f"{one.version}",
    }  # fmt: skip
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{tracker-{one.address.code}-{one.day:%Y%m%d},\n{lines}\n}}\n"


def csl(one: PairContent) -> bytes:
    """CSL-JSON 1.0: an array with one item."""
    item = {
        "id": f"tracker-{one.address.code}-{one.day:%Y%m%d}", "type": "dataset",
        "title": f"{one.title}: {one.dates}", "author": [{"literal": "Tracker"}], "version": f"{one.version}",
        "URL": one.url, **{name: {"date-parts": [[one.today.year, one.today.month, one.today.day]]}
                           for name in ("issued", "accessed")},
    }  # fmt: skip
    return orjson.dumps([item], option=orjson.OPT_INDENT_2)


def subscription(content: PairContent) -> str:
    filters = {"url": "https://example.org/hook", "pairs": [content.address.code]}
    return (
        f'curl -X POST {content.site}/api/webhooks/ -H "Authorization: Bearer $TOKEN" \\\n'
        f"     -H 'Content-Type: application/json' -d '{orjson.dumps(filters).decode()}'"
    )
