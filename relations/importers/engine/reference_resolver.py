"""The references of statements, found or recorded: archived texts, programmes and lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from itertools import batched
from typing import Any

from relations.codes import SourceKind
from relations.errors import Conflict
from relations.importers.engine.statements import BanList, Extract, Programme, Reading, Statement
from relations.importers.registry import FactList
from relations.ledger import (
    CitationDraft,
    FactDraft,
    record_list,
    record_programme,
    record_source,
    recorded_source,
    text_digest,
)
from relations.models import FACT_MODEL_OF, Country, SanctionProgramme, Source, TravelBanList

_BATCH = 500

type Cited = tuple[Reading, Statement]
type Named = tuple[str, str, str]


@dataclass(slots=True)
class References:
    """Sources by the identity of the extract, programmes by direction and title, lists by issuer and title."""

    sources: dict[int, Source] = field(default_factory=dict)
    programmes: dict[Named, SanctionProgramme] = field(default_factory=dict)
    lists: dict[tuple[str, str], TravelBanList] = field(default_factory=dict)

    @classmethod
    def resolve(cls, cited: list[Cited], *, fact_list: FactList) -> References:
        """Finds or makes all references of the statements, before any pair is locked, as other commands do."""
        extracts = {id(extract): extract for extract in (reading.extracts[one.source] for reading, one in cited)}
        references = cls(
            sources=dict(zip(extracts, _sources(list(extracts.values()), fact_list), strict=True)),
            programmes=_known_programmes(statement for _, statement in cited),
        )
        for _, statement in cited:
            if programme := statement.programme:
                named = statement.sender, statement.target, programme.title
                if named not in references.programmes:
                    references.programmes[named] = _record_programme(statement, programme)
            if ban_list := statement.ban_list:
                listed = statement.sender, ban_list.title
                if listed not in references.lists:
                    references.lists[listed] = _find_or_record_list(statement.sender, ban_list)
        return references

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
        model = FACT_MODEL_OF[statement.kind]
        fields = {field.name for field in model._meta.concrete_fields}
        stated: dict[str, Any] = {
            model.label: statement.word,
            "holder": statement.holder,
            "measures": list(statement.measures),
            "scope": statement.scope,
            "instrument": statement.instrument,
            "visa_classes": list(statement.visa_classes),
        }
        own = {name: value for name, value in stated.items() if name in fields}
        if "programme" in fields:
            programme = statement.programme
            own["programme"] = programme and self.programmes[statement.sender, statement.target, programme.title]
        if "list" in fields:
            if statement.ban_list is None:
                raise AssertionError(f"{statement.reference} names no list")
            own["list"] = self.lists[statement.sender, statement.ban_list.title]
        return own | {"note": statement.note}


def _sources(extracts: list[Extract], fact_list: FactList) -> list[Source]:
    """The source of each extract, without its text.

    The same text under the same title is stored once, however many publications repeat it.
    """
    keys = [(extract.title, text_digest(extract.text)) for extract in extracts]
    sources: dict[tuple[str, str], Source] = {}
    for digests in batched({digest for _, digest in keys}, _BATCH):
        known = Source.objects.filter(publisher=fact_list.publisher, sha256__in=digests).defer("text")
        sources |= {(source.title, source.sha256): source for source in known}
    used = _used_urls(extract.url for extract in extracts)
    for key, extract in zip(keys, extracts, strict=True):
        if key not in sources:
            recorded = _record_source(extract, fact_list, url="" if extract.url in used else extract.url)
            sources[key] = Source(pk=recorded.pk)
            used.add(extract.url)
    return [sources[key] for key in keys]


def _used_urls(urls: Iterable[str]) -> set[str]:
    used: set[str] = set()
    for some in batched({url for url in urls if url}, _BATCH):
        used |= set(Source.objects.filter(url__in=some).values_list("url", flat=True))
    return used


def _record_source(extract: Extract, fact_list: FactList, *, url: str) -> Source:
    values = {
        "kind": SourceKind.DATASET, "publisher": fact_list.publisher, "title": extract.title,
        "published_on": extract.published_on, "url": url, "language": "en", "licence": fact_list.licence,
        "text": extract.text,
    }  # fmt: skip
    try:
        return record_source(values)
    except Conflict:
        # Another edition has the URL, or the title and the day, which name one source only: it is the same witness.
        known = recorded_source(values) or recorded_source(values | {"url": ""})
        return record_source(values | {"url": "", "syndication_of": known})


def _known_programmes(statements: Iterable[Statement]) -> dict[Named, SanctionProgramme]:
    titles = {one.programme.title for one in statements if one.programme is not None}
    programmes: dict[Named, SanctionProgramme] = {}
    for some in batched(sorted(titles), _BATCH):
        # Of two of the same name the first one counts: it comes last here.
        for row in SanctionProgramme.objects.filter(title__in=some).order_by("-pk"):
            programmes[row.issuer_id, row.target_id, row.title] = row
    return programmes


def _record_programme(statement: Statement, programme: Programme) -> SanctionProgramme:
    countries = {"issuer": Country(code=statement.sender), "target": Country(code=statement.target)}
    return record_programme(countries | asdict(programme))


def _find_or_record_list(issuer: str, ban_list: BanList) -> TravelBanList:
    identity = {"issuer": Country(code=issuer), "title": ban_list.title}
    return TravelBanList.objects.filter(**identity).first() or record_list(identity | asdict(ban_list))
