"""Every constraint of the database is broken once, past the ledger, and refuses by its own name."""

import datetime as dt
import hashlib
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import DataError, IntegrityError, connection, transaction

from relations.ledger import FactDraft
from relations.ledger.pairs import make_pairs
from relations.ledger.rules import RULES, rule_of
from relations.models import (
    FACT_MODELS,
    AmbassadorStatus,
    ApiToken,
    Citation,
    Confirmation,
    Country,
    CountryPair,
    DiplomaticEvent,
    Fact,
    IdempotencyRecord,
    Membership,
    RateLimitCounter,
    Regime,
    SanctionEvent,
    SanctionProgramme,
    Source,
    StatusChange,
    StatusPeriod,
    StatusSpan,
    TravelBanEntry,
    TravelBanList,
)
from relations.models.epochs import ReferenceEpoch
from tests.factories import TEXT, ban, ban_list, citation, event, post, programme, record, regime, sanction, source

pytestmark = [pytest.mark.usefixtures("countries"), pytest.mark.django_db]

MOMENT = dt.datetime(2020, 2, 2, 12, tzinfo=dt.UTC)
LATER = MOMENT + dt.timedelta(days=1)
OWN_KEY = uuid.UUID("5a9c9cee-1c1a-5dd8-9a3c-770933b29c29")
WORDS = {AmbassadorStatus: "vacant", SanctionEvent: "imposed", TravelBanEntry: "listed", DiplomaticEvent: "visit"}


def fact(model: type[Fact], *, stance: Any = "supports", **changes: Any) -> Fact:
    """A sound row with its citation, or one that is unsound in what is changed, written past the ledger."""
    values = {
        "pair_id": "BY-US", "from_country_id": "US", "to_country_id": "BY", "on": "2010", "key": uuid.uuid4(),
        "earliest": dt.date(2010, 1, 1), "latest": dt.date(2010, 12, 31), "recorded_at": MOMENT,
        "first_recorded_at": MOMENT, model.label: WORDS[model],
    }  # fmt: skip
    if model is TravelBanEntry and "list" not in changes:
        values["list"] = ban_list()
    make_pairs({"BY-US", "RU-US"})
    row: Fact = model.objects.create(**values | changes)
    Citation.objects.create(**{model.column: row}, source=source(text=""), quote="words", stance=stance)
    return row


def twice(**changes: Any) -> Callable[[type[Fact]], None]:
    """Two versions of one fact, of which the second is unsound."""

    def write(model: type[Fact]) -> None:
        first = fact(model, superseded_at=LATER)
        values = {"key": first.key, "version": 2, "recorded_at": LATER, "first_recorded_at": MOMENT}
        if isinstance(first, TravelBanEntry):
            values["list"] = first.list
        fact(model, **values | changes)

    return write


OF_EVERY_KIND: dict[str, Callable[[type[Fact]], object]] = {
    "joins_two_different_countries": lambda model: fact(model, to_country_id="US", pair_id="US-US"),
    "belongs_to_the_pair_of_its_countries": lambda model: fact(model, from_country_id="RU"),
    "ends_after_it_begins": lambda model: fact(model, earliest=dt.date(2011, 1, 1)),
    "has_the_bounds_of_its_date": lambda model: fact(model, latest=dt.date(2010, 12, 30)),
    "is_superseded_after_it_is_recorded": lambda model: fact(model, superseded_at=MOMENT),
    "was_first_recorded_with_version_1": lambda model: fact(model, first_recorded_at=LATER),
    "has_each_version_once": twice(version=1, first_recorded_at=LATER),
    "has_one_version_at_a_time": twice(recorded_at=LATER - dt.timedelta(seconds=1)),
    "a_fact_is_never_edited_or_deleted": lambda model: model.objects.filter(pk=fact(model).pk).update(note="x"),
    "is_an_event_or_an_observation": lambda model: fact(model, nature="rumour"),
    "was_announced_on_a_date": lambda model: fact(model, announced_on="in spring"),
    "does_not_respond_to_itself": lambda model: fact(model, key=OWN_KEY, in_response_to=OWN_KEY),
}


def changed(*, version: int = 1, **changes: Any) -> StatusChange:
    make_pairs({"BY-US"})
    CountryPair.objects.update(version=version)
    values = {"pair_id": "BY-US", "track": "facts", "effective": MOMENT.date(), "recorded_at": MOMENT}
    return StatusChange.objects.create(**values | {"version": version, "reason": "recorded"} | changes)


def period(first: int, last: int, **changes: Any) -> StatusPeriod:
    make_pairs({"BY-US"})
    days = (dt.date(2020, 1, first), dt.date(2020, 1, last))
    values = {"pair_id": "BY-US", "track": "trend", "kind": "trend", "days": days, "value": "stable"}
    return StatusPeriod.objects.create(**values | changes)


def span(first: int, last: int, **changes: Any) -> StatusSpan:
    make_pairs({"BY-US"})
    days = {"start": dt.date(2020, 1, first), "end": dt.date(2020, 1, last)}
    values = {"pair_id": "BY-US", "track": "trend", "kind": "trend", "value": "stable"}
    return StatusSpan.objects.create(**values | days | changes)


def directed(**changes: Any) -> StatusPeriod:
    """A period of a programme's track, sound but for what is changed."""
    own = programme()
    values = {"track": f"sanctions:US>BY:{own.pk}", "kind": "sanctions", "whole": False, "programme": own}
    return period(1, 10, **values | {"from_country_id": "US", "to_country_id": "BY", "value": "eased"} | changes)


def token(**changes: Any) -> ApiToken:
    user, _ = get_user_model().objects.get_or_create(username="integrator")
    values = {"user": user, "name": "feed", "digest": uuid.uuid4().hex, "scopes": ["read"], "created_at": MOMENT}
    return ApiToken.objects.create(**values | changes)


def answers(*keys: str) -> None:
    own = token()
    for key in keys:
        IdempotencyRecord.objects.create(token=own, path="/", key=key, body_digest="", given_at=MOMENT)


def cites(**changes: Any) -> Citation:
    (about,) = record(post("vacant", "2010", citations=[citation()]))
    cited_row = about.citations.get()
    values = {name: getattr(cited_row, name) for name in ("ambassador_status", "source", "quote", "start", "end")}
    return Citation.objects.create(**values | changes)


def confirms(**changes: Any) -> Confirmation:
    """A sound confirmation of a post, or one that is unsound in what is changed."""
    (about,) = record(post("vacant", "2010"))
    values = {"ambassador_status": about, "source": source(), "day": dt.date(2020, 1, 1), "recorded_at": MOMENT}
    return Confirmation.objects.create(**values | changes)


def confirms_twice(column: str, draft: Callable[[], FactDraft]) -> None:
    (about,), shown = record(draft()), source()
    for _ in range(2):
        confirms(**{"ambassador_status": None, column: about, "source": shown})


def regimes(*titles: str, **changes: Any) -> None:
    for number, title in enumerate(titles):
        values = {"code": f"US-BY-{number}", "issuer_id": "US", "target_id": "BY", "title": title}
        Regime.objects.create(**values | changes)


def two_sources(**changes: Any) -> None:
    for _ in range(2):
        Source.objects.create(**{"publisher": "A paper", "title": "A letter", **changes})


def two_programmes() -> None:
    SanctionProgramme.objects.create(issuer_id="US", target_id="BY", title="BELARUS")
    SanctionProgramme.objects.create(issuer_id="US", target_id="BY", title="BELARUS")


def programme_coded(*titles: str, **word: str) -> None:
    for title in titles:
        SanctionProgramme.objects.create(issuer_id="US", target_id="BY", title=title, **word)


def two_lists() -> None:
    TravelBanList.objects.create(issuer_id="US", title="Proclamation")
    TravelBanList.objects.create(issuer_id="US", title="Proclamation")


def belongs(member: str, first: dt.date, last: dt.date | None, organisation: str = "UN") -> Membership:
    return Membership.objects.create(organisation_id=organisation, member_id=member, days=(first, last))


def reprint_of_a_reprint() -> None:
    first = Source.objects.create(title="The original")
    second = Source.objects.create(title="A reprint", syndication_of=first)
    Source.objects.create(title="A reprint of it", syndication_of=second)


def text_without_the_quote() -> None:
    cited_row = cites(source=source(text=""), start=None, end=None)
    Source.objects.filter(pk=cited_row.source_id).update(text="Other", sha256=hashlib.sha256(b"Other").hexdigest())


def loop() -> None:
    own = source()
    Source.objects.filter(pk=own.pk).update(syndication_of=own)


def edited_text() -> None:
    (about,) = record(post("vacant", "2010", citations=[citation()]))
    Source.objects.filter(citations__ambassador_status=about).update(
        text="Other", sha256=hashlib.sha256(b"Other").hexdigest()
    )


def same_id(model: type[Any], **values: Any) -> None:
    """A second row under an id that is taken: what a foreign key of several columns refers to stays one row."""
    first = model.objects.create(**values)
    columns = ", ".join(field.column for field in model._meta.concrete_fields)
    others = (
        columns.replace("title", "title || 2")
        .replace("key", "gen_random_uuid()")
        .replace("code", "CASE code WHEN '' THEN code ELSE code || 2 END")
    )
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT {model._meta.db_table}_pkey CASCADE;"
            f"INSERT INTO {model._meta.db_table} ({columns}) "
            f"SELECT {others} FROM {model._meta.db_table} WHERE id = %s",
            [first.pk],
        )


def used_elsewhere() -> None:
    fact(SanctionEvent, programme=programme("EU>BY"))


BROKEN: dict[str, Callable[[], object]] = {
    **{
        f"{model._meta.model_name}_{name}" if name in _rest else name: (lambda write=write, model=model: write(model))
        for model in FACT_MODELS
        for name, write in OF_EVERY_KIND.items()
        for _rest in [OF_EVERY_KIND.keys() - {"a_fact_is_never_edited_or_deleted"}]
    },
    "ambassadorstatus_is_a_word_of_the_post_or_of_what_is_next": lambda: fact(AmbassadorStatus, status="asleep"),
    "sanctionevent_is_an_action_of_the_vocabulary": lambda: fact(SanctionEvent, action="frowned"),
    "sanctionevent_names_measures_of_the_vocabulary": lambda: fact(SanctionEvent, measures=["arms", "frowning"]),
    "only_an_easing_a_suspension_or_a_lifting_has_a_scope": lambda: fact(SanctionEvent, scope="all"),
    "what_has_expired_does_not_expire_again":
        lambda: fact(SanctionEvent, action="expired", expires_on=dt.date(2012, 1, 1)),
    "sanctionevent_does_not_expire_before_it_happens": lambda: fact(SanctionEvent, expires_on=dt.date(2009, 12, 31)),
    "a_sanction_event_follows_the_direction_of_its_programme": used_elsewhere,
    "travelbanentry_is_an_action_of_the_vocabulary": lambda: fact(TravelBanEntry, action="forgotten"),
    "travelbanentry_is_full_or_partial": lambda: fact(TravelBanEntry, scope="most"),
    "only_a_person_has_identifiers": lambda: fact(TravelBanEntry, identifiers=["AB 123"]),
    "an_entry_has_the_issuer_and_the_subject_of_its_list": lambda: fact(TravelBanEntry, list=ban_list("EU")),
    "diplomaticevent_is_a_kind_of_the_vocabulary": lambda: fact(DiplomaticEvent, kind="nod"),
    "a_country_is_of_a_known_kind": lambda: Country.objects.create(code="QQ", name="Nowhere", kind="planet"),
    "a_country_code_is_two_capital_letters":
        lambda: Country.objects.create(code="b1", name="Nowhere", kind="state"),
    "a_country_does_not_end_before_it_begins":
        lambda: Country.objects.create(code="QQ", name="Nowhere", kind="state", from_year=1990, to_year=1989),
    "an_organisation_is_not_its_own_member": lambda: belongs("UN", dt.date(1945, 1, 1), None),
    "only_an_organisation_has_members": lambda: belongs("XK", dt.date(1991, 1, 1), None, organisation="RU"),
    "a_membership_lasts_a_day_or_more": lambda: belongs("XK", dt.date(1945, 1, 1), dt.date(1945, 1, 1)),
    "a_member_belongs_to_an_organisation_once_at_a_time":
        lambda: (belongs("XK", dt.date(1945, 1, 1), None), belongs("XK", dt.date(1991, 1, 1), None)),
    "a_pair_is_two_countries_in_alphabetical_order":
        lambda: CountryPair.objects.create(code="US-BY", first_id="US", second_id="BY"),
    "a_pair_is_named_by_its_countries":
        lambda: CountryPair.objects.create(code="BY-UA", first_id="BY", second_id="US"),
    "a_vacancy_has_no_holder": lambda: fact(AmbassadorStatus, holder="Karen Stewart"),
    "only_an_extension_extends": lambda: fact(SanctionEvent, extends="relief"),
    "an_observation_has_no_deadline":
        lambda: fact(SanctionEvent, action="observed", nature="observation", expires_on=dt.date(2012, 1, 1)),
    "what_is_observed_is_an_observation": lambda: fact(SanctionEvent, action="observed"),
    "a_confirmation_is_about_exactly_one_fact": lambda: confirms(ambassador_status=None),
    "a_confirmation_is_never_edited_or_deleted":
        lambda: Confirmation.objects.filter(pk=confirms().pk).update(day=dt.date(2020, 1, 2)),
    "a_confirmation_quotes_its_text": lambda: confirms(quote="never said", start=0, end=10),
    "a_confirmation_quotes_as_much_as_its_place":
        lambda: confirms(quote="lifted.", start=len(TEXT) - 7, end=len(TEXT) + 1),
    "a_confirmation_without_words_has_no_place": lambda: confirms(start=0, end=0),
    "ambassador_status_is_confirmed_once_by_a_source_on_a_day":
        lambda: confirms_twice("ambassador_status", lambda: post("charge", "2010")),
    "sanction_event_is_confirmed_once_by_a_source_on_a_day":
        lambda: confirms_twice("sanction_event", lambda: sanction("imposed", "2010")),
    "travel_ban_entry_is_confirmed_once_by_a_source_on_a_day":
        lambda: confirms_twice("travel_ban_entry", lambda: ban("listed", "2010", list=ban_list())),
    "diplomatic_event_is_confirmed_once_by_a_source_on_a_day":
        lambda: confirms_twice("diplomatic_event", lambda: event("dispute", "2010")),
    "a_regime_has_one_title": lambda: regimes("Belarus", "Belarus"),
    "a_code_names_one_regime": lambda: regimes("Belarus", "Belarus again", code="US-BRUS"),
    "a_regime_is_aimed_at_another_country": lambda: regimes("Belarus", target_id="US"),
    "a_regime_code_is_letters_digits_and_hyphens": lambda: regimes("Belarus", code="us brus"),
    "a_regime_has_a_status_as_of_a_day_or_neither": lambda: regimes("Belarus", status="active"),
    "a_regime_has_one_direction":
        lambda: same_id(Regime, code="US-BRUS", issuer_id="US", target_id="BY", title="Belarus"),
    "a_programme_has_the_direction_of_its_regime": lambda: SanctionProgramme.objects.create(
        issuer_id="EU", target_id="BY", title="BELARUS", regime=regime()
    ),
    "a_source_is_good_for_a_day_or_more": lambda: Source.objects.create(title="A", good_for=0),
    "a_source_without_a_url_is_known_by_publisher_title_and_day": two_sources,
    "a_programme_has_one_title": two_programmes,
    "a_programme_has_a_code_on_a_list_or_neither": lambda: programme_coded("BELARUS", code="BELARUS"),
    "a_code_of_a_list_names_one_programme": lambda: programme_coded("A", "B", list="ofac", code="BELARUS"),
    "a_programme_is_aimed_at_another_country":
        lambda: SanctionProgramme.objects.create(issuer_id="US", target_id="US", title="BELARUS"),
    "a_programme_has_one_direction":
        lambda: same_id(SanctionProgramme, issuer_id="US", target_id="BY", title="BELARUS"),
    "a_pair_counts_the_lines_of_its_log": lambda: (changed(), CountryPair.objects.update(version=2)),
    "a_travel_ban_list_has_one_title": two_lists,
    "a_travel_ban_list_is_of_countries_or_persons":
        lambda: TravelBanList.objects.create(issuer_id="US", title="Proclamation", subject="ship"),
    "a_travel_ban_list_has_one_subject": lambda: same_id(TravelBanList, issuer_id="US", title="Proclamation"),
    "a_url_names_one_source": lambda: [
        Source.objects.create(title=title, url="https://news.example/") for title in ("One", "Other")
    ],
    "a_source_is_of_a_known_kind": lambda: Source.objects.create(title="A", kind="rumour"),
    "a_source_is_no_reprint_of_itself": loop,
    "a_reprint_names_the_original": reprint_of_a_reprint,
    "a_source_carries_the_digest_of_its_text": lambda: Source.objects.create(title="A", text="words", sha256="0" * 64),
    "a_cited_text_stays_as_it_was": edited_text,
    "a_text_archived_later_has_what_was_cited": text_without_the_quote,
    "a_citation_is_about_exactly_one_fact": lambda: cites(ambassador_status=None),
    "a_quote_has_words": lambda: cites(source=source(text=""), quote="", start=None, end=None),
    "a_quote_occurs_in_its_text": lambda: cites(start=0, end=4),
    "a_quote_is_as_long_as_its_place": lambda: cites(quote="lifted.", start=len(TEXT) - 7, end=len(TEXT) + 1),
    "a_citation_supports_or_disputes": lambda: cites(stance="doubts"),
    "a_citation_is_never_edited": lambda: Citation.objects.filter(pk=cites().pk).update(stance="disputes"),
    "a_pair_has_each_version_once": lambda: (changed(), changed()),
    "a_line_follows_the_one_before": lambda: changed(version=2),
    "a_line_gives_a_known_reason": lambda: changed(reason="whim"),
    "a_line_has_two_values_or_only_a_fact": lambda: changed(track="trend"),
    "a_cause_is_named_whole": lambda: changed(cause_key=uuid.uuid4()),
    "the_log_is_only_appended_to": lambda: StatusChange.objects.filter(pk=changed().pk).delete(),
    "a_period_lasts_a_day_or_more": lambda: period(5, 5),
    "a_track_has_one_value_on_a_day": lambda: (period(1, 10), period(9, 20)),
    "a_track_still_has_one_value_on_a_day": lambda: StatusPeriod.objects.filter(pk=period(1, 5).pk).update(
        days=(dt.date(2020, 1, 1), period(5, 10).days[1])
    ),
    "a_track_has_one_period_from_a_day_on": lambda: (period(1, 10), period(1, 20)),
    "a_span_lasts_a_day_or_more": lambda: span(5, 5),
    "a_track_has_one_span_from_a_day_on": lambda: (span(1, 10), span(1, 20)),
    "a_span_has_the_two_sides_of_its_pair_or_none":
        lambda: span(1, 10, track="travel_ban:US>RU", kind="travel_ban", from_country_id="US", to_country_id="RU"),
    "a_period_names_its_track_by_its_parts": lambda: directed(track="sanctions:US>BY:-"),
    "a_period_has_the_two_sides_of_its_pair_or_none": lambda: directed(track="sanctions:US>RU:-", to_country_id="RU"),
    "a_period_has_the_part_that_its_kind_has": lambda: directed(track="sanctions:US>BY", whole=True),
    "a_period_says_a_word_of_its_track": lambda: directed(value="listed"),
    "a_token_has_scopes_of_the_vocabulary": lambda: token(scopes=["read", "rule"]),
    "an_idempotency_key_is_answered_once": lambda: answers("key 1", "key 1"),
    "a_bucket_counts_once_a_window":
        lambda: [RateLimitCounter.objects.create(bucket="reads:1", window=MOMENT, count=1) for _ in range(2)],
    "there_is_one_stamp": lambda: ReferenceEpoch.objects.create(id=2),
}  # fmt: skip


def test_a_constraint_refuses_by_its_name():
    assert {name: refused_by(breach) for name, breach in BROKEN.items()} == {name: name for name in BROKEN}


def refused_by(breach):
    """The name of the constraint that refuses it; empty for none."""
    try:
        with transaction.atomic():
            breach()
            connection.check_constraints()
            transaction.set_rollback(True)
    except IntegrityError as refusal:
        return refusal.__cause__.diag.constraint_name
    return ""


@pytest.mark.parametrize("model", FACT_MODELS)
@pytest.mark.parametrize("changes", [
    {"recorded_at": LATER + dt.timedelta(seconds=1)},
    {"version": 3},
    {"key": uuid.uuid4()},
    {"first_recorded_at": MOMENT - dt.timedelta(seconds=1)},
    {"to_country_id": "RU", "pair_id": "RU-US"},
])  # fmt: skip
def test_a_version_begins_where_the_one_before_ends_in_the_same_direction(model, changes):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        twice(**changes)(model)
        connection.check_constraints()
    assert refusal.value.__cause__.diag.constraint_name == "a_version_continues_the_one_before"


@pytest.mark.parametrize("model", FACT_MODELS)
def test_a_fact_that_is_disputed_alone_rests_on_nothing(model):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        fact(model, stance="disputes")
        connection.check_constraints()
    assert refusal.value.__cause__.diag.constraint_name == "a_fact_rests_on_a_citation"


def test_a_place_in_a_text_that_is_not_archived_is_refused():
    with pytest.raises(IntegrityError, match="does not occur in the archived text"), transaction.atomic():
        cites(source=source(text=""), start=0, end=26)


def test_an_organisation_with_members_does_not_become_a_state():
    belongs("XK", dt.date(1945, 1, 1), None)
    with pytest.raises(IntegrityError, match="only an organisation has members"), transaction.atomic():
        Country.objects.filter(code="UN").update(kind="state")
        connection.check_constraints()


def test_members_are_looked_at_as_the_transaction_leaves_them():
    own = Membership.objects.filter(pk=belongs("XK", dt.date(1945, 1, 1), None, organisation="RU").pk)
    own.update(organisation_id="UN")
    Country.objects.filter(code="UN").update(kind="state")
    Country.objects.filter(code="UN").update(kind="organisation")
    connection.check_constraints()


def test_sound_rows_are_taken():
    for model in FACT_MODELS:
        fact(model)
        twice()(model)
    record(ban("listed", "2010", list=ban_list(subject="person"), person="A", identifiers=["AB 123"]))
    record(post("vacant", "2010", citations=[citation(source(text=""), "words")]))
    belongs("XK", dt.date(1945, 1, 1), dt.date(1991, 1, 1))
    belongs("XK", dt.date(1991, 1, 1), None)
    period(1, 10)
    period(10, 20)
    directed()
    connection.check_constraints()


NAMED_BY_DJANGO = re.compile(r"^(relations|procrastinate)_|_pkey$|^pgtrigger_every_|_fk_|^django_|^auth_")
"""Primary and foreign keys, `unique=True` and positive numbers: Django's own, and shown to work by its tests. The
triggers that count changes refuse nothing."""

_EVERY_NAME = """
    SELECT conname FROM pg_constraint
        WHERE contype IN ('c', 'x', 'u', 'f') AND conrelid::regclass::text LIKE 'relations%'
    UNION
    SELECT relname FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid
        WHERE indisunique AND indrelid::regclass::text LIKE 'relations%'
    UNION
    SELECT regexp_replace(tgname, '^pgtrigger_(.*)_[0-9a-f]+$', '\\1') FROM pg_trigger
        WHERE tgname LIKE 'pgtrigger_%' AND tgname NOT LIKE 'pgtrigger_every_%'
"""


BROKEN_BY_DEFECTS_ALONE = re.compile(
    # Columns that the tracker derives, and versions that it counts.
    r"_(belongs_to_the_pair_of_its_countries|ends_after_it_begins|has_the_bounds_of_its_date|has_each_version_once"
    r"|has_one_version_at_a_time|is_superseded_after_it_is_recorded|was_first_recorded_with_version_1)$"
    r"|^a_(version|pair|designation|line|cause|period|span|track|delivery|change|list_change|quote_is|bucket|run"
    r"|membership|country|member)_"
    r"|^a_(source_carries|(programme|regime)_has_one_direction|confirmation_(quotes_as|without)|travel_ban_list_has_one_subject"
    r"|subscription_(has_one_secret|is_in_a_state|is_selected|with_headers))"
    r"|^(there_is_one_stamp|an_event_names_a_party_once|an_attempt_|an_idempotency_|an_import_|an_organisation_|only_an_organisation_"
    r"|only_a_(cancelled|disabled|paused)|the_mailed_state|what_is_(being_)?sent|the_log_is|list_changes_are)"
)
"""Logs, projections, deliveries, bookkeeping; and countries and memberships, which only fixtures bring."""


def names_of_constraints() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_EVERY_NAME)
        return {name for (name,) in cursor.fetchall() if not NAMED_BY_DJANGO.search(name)}


def test_every_constraint_that_a_user_can_meet_has_a_sentence():
    names = names_of_constraints()
    assert {name for name in names if not BROKEN_BY_DEFECTS_ALONE.search(name)} == RULES.keys()
    assert all(re.fullmatch(r"[A-Z].*\.", sentence) for sentence in RULES.values())


def test_other_refusals_of_the_database_are_named_by_their_constraint_or_their_first_line():
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        BROKEN["there_is_one_stamp"]()
    assert rule_of(refusal.value) == "This would break the rule: there is one stamp."
    with pytest.raises(DataError) as wrong, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 'x'::date")
    assert rule_of(wrong.value) == 'The database refused this: invalid input syntax for type date: "x".'
    assert rule_of(DataError()) == "The database refused this: no reason given."


def test_every_constraint_has_a_test_that_names_it():
    """Constraints of this file are broken above; others are named, word for word, where they are broken."""
    names = names_of_constraints()
    written = "\n".join(path.read_text("utf-8") for path in Path(__file__).parents[1].rglob("test_*.py"))
    assert BROKEN.keys() <= names
    assert {name for name in names - BROKEN.keys() if name not in written} == set()
