"""What relations, their timeline, the change log and countries look like, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from relations.codes import (
    BAN_STRENGTH,
    BanScope,
    CountryKind,
    Measure,
    NextStatus,
    PostStatus,
    Reason,
    RelationsValue,
    SanctionValue,
    Trend,
)
from relations.models import FACT_MODELS
from relations.representation.shapes import AmbassadorShape, CodeField, EntryShape, EventShape, SanctionShape, Shape
from relations.status import UNKNOWN

_RESOURCES = [model.resource for model in FACT_MODELS]


class CountryRefShape(Shape):
    code = CodeField()
    name = serializers.CharField()


class TitledShape(Shape):
    """A programme or a list, as a status names it."""

    id = serializers.IntegerField()
    title = serializers.CharField()


class StandingShape(Shape):
    """What a track says: since when, and by which facts. `uncertain` are those that may have happened by then."""

    since = serializers.CharField(allow_null=True, help_text="EDTF: the first fact of the unbroken run, or a day")
    facts = serializers.ListField(child=serializers.UUIDField())
    uncertain = serializers.ListField(child=serializers.UUIDField())
    disputed = serializers.BooleanField()


class RelationsStandingShape(StandingShape):
    value = serializers.ChoiceField(choices=RelationsValue.choices)


class TrendShape(StandingShape):
    value = serializers.ChoiceField(choices=Trend.choices)


class PostShape(StandingShape):
    value = serializers.ChoiceField(choices=[UNKNOWN, *PostStatus.values])
    holder = serializers.CharField(allow_blank=True)


class NextShape(StandingShape):
    value = serializers.ChoiceField(choices=[UNKNOWN, "none", *NextStatus.values])
    holder = serializers.CharField(allow_blank=True)


class _Directed(Shape):
    to = CodeField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # `from` is a word of Python's own.
        return {"from": CodeField(), **super().get_fields()}


class MissionShape(_Directed):
    """The head of mission whom one of the two sends to the other."""

    post = PostShape()
    next = NextShape()


class DesignationsShape(Shape):
    """The parties that a list names under a programme, on the day and as it is known at the time of the answer."""

    count = serializers.IntegerField()
    url = serializers.URLField(help_text="They themselves")


class ProgrammeStandingShape(StandingShape):
    programme = TitledShape(allow_null=True)
    designations = DesignationsShape(allow_null=True, help_text="Null where no list names parties under the programme")
    value = serializers.ChoiceField(choices=SanctionValue.choices)
    measures = serializers.ListField(child=serializers.ChoiceField(choices=Measure.choices))
    expires_on = serializers.DateField(allow_null=True)


class SanctionsStandingShape(_Directed, StandingShape):
    via = CodeField(allow_null=True, help_text="The organisation by way of which it reaches the sender")
    value = serializers.ChoiceField(choices=SanctionValue.choices)
    measures = serializers.ListField(child=serializers.ChoiceField(choices=Measure.choices))
    expires_on = serializers.DateField(allow_null=True)
    programmes = ProgrammeStandingShape(many=True)


class TravelBanStandingShape(_Directed, StandingShape):
    via = CodeField(allow_null=True, help_text="The organisation by way of which it reaches the issuer")
    list = TitledShape()
    value = serializers.ChoiceField(choices=BAN_STRENGTH)
    scope = serializers.ChoiceField(choices=BanScope.choices, allow_blank=True)
    visa_classes = serializers.ListField(child=serializers.CharField())


class StatusShape(Shape):
    diplomatic_relations = RelationsStandingShape()
    trend = TrendShape()
    ambassadors = MissionShape(many=True)
    sanctions = SanctionsStandingShape(many=True)
    travel_bans = TravelBanStandingShape(many=True)


class RelationRowShape(Shape):
    code = serializers.RegexField(r"^[A-Z]{2}-[A-Z]{2}$")
    url = serializers.URLField()
    version = serializers.IntegerField(help_text="Lines of the pair's change log")
    countries = CountryRefShape(many=True)
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)
    status = StatusShape()


class FactsShape(Shape):
    ambassadors = AmbassadorShape(many=True)
    sanction_events = SanctionShape(many=True)
    travel_ban_entries = EntryShape(many=True)
    diplomatic_events = EventShape(many=True)


class LinksShape(Shape):
    timeline = serializers.URLField()
    changes = serializers.URLField()
    csv = serializers.URLField()
    via = serializers.DictField(child=serializers.URLField(), help_text="Relations of the organisations that reach it")


class RelationShape(RelationRowShape):
    facts = FactsShape()
    links = LinksShape()


# --- the log and the timeline ---------------------------------------------------------------------------------------


class CauseShape(Shape):
    kind = serializers.ChoiceField(choices=_RESOURCES)
    key = serializers.UUIDField()
    version = serializers.IntegerField()
    url = serializers.URLField()


class ChangeShape(Shape):
    """One line of the log; `old` and `new` are null on the track `facts`."""

    id = serializers.IntegerField()
    pair = serializers.RegexField(r"^[A-Z]{2}-[A-Z]{2}$")
    version = serializers.IntegerField()
    track = serializers.CharField()
    old = serializers.DictField(allow_null=True)
    new = serializers.DictField(allow_null=True)
    effective = serializers.DateField()
    recorded_at = serializers.DateTimeField()
    reason = serializers.ChoiceField(choices=Reason.choices)
    cause = CauseShape(allow_null=True)
    request_id = serializers.CharField(allow_blank=True)
    inheriting_pairs = serializers.ListField(
        child=serializers.CharField(), help_text="Pairs of members that inherit it"
    )
    url = serializers.URLField()


class EntryOfTimelineShape(Shape):
    """A fact or a change on its day; the other of the two is null."""

    day = serializers.DateField()
    type = serializers.ChoiceField(choices=["fact", "change"])
    resource = serializers.ChoiceField(choices=_RESOURCES, allow_null=True)
    track = serializers.CharField(allow_null=True)
    fact = serializers.DictField(allow_null=True, help_text="As at its own URL")
    change = ChangeShape(allow_null=True)


# --- countries ------------------------------------------------------------------------------------------------------


class CountryShape(CountryRefShape):
    alpha3 = serializers.CharField(allow_null=True)
    numeric = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=CountryKind.choices)
    from_year = serializers.IntegerField(allow_null=True)
    to_year = serializers.IntegerField(allow_null=True)
    url = serializers.URLField()


class MembershipShape(Shape):
    country = CountryRefShape()
    since = serializers.DateField(allow_null=True, help_text="First day")
    until = serializers.DateField(allow_null=True, help_text="Last day")


class PairRefShape(Shape):
    code = serializers.CharField()
    version = serializers.IntegerField()
    url = serializers.URLField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # `with` is a word of Python's own.
        return {**super().get_fields(), "with": CountryRefShape()}


class WholeCountryShape(CountryShape):
    memberships = MembershipShape(many=True)
    members = MembershipShape(many=True)
    pairs = PairRefShape(many=True)
