"""Facts as a table: what a list shows, to be taken along, and what somebody has collected, to be recorded in one act.

A fact is one line; each further line that names a source and nothing else is one more citation of the fact above it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from relations import ledger
from relations.admin.citations import CitationForm
from relations.admin.fact_display import written_fields
from relations.admin.forms import FactForm
from relations.admin.refusals import refusals_of
from relations.errors import Invalid, Refused, SomeRefused
from relations.ledger import Author, CitationDraft, FactDraft
from relations.models import Citation, Fact, Source
from relations.representation.tables import FORMULA, defused

MOST_FACTS = 500
"""How many facts one table may hold."""

_EVIDENCE = ("source", "quote", "stance")
_KEPT = ("key", "version", "recorded_at")
_CALLED = {"from_country": "from", "to_country": "to"}
_SEVERAL = ("measures", "visa_classes", "identifiers")


def columns(model: type[Fact]) -> dict[str, str]:
    """The columns of a kind's table that somebody fills in, and the fields that they are."""
    return {_CALLED.get(column.name, column.name): column.name for column in written_fields(model)}


def lines(model: type[Fact], facts: Iterable[Any]) -> Iterator[str]:
    """The table as CSV, line by line. `facts` carry their citations and what they refer to."""
    writer = csv.writer(_Echo())
    yield writer.writerow([*_KEPT, *columns(model), *_EVIDENCE])
    for fact in facts:
        own = [_cell(getattr(fact, name)) for name in _KEPT]
        own += [_cell(_written(fact, name)) for name in columns(model).values()]
        citations = list(fact.citations.all())
        for index, citation in enumerate(citations):
            yield writer.writerow([*(own if index == 0 else [""] * len(own)), *_evidence(citation)])


def _written(fact: Fact, name: str) -> Any:
    column: Any = fact._meta.get_field(name)
    return getattr(fact, column.attname)


def _evidence(citation: Citation) -> list[str]:
    return [_cell(citation.source.url or citation.source_id), _cell(citation.quote), citation.stance]


def _cell(value: Any) -> str:
    """One cell. What a spreadsheet would run as a formula gets an apostrophe in front; reading takes it away again."""
    match value:
        case None:
            return ""
        case list():
            text = "; ".join(value)
        case dt.datetime():
            text = value.isoformat()
        case _:
            text = str(value)
    return defused(text)


class _Echo:
    """A file that hands back what is written to it: csv wants one."""

    def write(self, line: str) -> str:
        return line


@dataclass(slots=True)
class Line:
    """One fact of a table, with the number of its line in the file and what is wrong with it."""

    number: int
    cells: dict[str, str]
    citations: list[dict[str, str]]
    draft: FactDraft | None = None
    wrong: list[str] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)


def read(model: type[Fact], content: bytes) -> list[Line]:
    """The facts of a file. Raises `Invalid` where the file as a whole is none: its encoding, its columns, its size."""
    rows = _rows(content)
    head = [cell.strip() for cell in next(rows, (0, []))[1]]
    _hold(head, [*_KEPT, *columns(model), *_EVIDENCE], needed=("to", model.label, "on"))
    found: list[Line] = []
    for number, row in rows:
        if len(row) > len(head):
            raise Invalid(why=f"Line {number} has {len(row)} cells, the first line {len(head)}.")
        cells = {name: _typed(cell) for name, cell in zip(head, row, strict=False)}
        _take(found, number, cells)
        if len(found) > MOST_FACTS:
            raise Invalid(why=f"A table holds at most {MOST_FACTS} facts.")
    if not found:
        raise Invalid(why="The table holds no facts.")
    return found


def _hold(head: Sequence[str], known: Sequence[str], *, needed: Sequence[str]) -> None:
    """The names of the columns against those that a table of this kind has, and must have."""
    wrong = {
        "Unknown": [name for name in head if name not in known],
        "Missing": [name for name in needed if name not in head],
        "Named twice": sorted({name for name in head if head.count(name) > 1}),
    }
    told = [f"{what}: {', '.join(map(repr, names))}." for what, names in wrong.items() if names]
    if told:
        raise Invalid(why=f"The first line names the columns, each once, of: {', '.join(known)}. {' '.join(told)}")


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold anything, with their numbers."""
    try:
        text = content.decode("utf-8-sig")
        head = text.partition("\n")[0]
        # Spreadsheets set to a language whose decimals have a comma divide cells by semicolons.
        delimiter = ";" if ";" in head and "," not in head else ","
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except UnicodeDecodeError as error:
        raise Invalid(why="The file is not text in UTF-8.") from error
    except csv.Error as error:
        raise Invalid(why=f"The file is not valid CSV: {error}.") from error


def _typed(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def _take(found: list[Line], number: int, cells: Mapping[str, str]) -> None:
    """A line of a fact of its own, or one that goes on with the fact above it."""
    evidence = {name: cells.get(name, "") for name in _EVIDENCE}
    own = {name: cell for name, cell in cells.items() if name not in _EVIDENCE}
    if found and not any(own.values()):
        found[-1].citations.append(evidence)
        return
    found.append(Line(number, own, [evidence] if any(evidence.values()) else []))


def check(model: type[Fact], form: type[FactForm], table: Sequence[Line]) -> None:
    """Holds each line to the same form as if it were typed, and writes down what is wrong with it."""
    sources = _sources(table)
    first: dict[tuple[str, ...], int] = {}
    for line in table:
        if (number := first.setdefault(tuple(line.cells.values()), line.number)) != line.number:
            line.alike.append(f"line {number} of this file")
        if line.cells.get("key"):
            line.wrong.append("key: this fact was recorded before; correct it on its own page.")
        told = {name: line.cells.get(column, "") for column, name in columns(model).items()}
        filled = form(_as_form(told))
        if not filled.is_valid():
            _sort(line, filled)
        citations = [_citation(line, sources, citation) for citation in line.citations]
        if not line.wrong:
            line.draft = FactDraft(
                model=model, values=filled.values() if not line.alike else _values(form, told),
                citations=[draft for draft in citations if draft],
            )  # fmt: skip


def _sources(table: Sequence[Line]) -> dict[str, str]:
    """Ids of sources by the addresses that the table names them by."""
    named = {citation["source"] for line in table for citation in line.citations}
    return {url: str(pk) for url, pk in Source.objects.filter(url__in=named - {""}).values_list("url", "pk")}


def _as_form(told: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """A line's cells as the inputs of a form: several values are divided by semicolons."""
    filled: dict[str, Any] = {**told, **more}
    for name in _SEVERAL:
        if name in filled:
            words = [word.strip() for word in filled[name].split(";") if word.strip()]
            filled[name] = words if name == "measures" else "\n".join(words)
    return filled


def _values(form: type[FactForm], told: Mapping[str, str]) -> dict[str, Any]:
    """The values of a line that looks like a duplicate, as if the box were ticked."""
    filled = form(_as_form(told, record_anyway="on"))
    filled.is_valid()
    return filled.values()


def _sort(line: Line, filled: FactForm) -> None:
    """Doubts are told apart from mistakes: only the first can be answered with *record anyway*."""
    names = {name: column for column, name in columns(type(filled.instance)).items()}
    for name, messages in filled.errors.items():
        if name == "record_anyway":
            line.alike += [str(fact) for fact in filled.alike]
        else:
            line.wrong += [f"{names.get(name, name)}: {message}".removeprefix("__all__: ") for message in messages]


def _citation(line: Line, sources: Mapping[str, str], cells: Mapping[str, str]) -> CitationDraft | None:
    told = {**cells, "source": sources.get(cells["source"], cells["source"]), "stance": cells["stance"] or "supports"}
    filled = CitationForm(told)
    if filled.is_valid():
        return CitationDraft(**{name: filled.cleaned_data[name] for name in _EVIDENCE})
    for name, messages in filled.errors.items():
        line.wrong += [f"{name}: {message}" for message in messages]
    return None


@transaction.atomic
def record(table: Sequence[Line], *, author: Author, dry: bool) -> int:
    """Records all or none in one act; a dry run does the same and takes it back. Returns how many.

    What the ledger refuses is written down at the lines; the number is then 0.
    """
    drafts = [line.draft for line in table if line.draft]
    if len(drafts) < len(table):
        return 0
    try:
        with transaction.atomic():
            ledger.record(drafts, author=author)
            connection.check_constraints()
    except SomeRefused as refused:
        for index, refusals in refused.rows.items():
            table[index].wrong += [refusal.detail for refusal in refusals]
        return 0
    except Refused as refused:
        table[0].wrong += [refusal.detail for refusal in refusals_of(refused)]
        return 0
    transaction.set_rollback(dry)
    return len(drafts)
