"""What statements refer to, found or made: the archived texts, the programmes and the lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from relations.codes import SourceKind
from relations.errors import Conflict
from relations.importers.engine.statements import Extract, Reading, Statement
from relations.importers.registry import FactList
from relations.ledger import CitationDraft, FactDraft, record_list, record_programme, record_source, text_digest
from relations.models import FACT_MODEL_OF, Country, SanctionProgramme, Source, TravelBanList
from relations.status import FACT_KINDS

_ASKED_AT_ONCE = 500

type Cited = tuple[Reading, Statement]
type Named = tuple[str, str, str]


@dataclass(slots=True)
class References:
    """Sources by the identity of the extract, programmes by direction and title, lists by issuer and title."""

    sources: dict[int, Source] = field(default_factory=dict)
    programmes: dict[Named, SanctionProgramme] = field(default_factory=dict)
    lists: dict[tuple[str, str], TravelBanList] = field(default_factory=dict)

    @classmethod
    def of(cls, cited: list[Cited], *, fact_list: FactList) -> References:
        """Everything that the statements refer to, before any pair is locked: others make sources first, too."""
        found = cls()
        extracts = {id(extract): extract for extract in (reading.extracts[one.source] for reading, one in cited)}
        found.sources = dict(zip(extracts, _sources(list(extracts.values()), fact_list), strict=True))
        found.programmes = _known_programmes(statement for _, statement in cited)
        for _, statement in cited:
            found._refer(statement)
        return found

    def _refer(self, statement: Statement) -> None:
        if statement.programme is not None:
            named = statement.sender, statement.target, statement.programme.title
            if named not in self.programmes:
                self.programmes[named] = _programme(statement)
        if statement.ban_list is not None:
            listed = statement.sender, statement.ban_list.title
            if listed not in self.lists:
                self.lists[listed] = _list(statement)

    def draft(self, reading: Reading, statement: Statement) -> FactDraft:
        directed = {"from_country_id": statement.sender, "to_country_id": statement.target, "on": statement.on}
        return FactDraft(
            model=FACT_MODEL_OF[statement.kind],
            values=directed | self.values(statement),
            citations=self.citations(reading, statement),
        )

    def citations(self, reading: Reading, statement: Statement) -> list[CitationDraft]:
        source = self.sources[id(reading.extracts[statement.source])]
        return [CitationDraft(source=source, quote=statement.quote)]

    def values(self, statement: Statement) -> dict[str, Any]:
        """The fact's own fields, without its direction and its date."""
        kind = FACT_KINDS[statement.kind]
        stated: dict[str, Any] = {
            kind.word_field: statement.word,
            "holder": statement.holder,
            "measures": list(statement.measures),
            "scope": statement.scope,
            "instrument": statement.instrument,
            "visa_classes": list(statement.visa_classes),
        }
        own = {name: value for name, value in stated.items() if name in kind.keys}
        if "programme" in kind.keys:
            programme = statement.programme
            own["programme"] = programme and self.programmes[statement.sender, statement.target, programme.title]
        if "list" in kind.keys:
            if statement.ban_list is None:
                raise AssertionError(f"{statement.reference} names no list")
            own["list"] = self.lists[statement.sender, statement.ban_list.title]
        return own | {"note": statement.note}


def _key(extract: Extract) -> tuple[str, str]:
    return extract.title, text_digest(extract.text)


def _sources(extracts: list[Extract], fact_list: FactList) -> list[Source]:
    """The source of each extract, without its text, of which the extract is the copy that is held.

    The same text under the same title is stored once, however many publications repeat it.
    """
    keys = [_key(extract) for extract in extracts]
    found: dict[tuple[str, str], Source] = {}
    for some in batched({digest for _, digest in keys}, _ASKED_AT_ONCE):
        known = Source.objects.filter(publisher=fact_list.publisher, sha256__in=some).defer("text")
        found |= {(source.title, source.sha256): source for source in known}
    taken = _taken(extract.url for extract in extracts)
    for key, extract in zip(keys, extracts, strict=True):
        if key not in found:
            made = _archived(extract, fact_list, url="" if extract.url in taken else extract.url)
            found[key] = Source(pk=made.pk)
            taken.add(extract.url)
    return [found[key] for key in keys]


def _taken(urls: Iterable[str]) -> set[str]:
    taken: set[str] = set()
    for some in batched({url for url in urls if url}, _ASKED_AT_ONCE):
        taken |= set(Source.objects.filter(url__in=some).values_list("url", flat=True))
    return taken


def _archived(extract: Extract, fact_list: FactList, *, url: str) -> Source:
    values = {
        "kind": SourceKind.DATASET,
        "publisher": fact_list.publisher,
        "title": extract.title,
        "published_on": extract.published_on,
        "url": url,
        "language": "en",
        "licence": fact_list.licence,
        "text": extract.text,
    }
    try:
        return record_source(values)
    except Conflict:
        # Somebody recorded the URL in this moment; it names one source, and that is theirs.
        return record_source(values | {"url": ""})


def _known_programmes(statements: Iterable[Statement]) -> dict[Named, SanctionProgramme]:
    titles = {one.programme.title for one in statements if one.programme is not None}
    found: dict[Named, SanctionProgramme] = {}
    for some in batched(sorted(titles), _ASKED_AT_ONCE):
        # Of two of the same name the first one counts: it comes last here.
        for row in SanctionProgramme.objects.filter(title__in=some).order_by("-pk"):
            found[row.issuer_id, row.target_id, row.title] = row
    return found


def _programme(statement: Statement) -> SanctionProgramme:
    programme = statement.programme
    if programme is None:
        raise AssertionError(f"{statement.reference} names no programme")
    values = {
        "issuer": Country(code=statement.sender),
        "target": Country(code=statement.target),
        "title": programme.title,
    }
    return record_programme(values | {"legal_basis": programme.legal_basis})


def _list(statement: Statement) -> TravelBanList:
    ban_list = statement.ban_list
    if ban_list is None:
        raise AssertionError(f"{statement.reference} names no list")
    values = {"issuer": Country(code=statement.sender), "title": ban_list.title}
    known = TravelBanList.objects.filter(**values).first()
    told = {"instrument": ban_list.instrument, "legal_basis": ban_list.legal_basis, "url": ban_list.url}
    return known or record_list(values | told)
