"""Sentences for the database constraints that a user's input can break, past the ledger's own checks or in a race."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import Error
from psycopg.errors import ForeignKeyViolation

from relations.models import FACT_MODELS
from relations.models.sources import FACT_FIELDS

RULES: Mapping[str, str] = {
    **{
        f"{model._meta.model_name}_joins_two_different_countries": "A fact must join two different countries."
        for model in FACT_MODELS
    },
    **{
        f"{model._meta.model_name}_{name}": sentence
        for model in FACT_MODELS
        for name, sentence in {
            "is_an_event_or_an_observation": "The nature of a fact must be event or observation.",
            "was_announced_on_a_date": "The announcement must have a date that the tracker understands.",
            "does_not_respond_to_itself": "A fact cannot be a response to itself.",
        }.items()
    },
    "a_fact_rests_on_a_citation": "A fact needs at least one citation that supports it.",
    "a_fact_is_never_edited_or_deleted": "A recorded fact is never edited or deleted: correct it or retract it.",
    "ambassadorstatus_is_a_word_of_the_post_or_of_what_is_next": "The status must be one of the vocabulary.",
    "a_vacancy_has_no_holder": "A post that is vacant, closed or severed has no holder.",
    "sanctionevent_is_an_action_of_the_vocabulary": "The action must be one of the vocabulary.",
    "sanctionevent_names_measures_of_the_vocabulary": "Measures must be of the vocabulary.",
    "only_an_easing_a_suspension_or_a_lifting_has_a_scope": "Only an easing, a suspension or a lifting has a scope.",
    "only_an_extension_extends": "Only an extension says whose deadline it replaces.",
    "an_observation_has_no_deadline": "What is observed has neither a deadline nor a scope.",
    "what_is_observed_is_an_observation": "What is observed must be of the nature observation.",
    "what_has_expired_does_not_expire_again": "An expiry has no expiry date of its own.",
    "sanctionevent_does_not_expire_before_it_happens": "A sanction event must not expire before it happens.",
    "a_sanction_event_follows_the_direction_of_its_programme":
        "A sanction event must have the countries of its programme, as issuer and target.",
    "travelbanentry_is_an_action_of_the_vocabulary": "The action must be one of the vocabulary.",
    "travelbanentry_is_full_or_partial": "The scope must be full or partial.",
    "only_a_person_has_identifiers": "Only a person has identifiers.",
    "an_entry_has_the_issuer_and_the_subject_of_its_list":
        "An entry must have its list's issuer, and name a person on a list of persons and on no other.",
    "diplomaticevent_is_a_kind_of_the_vocabulary": "The kind must be one of the vocabulary.",
    "a_citation_is_about_exactly_one_fact": "A citation must be about exactly one fact.",
    "a_citation_is_never_edited": "A citation is never edited or deleted.",
    "a_citation_supports_or_disputes": "A citation must support or dispute the fact.",
    "a_quote_has_words": "A quote must have words.",
    "a_quote_occurs_in_its_text": "A quote must occur in the archived text of its source.",
    "a_confirmation_is_about_exactly_one_fact": "A confirmation must be about exactly one fact.",
    "a_confirmation_is_never_edited_or_deleted": "A confirmation is never edited or deleted.",
    "a_confirmation_quotes_its_text": "A quote must occur in the archived text of its source.",
    **{
        f"{name}_is_confirmed_once_by_a_source_on_a_day": "The source has confirmed this fact on this day already."
        for name in FACT_FIELDS
    },
    "a_source_is_good_for_a_day_or_more": "A source must be good for a day or more.",
    "a_source_without_a_url_is_known_by_publisher_title_and_day":
        "Another source without a URL has this publisher, title and day.",
    "a_source_is_of_a_known_kind": "The kind of a source must be one of the vocabulary.",
    "a_url_names_one_source": "Another source has this URL.",
    "a_source_is_no_reprint_of_itself": "A source must not be a reprint of itself.",
    "a_reprint_names_the_original": "A reprint must name an original that is no reprint itself.",
    "a_cited_text_stays_as_it_was": "The archived text of a cited source cannot be changed.",
    "a_text_archived_later_has_what_was_cited": "An archived text must contain the quotes from its source.",
    "a_regime_is_aimed_at_another_country": "A regime's target must differ from its issuer.",
    "a_regime_has_one_title": "The issuer has another regime of this title on this target.",
    "a_code_names_one_regime": "Another regime has this code.",
    "a_regime_code_is_letters_digits_and_hyphens": "A regime's code must be of capital letters, digits and hyphens.",
    "a_regime_has_a_status_as_of_a_day_or_neither": "A regime must have both a status and its day, or neither.",
    "a_programme_has_the_direction_of_its_regime": "A programme must have the issuer and the target of its regime.",
    "a_programme_is_aimed_at_another_country": "A programme's target must differ from its issuer.",
    "a_programme_has_one_title": "The issuer has another programme of this title on this target.",
    "a_code_of_a_list_names_one_programme": "The list has another programme under this code.",
    "a_programme_has_a_code_on_a_list_or_neither": "A programme must have both a list and a code, or neither.",
    "a_travel_ban_list_has_one_title": "The issuer has another list of this title.",
    "a_travel_ban_list_is_of_countries_or_persons": "A list must be one of countries or one of persons.",
    "a_list_is_imported_by_one_run_at_a_time": "This list is being imported already.",
    "a_reference_names_one_party_of_a_list": "A reference must name one party of its list.",
    "a_reference_states_one_fact_of_a_list": "A reference must state one fact of its list.",
    "a_fact_is_stated_under_one_reference": "A fact must be stated under one reference.",
    "a_party_is_on_its_list_once_at_a_time": "A party must be on its list once at a time.",
    "a_token_has_scopes_of_the_vocabulary": "The scopes of a token must be of the vocabulary.",
    "a_subscription_names_the_types_of_its_events": "A subscription must name at least one type of event.",
    "a_subscription_includes_a_word_of_the_vocabulary": "A subscription must include the change or a snapshot.",
    "a_subscription_waits_for_one_ping": "A ping of this subscription is pending already.",
    "a_subscription_waits_for_one_test_of_a_type": "A test of this type is pending already.",
    "a_subscription_is_sent_to_at_a_rate_of_1_to_60000": "A rate must be from 1 to 60000 deliveries a minute.",
    "a_replay_of_a_change_waits_once": "A replay of this change is pending already.",
    "a_replay_stays_within_its_span": "A replay must stay within its span.",
}  # fmt: skip


def constraint_of(error: BaseException) -> str:
    """The name of the constraint that an error of the database is about; empty if it names none."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def rule_of(error: Error) -> str:
    """A sentence on the rule that the database enforced; other constraints are named by sentences themselves."""
    name = constraint_of(error)
    if name in RULES:
        return RULES[name]
    if isinstance(error.__cause__, ForeignKeyViolation):
        return "It refers to something that is not there, or something refers to it."
    if name:
        return f"This would break the rule: {name.replace('_', ' ')}."
    return f"The database refused this: {(str(error).splitlines() or ['no reason given'])[0]}."
