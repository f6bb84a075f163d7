"""What answers look like, for the OpenAPI document; answers themselves are written without passing through here."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from relations.codes import (
    AMBASSADOR_STATUSES,
    BanAction,
    BanScope,
    BanSubject,
    EventKind,
    ListCode,
    Measure,
    Reason,
    SanctionAction,
    Scope,
    SourceKind,
    Stance,
)


class Shape(serializers.Serializer[Any]):
    """One object of an answer: every key is always there."""


class CodeField(serializers.RegexField):
    """A country's code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[A-Z]{2}$", **kwargs)


class ErrorShape(Shape):
    """What is wrong in one place: of the body (`pointer`), of the query (`parameter`) or of the headers (`header`)."""

    pointer = serializers.CharField(required=False, help_text="JSON pointer (RFC 6901) into the body")
    parameter = serializers.CharField(required=False)
    header = serializers.CharField(required=False)
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemShape(Shape):
    """RFC 9457."""

    type = serializers.CharField(help_text="Which kind of problem: its page is /api/docs/errors/")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    request_id = serializers.CharField(allow_null=True)
    errors = ErrorShape(many=True, required=False)  # type: ignore[assignment]  # a field, as DRF declares them


class SourceRefShape(Shape):
    """A source in short; with `?expand=sources` whole but for its archived text."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=SourceKind.choices)
    publisher = serializers.CharField(allow_blank=True)
    title = serializers.CharField()
    url = serializers.CharField(allow_blank=True)
    published_on = serializers.DateField(allow_null=True)
    syndication_of = serializers.IntegerField(allow_null=True)
    author = serializers.CharField(required=False, allow_blank=True)
    language = serializers.CharField(required=False, allow_blank=True)
    licence = serializers.CharField(required=False, allow_blank=True)
    sha256 = serializers.CharField(required=False, allow_blank=True)


class CitationShape(Shape):
    source = SourceRefShape()  # type: ignore[assignment]  # a field, as DRF declares them
    quote = serializers.CharField()
    start = serializers.IntegerField(allow_null=True, help_text="First code point of the quote in the archived text")
    end = serializers.IntegerField(allow_null=True, help_text="The code point behind the quote")
    stance = serializers.ChoiceField(choices=Stance.choices)


class FactShape(Shape):
    """One version of a fact."""

    key = serializers.UUIDField()
    version = serializers.IntegerField()
    to = CodeField()
    on = serializers.CharField(help_text="EDTF")
    earliest = serializers.DateField(allow_null=True, help_text="First possible day; null for an open start")
    latest = serializers.DateField(help_text="Last possible day: from here on the fact counts")
    recorded_at = serializers.DateTimeField()
    superseded_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    citations = CitationShape(many=True)
    independent_sources = serializers.IntegerField(help_text="Supporting witnesses; a reprint is not a second one")
    disputed = serializers.BooleanField()
    url = serializers.URLField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # `from` is a word of Python's own.
        return {"from": CodeField(), **super().get_fields()}


class AmbassadorShape(FactShape):
    status = serializers.ChoiceField(choices=AMBASSADOR_STATUSES)
    holder = serializers.CharField(allow_blank=True)


class CameoShape(Shape):
    cameo = serializers.CharField(allow_null=True)


class CodesShape(CameoShape):
    plover = serializers.CharField(allow_null=True)


class ProgrammeRefShape(Shape):
    id = serializers.IntegerField()
    issuer = CodeField()
    target = CodeField()
    title = serializers.CharField()


class ListRefShape(Shape):
    id = serializers.IntegerField()
    issuer = CodeField()
    title = serializers.CharField()
    subject = serializers.ChoiceField(choices=BanSubject.choices)


class ProgrammeIdField(serializers.IntegerField):
    """An id; with `?expand=programme` the programme in short."""


class ListIdField(serializers.IntegerField):
    """An id; with `?expand=list` the list in short."""


class SanctionShape(FactShape):
    action = serializers.ChoiceField(choices=SanctionAction.choices)
    measures = serializers.ListField(child=serializers.ChoiceField(choices=Measure.choices))
    scope = serializers.ChoiceField(choices=Scope.choices, allow_blank=True)
    programme = ProgrammeIdField(allow_null=True)
    instrument = serializers.CharField(allow_blank=True)
    expires_on = serializers.DateField(allow_null=True)
    codes = CameoShape()


class EntryShape(FactShape):
    list = ListIdField()
    country = CodeField()
    action = serializers.ChoiceField(choices=BanAction.choices)
    scope = serializers.ChoiceField(choices=BanScope.choices, allow_blank=True)
    visa_classes = serializers.ListField(child=serializers.CharField())
    person = serializers.CharField(allow_blank=True)
    identifiers = serializers.ListField(child=serializers.CharField())


class EventShape(FactShape):
    kind = serializers.ChoiceField(choices=EventKind.choices)
    codes = CodesShape()


class _Circumstances(Shape):
    recorded_by = serializers.CharField(allow_null=True)
    reason = serializers.ChoiceField(choices=Reason.choices, allow_null=True)
    why = serializers.CharField(allow_blank=True)
    request_id = serializers.CharField(allow_blank=True)


class AmbassadorVersionShape(_Circumstances, AmbassadorShape):
    pass


class SanctionVersionShape(_Circumstances, SanctionShape):
    pass


class EntryVersionShape(_Circumstances, EntryShape):
    pass


class EventVersionShape(_Circumstances, EventShape):
    pass


class RetractionShape(Shape):
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True)
    why = serializers.CharField()
    request_id = serializers.CharField(allow_blank=True)


class ProgrammeShape(Shape):
    id = serializers.IntegerField()
    issuer = CodeField()
    target = CodeField()
    title = serializers.CharField()
    legal_basis = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)
    list = serializers.ChoiceField(choices=ListCode.choices, allow_null=True, help_text="Given by an import")
    code = serializers.CharField(allow_null=True, help_text="The list's own word for it; null where there is none")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"self": serializers.URLField(), **super().get_fields()}


class ListShape(Shape):
    id = serializers.IntegerField()
    issuer = CodeField()
    title = serializers.CharField()
    instrument = serializers.CharField(allow_blank=True)
    legal_basis = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)
    subject = serializers.ChoiceField(choices=BanSubject.choices)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"self": serializers.URLField(), **super().get_fields()}


class SourceShape(Shape):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=SourceKind.choices)
    publisher = serializers.CharField(allow_blank=True)
    title = serializers.CharField()
    author = serializers.CharField(allow_blank=True)
    published_on = serializers.DateField(allow_null=True)
    url = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True)
    licence = serializers.CharField(allow_blank=True)
    sha256 = serializers.CharField(allow_blank=True)
    syndication_of = serializers.IntegerField(allow_null=True)
    text = serializers.CharField(allow_blank=True, required=False, help_text="In lists only with ?fields=text")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"self": serializers.URLField(), **super().get_fields()}


class IndexShape(serializers.Serializer[Any]):
    """The URLs of all resources by name."""

    relations = serializers.URLField()
    countries = serializers.URLField()
    ambassadors = serializers.URLField()
    sanction_events = serializers.URLField()
    travel_ban_entries = serializers.URLField()
    diplomatic_events = serializers.URLField()
    sanction_programmes = serializers.URLField()
    travel_ban_lists = serializers.URLField()
    sources = serializers.URLField()
    imports = serializers.URLField()
    designations = serializers.URLField()
    changes = serializers.URLField()
    webhooks = serializers.URLField()
    schema = serializers.URLField()
    docs = serializers.URLField()
