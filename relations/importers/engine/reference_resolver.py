"""The references of statements, found or recorded: archived texts, programmes and lists.

A text that a later edition brings under the title of an earlier one names that as its original: editions of one source
are one witness.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import batched
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from relations import ledger
from relations.importers.engine.statements import Extract, Programme, Reading, Statement
from relations.importers.registry import FactList
from relations.ledger import CitationDraft, ConfirmationDraft, FactDraft
from relations.models import FACT_MODEL_OF, Country, SanctionProgramme, Source, TravelBanList
from relations.text.faults import fault_of_address

_BATCH = 500
_LONGEST_URL = 1000

type Cited = tuple[Reading, Statement]
type Named = tuple[str, str, str]
type _Key = tuple[str, str]
"""A text's title and the digest of it."""


@dataclass(slots=True)
class References:
    """Sources by the identity of the extract, programmes by direction and title, lists by issuer and title."""

    fact_list: FactList
    sources: dict[int, Source] = field(default_factory=dict)
    programmes: dict[Named, SanctionProgramme] = field(default_factory=dict)
    lists: dict[tuple[str, str], TravelBanList] = field(default_factory=dict)

    @classmethod
    def resolve(
        cls, cited: list[Cited], *, confirming: list[Cited], fact_list: FactList, dated: dt.date | None
    ) -> References:  # fmt: skip
        """Finds or makes all references of the statements, before any pair is locked, as other commands do.

        Of statements that only confirm a fact it is the source alone. `dated` is the day of a publication that
        has none of its own.
        """
        editions = {
            id(extract): replace(
                extract, published_on=extract.published_on or reading.version or dated,
                covers_to=extract.covers_to or reading.covers_to,
            )
            for reading, extract in ((reading, reading.extracts[one.source]) for reading, one in (*cited, *confirming))
        }  # fmt: skip
        references = cls(
            fact_list=fact_list,
            sources=dict(zip(editions, _sources(list(editions.values()), fact_list), strict=True)),
            programmes=_known_programmes(statement for _, statement in cited),
        )
        for _, statement in cited:
            if programme := statement.programme:
                named = statement.sender, statement.target, programme.title
                known = references.programmes.get(named)
                references.programmes[named] = _programme(known, statement, programme)
            if ban_list := statement.ban_list:
                listed = statement.sender, ban_list.title
                if listed not in references.lists:
                    identity = {"issuer": Country(code=statement.sender), "title": ban_list.title}
                    known_list = TravelBanList.objects.filter(**identity).first()
                    references.lists[listed] = known_list or ledger.record_list(identity | asdict(ban_list))
        return references

    def draft(self, reading: Reading, statement: Statement) -> FactDraft:
        directed = {"from_country_id": statement.sender, "to_country_id": statement.target, "on": statement.on}
        return FactDraft(
            model=FACT_MODEL_OF[statement.kind],
            values=directed | self.values(statement),
            citations=self.citations(reading, statement),
        )

    def citations(self, reading: Reading, statement: Statement) -> list[CitationDraft]:
        return [CitationDraft(source=self._source(reading, statement), quote=statement.quote)]

    def confirmation(self, reading: Reading, statement: Statement, *, key: UUID, day: dt.date) -> ConfirmationDraft:
        return ConfirmationDraft(
            model=FACT_MODEL_OF[statement.kind], key=key, source=self._source(reading, statement), day=day,
            quote=statement.quote,
        )  # fmt: skip

    def _source(self, reading: Reading, statement: Statement) -> Source:
        return self.sources[id(reading.extracts[statement.source])]

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
        return own | {"note": statement.note, "nature": statement.nature or self.fact_list.nature}


def _sources(editions: list[Extract], fact_list: FactList) -> list[Source]:
    """The source of each text, without the text. The texts have their days.

    The same text under the same title is stored once, however many publications repeat it.
    """
    keys = [(one.title, ledger.text_digest(one.text)) for one in editions]
    sources: dict[_Key, Source] = {}
    for digests in batched({digest for _, digest in keys}, _BATCH):
        known = Source.objects.filter(publisher=fact_list.publisher, sha256__in=digests).defer("text")
        sources |= {(source.title, source.sha256): source for source in known}
    new = {key: edition for key, edition in zip(keys, editions, strict=True) if key not in sources}
    originals = _originals((title for title, _ in new), fact_list)
    used = _used_urls(address(edition.url) for edition in new.values())
    first = {title: (title, digest) for title, digest in reversed(new) if title not in originals}
    sources |= _recorded({key: new[key] for key in first.values()}, fact_list, used, originals={})
    originals |= {title: sources[key] for title, key in first.items()}
    later = {key: edition for key, edition in new.items() if key not in sources}
    sources |= _recorded(later, fact_list, used, originals=originals)
    return [sources[key] for key in keys]


def _recorded(
    editions: Mapping[_Key, Extract], fact_list: FactList, used: set[str], *, originals: Mapping[str, Source]
) -> dict[_Key, Source]:  # fmt: skip
    """Records texts, and adds their URLs to those used: a URL names the first text that has it."""
    rows: list[dict[str, Any]] = []
    for (title, _), edition in editions.items():
        url = address(edition.url)
        rows.append(
            {
                "kind": fact_list.kind, "publisher": fact_list.publisher, "title": title,
                "published_on": edition.published_on, "covers_to": edition.covers_to,
                "url": "" if url in used else url, "language": "en", "licence": fact_list.licence,
                "text": edition.text, "syndication_of": originals.get(title),
            }
        )  # fmt: skip
        used.add(url)
    return {key: Source(pk=pk) for key, pk in zip(editions, ledger.record_editions(rows), strict=True)}


def _originals(titles: Iterable[str], fact_list: FactList) -> dict[str, Source]:
    """The first edition of each title that is recorded."""
    originals: dict[str, Source] = {}
    for some in batched(set(titles), _BATCH):
        known = Source.objects.filter(publisher=fact_list.publisher, title__in=some, syndication_of=None)
        for key, title in known.order_by("pk").values_list("pk", "title"):
            originals.setdefault(title, Source(pk=key))
    return originals


def address(url: str) -> str:
    """The address if the ledger takes it, otherwise none: what an import rests on is the archived text."""
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError:
        return ""
    return "" if len(url) > _LONGEST_URL or fault_of_address(url) else url


def _used_urls(urls: Iterable[str]) -> set[str]:
    used: set[str] = set()
    for some in batched({url for url in urls if url}, _BATCH):
        used |= set(Source.objects.filter(url__in=some).values_list("url", flat=True))
    return used


def _known_programmes(statements: Iterable[Statement]) -> dict[Named, SanctionProgramme]:
    titles = {one.programme.title for one in statements if one.programme is not None}
    programmes: dict[Named, SanctionProgramme] = {}
    for some in batched(sorted(titles), _BATCH):
        # Of two of the same name the first one counts: it comes last here.
        for row in SanctionProgramme.objects.filter(title__in=some).order_by("-pk"):
            programmes[row.issuer_id, row.target_id, row.title] = row
    return programmes


def _programme(known: SanctionProgramme | None, statement: Statement, programme: Programme) -> SanctionProgramme:
    """The programme that is known, or a new one; one that turns out to be thematic carries no posture any more."""
    if known is not None and programme.thematic and not known.thematic:
        return ledger.change_programme(known, {"thematic": True})
    if known is not None:
        return known
    countries = {"issuer": Country(code=statement.sender), "target": Country(code=statement.target)}
    own = {"title": programme.title, "legal_basis": programme.legal_basis, "thematic": programme.thematic}
    return ledger.record_programme(countries | own)
