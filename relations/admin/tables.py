"""Facts as CSV: the export of a list, and the import of a table in one command.

A fact is one line; a further line with a citation alone belongs to the fact above it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import QuerySet
from django.forms import BaseForm

from relations import ledger
from relations.admin.citations import CitationForm
from relations.admin.fact_display import display_value, written_fields
from relations.admin.forms import SHOWN_DUPLICATES, FactForm, look_alikes
from relations.admin.hardened import NUL
from relations.admin.refusals import REFUSED, refusals_of
from relations.codes import Stance
from relations.errors import Invalid, SomeRefused
from relations.ledger import Author, CitationDraft, FactDraft
from relations.models import Fact, Source
from relations.queries.snapshot import snapshot
from relations.representation.tables import FORMULA, cell

MAX_FACTS = 500
"""Facts of one table."""
_AT_ONCE = 500
"""Facts of an export in memory."""

_EVIDENCE = ("source", "quote", "stance")
_RECORD = ("key", "version", "recorded_at")
_COLUMNS = {"from_country": "from", "to_country": "to"}


def columns(model: type[Fact]) -> dict[str, str]:
    return {_COLUMNS.get(column.name, column.name): column.name for column in written_fields(model)}


def lines(facts: QuerySet[Any]) -> Iterator[str]:
    """The table as CSV, line by line, of one moment.

    Outside of a transaction, PostgreSQL would find all rows before it sends the first, within the time of one read.
    """
    echo: Any = SimpleNamespace(write=str)  # a file that returns each line
    writer, own_columns = csv.writer(echo), columns(facts.model)
    yield writer.writerow([*_RECORD, *own_columns, *_EVIDENCE])
    with snapshot():
        for fact in facts.prefetch_related("citations__source").iterator(chunk_size=_AT_ONCE):
            own = [cell(fact.key), fact.version, fact.recorded_at.isoformat()]
            own += [cell(fact.serializable_value(name)) for name in own_columns.values()]
            for citation in fact.citations.all():
                yield writer.writerow([*own, cell(citation.source.url or citation.source_id), cell(citation.quote),
                                       citation.stance])  # fmt: skip
                own = [""] * len(own)


@dataclass(slots=True)
class Line:
    """One fact of a table: the number of its line in the file, its errors, and what it looks like a duplicate of."""

    number: int
    cells: dict[str, str]
    citations: list[dict[str, str]]
    labels: dict[str, str] = field(default_factory=dict)
    draft: FactDraft | None = None
    errors: list[str] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)


def read(model: type[Fact], content: bytes) -> list[Line]:
    """The facts of a file. Raises `Invalid` for its encoding, its columns or its size."""
    rows = _rows(content)
    head = [cell.strip() for cell in next(rows, (0, []))[1]]
    _check_header(head, [*_RECORD, *columns(model), *_EVIDENCE], needed=("to", model.label, "on"))
    table: list[Line] = []
    for number, row in rows:
        if len(row) > len(head):
            raise Invalid(why=f"Line {number} has {len(row)} cells, the first line {len(head)}.")
        cells = {name: _typed(cell) for name, cell in zip(head, row, strict=False)}
        _add(table, number, cells)
        if len(table) > MAX_FACTS:
            raise Invalid(why=f"A table may have at most {MAX_FACTS} facts.")
    if not table:
        raise Invalid(why="The table has no facts.")
    return table


def _check_header(head: Sequence[str], known: Sequence[str], *, needed: Sequence[str]) -> None:
    problems = {
        "Unknown": [name for name in head if name not in known],
        "Missing": [name for name in needed if name not in head],
        "Named twice": sorted({name for name in head if head.count(name) > 1}),
    }
    details = [f"{problem}: {', '.join(map(repr, names))}." for problem, names in problems.items() if names]
    if details:
        raise Invalid(why=f"The first line names the columns, each once, of: {', '.join(known)}. {' '.join(details)}")


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not empty, with their numbers."""
    try:
        text = content.decode("utf-8-sig")
        head = text.partition("\n")[0]
        # Spreadsheets in languages with a decimal comma separate cells by semicolons.
        delimiter = ";" if ";" in head and "," not in head else ","
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except UnicodeDecodeError as error:
        raise Invalid(why="The file is not text in UTF-8.") from error
    except csv.Error as error:
        raise Invalid(why=f"The file is not valid CSV: {error}.") from error


def _typed(text: str) -> str:
    """A cell without the apostrophe that the export puts before a formula."""
    text = text.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _add(table: list[Line], number: int, cells: Mapping[str, str]) -> None:
    """Adds a fact, or a citation to the fact above."""
    evidence = {name: cells.get(name, "") for name in _EVIDENCE}
    own = {name: cell for name, cell in cells.items() if name not in _EVIDENCE}
    if table and not any(own.values()):
        table[-1].citations.append(evidence)
        return
    table.append(Line(number, own, [evidence] if any(evidence.values()) else []))


def check(model: type[Fact], form: type[FactForm], table: Sequence[Line]) -> None:
    """Validates each line by the form of the admin, and notes its errors and labels."""
    sources, fields = _sources(table), columns(model)
    names = {name: column for column, name in fields.items()}
    first: dict[tuple[str, ...], int] = {}
    for line in table:
        if (number := first.setdefault(tuple(line.cells.values()), line.number)) != line.number:
            line.alike.append(f"line {number} of this file")
        if line.cells.get("key"):
            line.errors.append("key: this fact was recorded before; correct it on its own page.")
        cells = {name: line.cells.get(column, "") for name, column in names.items()}
        line.labels = {column: _label(model, fields.get(column), text) for column, text in line.cells.items()}
        filled = form(_as_input(model, cells))
        if filled.is_valid():
            line.alike += map(str, look_alikes(model, filled.values(), form.distinguished_by)[:SHOWN_DUPLICATES])
        else:
            _note_errors(line, filled, names=names)
        citations = [_citation(line, sources, citation) for citation in line.citations]
        if not line.errors:
            values = filled.values()
            line.draft = FactDraft(model=model, values=values, citations=[draft for draft in citations if draft])


def _sources(table: Sequence[Line]) -> dict[str, str]:
    """Ids of sources by the addresses that the table names them by."""
    # PostgreSQL takes no NUL; such a cell is refused by the form of its line.
    named = {citation["source"] for line in table for citation in line.citations if NUL not in citation["source"]}
    return {url: str(pk) for url, pk in Source.objects.filter(url__in=named - {""}).values_list("url", "pk")}


def _label(model: type[Fact], name: str | None, cell: str) -> str:
    """The cell as people read it: labels for codes."""
    if name is None or not cell:
        return cell
    column: Any = model._meta.get_field(name)
    return display_value(column, _words(cell) if isinstance(column, ArrayField) else cell)


def _words(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(";") if word.strip()]


def _as_input(model: type[Fact], cells: Mapping[str, str]) -> dict[str, Any]:
    """A line's cells as the inputs of a form that does not ask about duplicates: the page of the import does."""
    values: dict[str, Any] = {**cells, "record_anyway": "on"}
    for column in written_fields(model):
        if isinstance(column, ArrayField) and (name := column.name) in cells:
            values[name] = _words(cells[name]) if name == "measures" else "\n".join(_words(cells[name]))
    return values


def _note_errors(line: Line, form: BaseForm, *, names: Mapping[str, str]) -> None:
    for name, messages in form.errors.items():
        line.errors += [f"{names.get(name, name)}: {message}".removeprefix("__all__: ") for message in messages]


def _citation(line: Line, sources: Mapping[str, str], cells: Mapping[str, str]) -> CitationDraft | None:
    source, stance = sources.get(cells["source"], cells["source"]), cells["stance"] or Stance.SUPPORTS
    filled = CitationForm({**cells, "source": source, "stance": stance})
    if filled.is_valid():
        return filled.draft()
    _note_errors(line, filled, names={})
    return None


@transaction.atomic
def record(table: Sequence[Line], *, author: Author, dry: bool) -> int:
    """Records all facts in one command, which a dry run rolls back, and returns their number.

    Refusals of the ledger are added to the lines; the number is then 0.
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
            table[index].errors += [refusal.detail for refusal in refusals]
        return 0
    except REFUSED as refused:
        table[0].errors += [refusal.detail for refusal in refusals_of(refused)]
        return 0
    transaction.set_rollback(dry)
    return len(drafts)
