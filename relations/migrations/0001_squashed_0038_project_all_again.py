"""Makes an empty database at once as the migrations 0001 to 0038 leave it one by one: see CONTRIBUTING.md, "Migrations".

A test compares the two. Databases of earlier releases go on with the ones that this one replaces.
"""
# fmt: off

import datetime
import uuid
from hashlib import sha1

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.ranges import DateRangeField, DateTimeRangeField, RangeStartsWith
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.core.validators import MinValueValidator, RegexValidator
from django.db import migrations
from django.db.models import (
    BigAutoField, BigIntegerField, BinaryField, BooleanField, CASCADE, Case, CharField, CheckConstraint,
    DateField, DateTimeField, F, FloatField, ForeignKey, Func, GeneratedField, Index, IntegerField, JSONField,
    PROTECT, PositiveBigIntegerField, PositiveIntegerField, PositiveSmallIntegerField, Q, SET_NULL, TextField,
    URLField, UUIDField, UniqueConstraint, Value, When,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, Coalesce, Collate, Concat, Greatest, Least, Length
from django.db.models.lookups import Exact, IsNull, LessThanOrEqual
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from relations.migrations._at_once import AtOnce

# --- functions --------------------------------------------------------------------------------------------------------

# Days of an EDTF string, as `relations/dates.py` has them; null where it is no date that the tracker takes.
EDTF = r"""
CREATE FUNCTION edtf_bound(edtf text, is_last boolean) RETURNS date LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    plain text := regexp_replace(edtf, '(-XX)?[~?%]?$', '');
    digits text := replace(plain, 'X', CASE WHEN is_last THEN '9' ELSE '0' END);
    first date;
    month date;
BEGIN
    IF edtf !~ '^([0-9]{4}(-(0[1-9]|1[0-2])(-([0-9][0-9]|XX))?|-XX)?|[0-9]{3}X|[0-9][0-9]XX)[~?%]?$'
        OR plain ~ '^(0000|000X|00XX)'
    THEN
        RETURN NULL;
    END IF;
    first := make_date(left(digits, 4)::int, coalesce(nullif(substr(digits, 6, 2), ''), '1')::int, 1);
    IF length(digits) = 4 THEN
        RETURN CASE WHEN is_last THEN first + interval '1 year - 1 day' ELSE first END;
    END IF;
    month := first + interval '1 month - 1 day';
    IF length(digits) = 7 THEN
        RETURN CASE WHEN is_last THEN month ELSE first END;
    END IF;
    first := first + right(digits, 2)::int - 1;
    RETURN CASE WHEN right(digits, 2) > '00' AND first <= month THEN first END;
END
$$;
"""
EDTF_DAYS = r"""
CREATE FUNCTION edtf_days(edtf text) RETURNS daterange LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    sides text[] := regexp_match(edtf, '^\[(.*)\.\.(.+)\]$');
    first date := CASE
        WHEN sides[1] = '' THEN date '0001-01-01'
        WHEN sides IS NULL THEN edtf_bound(edtf, false)
        ELSE edtf_bound(sides[1], false)
    END;
    last date := edtf_bound(coalesce(sides[2], edtf), true);
BEGIN
    RETURN CASE WHEN first <= last THEN daterange(first, last, '[]') END;
END
$$;
"""
# NFKD and the removal of marks: `Téhéran` is `teheran`. A word is cut where the index has a limit.
PARTIES = r"""
CREATE FUNCTION party_words(written text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce((
    SELECT array_agg(DISTINCT left(word, 60))
    FROM regexp_split_to_table(
        lower(regexp_replace(normalize(written, NFKD), U&'[\0300-\036F\0640\064B-\065F]', '', 'g')),
        '[^[:alnum:]]+'
    ) AS word
    WHERE word <> ''
), '{}');

CREATE FUNCTION party_number(written text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN left(regexp_replace(upper(normalize(written, NFKC)), '[^[:alnum:]]+', '', 'g'), 60);

CREATE FUNCTION party_numbers(content jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce((
    SELECT array_agg(DISTINCT found ORDER BY found)
    FROM (
        SELECT document ->> 'kind' AS kind, party_number(document ->> 'number') AS number
        FROM jsonb_array_elements(content -> 'documents') AS document
        UNION ALL
        SELECT detail ->> 'key',
            CASE detail ->> 'key' WHEN 'OFSIGroupID' THEN 'OFSI' ELSE '' END || party_number(detail ->> 'value')
        FROM jsonb_array_elements(content -> 'details') AS detail
        WHERE detail ->> 'key' IN ('UNReferenceNumber', 'unitedNationId', 'OFSIGroupID') OR detail ->> 'key' ~* '\m(imo|lei)\M'
    ) AS written,
    LATERAL (VALUES (number), (CASE
        WHEN number ~ '^IMO[0-9]{7}$' THEN right(number, 7)
        WHEN number ~ '^[0-9]{7}$' AND kind ~* '\mimo' THEN 'IMO' || number
    END)) AS read (found)
    WHERE found <> ''
), '{}');

CREATE FUNCTION party_births(content jsonb) RETURNS daterange[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce((
    SELECT array_agg(
        -- The day after the last one of the calendar has no Python date.
        DISTINCT daterange((birth ->> 'earliest')::date, least((birth ->> 'latest')::date, '9999-12-30'), '[]')
    )
    FROM jsonb_array_elements(content -> 'birth_dates') AS birth
    WHERE coalesce(birth ->> 'earliest' <= least(birth ->> 'latest', '9999-12-30'), birth ? 'earliest' OR birth ? 'latest')
), '{}');

CREATE FUNCTION party_address_words(content jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN party_words((
    SELECT string_agg(part.value, ' ')
    FROM jsonb_array_elements(content -> 'addresses') AS address, jsonb_each_text(address) AS part
    WHERE part.key <> 'code'
));

CREATE FUNCTION party_remark_words(content jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN party_words(content ->> 'remarks');

CREATE FUNCTION party_address_countries(content jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce((
    SELECT array_agg(DISTINCT left(coalesce(address ->> 'code', address ->> 'country'), 100))
    FROM jsonb_array_elements(content -> 'addresses') AS address
    WHERE address ? 'code' OR address ? 'country'
), '{}');
"""
WITHOUT_FUNCTIONS = """
DROP FUNCTION party_address_countries(jsonb), party_remark_words(jsonb), party_address_words(jsonb), party_births(jsonb), party_numbers(jsonb),
    party_number(text), party_words(text);
DROP FUNCTION edtf_days(text), edtf_bound(text, boolean);
"""

# --- foreign keys of several columns, which Django's models cannot declare ------------------------------------------------

DIRECTIONS = """
ALTER TABLE relations_sanctionevent
    ADD CONSTRAINT a_sanction_event_follows_the_direction_of_its_programme
    FOREIGN KEY (programme_id, from_country_id, to_country_id)
    REFERENCES relations_sanctionprogramme (id, issuer_id, target_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE relations_travelbanentry
    ADD CONSTRAINT an_entry_has_the_issuer_and_the_subject_of_its_list
    FOREIGN KEY (list_id, from_country_id, subject)
    REFERENCES relations_travelbanlist (id, issuer_id, subject)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE relations_sanctionprogramme
    ADD CONSTRAINT a_programme_has_the_direction_of_its_regime
    FOREIGN KEY (regime_id, issuer_id, target_id) REFERENCES relations_regime (id, issuer_id, target_id)
    DEFERRABLE INITIALLY DEFERRED;
"""

# --- bodies of triggers ---------------------------------------------------------------------------------------------------

A_FACT_IS_NEVER_EDITED_OR_DELETED = """
        IF TG_OP = 'UPDATE' THEN
            IF OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS NULL THEN
                NEW.superseded_at := OLD.superseded_at;
            END IF;
            IF to_jsonb(NEW) - '{superseded_at,subject}'::text[] = to_jsonb(OLD) - '{superseded_at,subject}'::text[]
                AND (OLD.superseded_at IS NULL OR NEW.superseded_at = OLD.superseded_at)
            THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'a recorded fact is never edited or deleted: correct it or retract it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_fact_is_never_edited_or_deleted';
    """
A_VERSION_CONTINUES_THE_ONE_BEFORE = """
        EXECUTE '
            SELECT FROM FACTS
            WHERE key = $1.key AND version = $1.version - 1 AND superseded_at = $1.recorded_at
                AND first_recorded_at = $1.first_recorded_at
                AND from_country_id = $1.from_country_id AND to_country_id = $1.to_country_id
        ' USING NEW;
        GET DIAGNOSTICS found = ROW_COUNT;
        IF found = 0 THEN
            RAISE EXCEPTION 'version % of fact % does not begin where the version before it ends', NEW.version, NEW.key
                USING ERRCODE = 'check_violation', CONSTRAINT = 'a_version_continues_the_one_before';
        END IF;
        RETURN NULL;
        """
A_FACT_RESTS_ON_A_CITATION = """
            EXECUTE 'SELECT FROM relations_citation WHERE FACT_ID = $1 AND stance = $2 LIMIT 1'
                USING NEW.id, 'supports';
            GET DIAGNOSTICS found = ROW_COUNT;
            IF found = 0 THEN
                RAISE EXCEPTION 'fact % has no citation that supports it', NEW.key
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'a_fact_rests_on_a_citation';
            END IF;
            RETURN NULL;
        """
A_VACANCY_HAS_NO_HOLDER = """
        RAISE EXCEPTION 'a post that is % has no holder', NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_vacancy_has_no_holder';
    """
ONLY_AN_ORGANISATION_HAS_MEMBERS = """
        IF EXISTS (
            SELECT FROM relations_membership JOIN relations_country ON code = organisation_id
            WHERE kind <> 'organisation'
        ) THEN
            RAISE EXCEPTION 'only an organisation has members'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'only_an_organisation_has_members';
        END IF;
        RETURN NULL;
    """
EVERY_CHANGE_IS_STAMPED = """
    INSERT INTO relations_referenceepoch AS stamp (id, changes) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET changes = stamp.changes + 1
        WHERE stamp.xmin::text <> (pg_current_xact_id()::xid)::text;
    RETURN NULL;
"""
A_PAIR_COUNTS_THE_LINES_OF_ITS_LOG = """
                    EXECUTE '
                        SELECT FROM relations_countrypair WHERE code = $1 AND version <> coalesce(
                            (SELECT max(version) FROM relations_statuschange WHERE pair_id = $1), 0
                        )
                    ' USING NEW.code;
                    GET DIAGNOSTICS found = ROW_COUNT;
                    IF found > 0 THEN
                        RAISE EXCEPTION 'the version of pair % is not that of the last line of its log', NEW.code
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_pair_counts_the_lines_of_its_log';
                    END IF;
                    RETURN NULL;
                """
A_REPRINT_NAMES_THE_ORIGINAL = """
                    IF EXISTS (
                        SELECT FROM relations_source reprint JOIN relations_source other
                            ON other.id = reprint.syndication_of_id AND other.syndication_of_id IS NOT NULL
                            OR other.syndication_of_id = reprint.id
                        WHERE reprint.id = NEW.id AND reprint.syndication_of_id IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'source % is a reprint of a reprint, or has reprints of its own', NEW.id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_reprint_names_the_original';
                    END IF;
                    RETURN NULL;
                """
A_CITED_TEXT_STAYS_AS_IT_WAS = """
                    IF EXISTS (SELECT FROM relations_citation WHERE source_id = OLD.id)
                        OR EXISTS (SELECT FROM relations_confirmation WHERE source_id = OLD.id AND quote <> '')
                    THEN
                        RAISE EXCEPTION 'the archived text of source % is cited and cannot be changed', OLD.id
                            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_cited_text_stays_as_it_was';
                    END IF;
                    RETURN NEW;
                """
A_TEXT_ARCHIVED_LATER_HOLDS_WHAT_WAS_CITED = r"""
                    white := '[\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u001c-\u001f]+';
                    IF EXISTS (
                        SELECT FROM (
                            SELECT quote FROM relations_citation WHERE source_id = OLD.id
                            UNION ALL SELECT quote FROM relations_confirmation WHERE source_id = OLD.id
                        ) AS quoted WHERE position(
                            regexp_replace(quote, white, '', 'g') IN regexp_replace(NEW.text, white, '', 'g')
                        ) = 0
                    ) THEN
                        RAISE EXCEPTION 'a quote from source % does not stand in the text archived now', OLD.id
                            USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'a_text_archived_later_holds_what_was_cited';
                    END IF;
                    RETURN NEW;
                """
THE_LOG_IS_ONLY_APPENDED_TO = """
                    RAISE EXCEPTION 'a line of the change log is never edited or deleted'
                        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'the_log_is_only_appended_to';
                """
A_LINE_FOLLOWS_THE_ONE_BEFORE = """
                    EXECUTE '
                        SELECT pair_id FROM (
                            SELECT pair_id, min(version) AS first, max(version) AS last, count(*) AS lines,
                                min(recorded_at) AS began
                            FROM coming GROUP BY pair_id
                        ) AS own
                        WHERE last - first + 1 <> lines OR first > 1 AND NOT EXISTS (
                            SELECT FROM relations_statuschange AS before
                            WHERE before.pair_id = own.pair_id AND before.version = own.first - 1
                                AND before.recorded_at <= own.began
                        )
                        LIMIT 1
                    ' INTO wrong;
                    IF wrong IS NOT NULL THEN
                        RAISE EXCEPTION 'a line of pair % does not follow the one before it', wrong
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_line_follows_the_one_before';
                    END IF;
                    RETURN NULL;
                """
A_CITATION_IS_NEVER_EDITED = """
                    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
                    RAISE EXCEPTION 'a citation is never edited or deleted'
                        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_citation_is_never_edited';
                """
A_QUOTE_STANDS_IN_ITS_TEXT = """
                    IF EXISTS (
                        SELECT FROM relations_source s WHERE s.id = NEW.source_id AND CASE WHEN s.sha256 = ''
                            THEN NEW.start IS NOT NULL
                            ELSE NEW.start IS NULL
                                OR substr(s.text, NEW.start + 1, NEW."end" - NEW.start) <> NEW.quote
                            END
                    ) THEN
                        RAISE EXCEPTION 'the quote does not stand in the archived text of source %', NEW.source_id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_quote_stands_in_its_text';
                    END IF;
                    RETURN NEW;
                """
A_DESIGNATION_IS_NEVER_EDITED = """
                    IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL
                        -- Columns that are computed from content have no new value yet.
                        AND to_jsonb(NEW) - '{superseded_at, numbers, births, address_words, address_countries,
                            remark_words}'::text[] = to_jsonb(OLD) - '{superseded_at, numbers, births, address_words,
                            address_countries, remark_words}'::text[]
                    THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'a recorded designation is never edited or deleted'
                        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_designation_is_never_edited';
                """
LIST_CHANGES_ARE_ONLY_APPENDED = """
                    RAISE EXCEPTION 'a line of the log of list changes is never edited or deleted'
                        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'list_changes_are_only_appended';
                """
A_CONFIRMATION_QUOTES_ITS_TEXT = """
                    IF EXISTS (
                        SELECT FROM relations_source s WHERE s.id = NEW.source_id AND CASE WHEN s.sha256 = ''
                            THEN NEW.start IS NOT NULL
                            ELSE NEW.start IS NULL
                                OR substr(s.text, NEW.start + 1, NEW."end" - NEW.start) <> NEW.quote
                            END
                    ) THEN
                        RAISE EXCEPTION 'the quote does not stand in the archived text of source %', NEW.source_id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_confirmation_quotes_its_text';
                    END IF;
                    RETURN NEW;
                """
A_CONFIRMATION_IS_NEVER_EDITED_OR_DELETED = """
                    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
                    RAISE EXCEPTION 'a confirmation is never edited or deleted'
                        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_confirmation_is_never_edited_or_deleted';
                """

# --- vocabularies ---------------------------------------------------------------------------------------------------------

APITOKEN_SCOPES = {"read": "Read", "edit": "Edit", "webhooks": "Webhooks"}
COUNTRY_KIND = {"state": "State", "organisation": "Organisation", "territory": "Territory"}
AMBASSADORSTATUS_STATUS = {
    "ambassador": "Ambassador", "minister": "Minister", "charge": "Chargé d'affaires",
    "interests_section": "Interests section", "protecting_power": "Protecting power", "non_resident": "Non-resident",
    "vacant": "Vacant", "operations_suspended": "Operations suspended", "closed": "Closed", "severed": "Severed",
    "recalled": "Recalled", "withdrawn": "Withdrawn", "asked_to_leave": "Asked to leave", "expelled": "Expelled",
    "announced": "Announced", "nominated": "Nominated", "agreement_granted": "Agrément granted",
    "confirmed": "Confirmed", "appointed": "Appointed", "refused": "Refused", "agreement_revoked": "Agrément revoked",
    "lapsed": "Lapsed",
}
AMBASSADORSTATUS_NATURE = {"event": "Event", "observation": "Observation"}
DIPLOMATICEVENT_KIND = {
    "visit": "Visit", "talks": "Talks", "statement": "Statement", "criticism": "Criticism", "support": "Support",
    "agreement": "Agreement", "announcement": "Announcement", "dispute": "Dispute",
    "relations_established": "Relations established", "relations_suspended": "Relations suspended",
    "relations_severed": "Relations severed", "relations_restored": "Relations restored",
    "recognition": "Recognition", "non_recognition": "Non-recognition", "expulsion": "Expulsion",
    "staff_cut": "Staff cut", "aid_reduced": "Aid reduced", "annexation": "Annexation", "improvement": "Improvement",
    "deterioration": "Deterioration", "staff_limit": "Staff limit",
    "election_not_recognised": "Election not recognised", "licence": "Licence", "deadline_set": "Deadline set",
    "release": "Release of prisoners", "other": "Other",
}
SANCTIONPROGRAMME_LIST = {"un": "UN", "ofac": "OFAC", "eu": "EU", "uk": "UK", "ofsi": "OFSI"}
SANCTIONEVENT_ACTION = {
    "threatened": "Threatened", "imposed": "Imposed", "tightened": "Tightened", "extended": "Extended",
    "eased": "Eased", "suspended": "Suspended", "reimposed": "Reimposed", "lifted": "Lifted", "expired": "Expired",
    "observed": "Observed",
}
SANCTIONEVENT_MEASURES = {
    "trade": "Trade", "arms": "Arms", "military_assistance": "Military assistance", "financial": "Financial",
    "travel": "Travel", "other": "Other",
}
SANCTIONEVENT_SCOPE = {"all": "All", "most": "Most", "some": "Some"}
SANCTIONEVENT_EXTENDS = {"measures": "Measures", "relief": "Relief"}
SOURCE_KIND = {
    "article": "Article", "legal_act": "Legal act", "official_list": "Official list", "registry": "Registry",
    "register": "Register", "dataset": "Dataset",
}
STATUSCHANGE_REASON = {
    "recorded": "Recorded", "corrected": "Corrected", "retracted": "Retracted", "date_reached": "Date reached",
    "imported": "Imported",
}
TRAVELBANENTRY_ACTION = {
    "considered": "Considered", "listed": "Listed", "amended": "Amended", "suspended": "Suspended",
    "not_included": "Not included", "removed": "Removed",
}
TRAVELBANENTRY_SCOPE = {"full": "Full", "partial": "Partial"}
CITATION_STANCE = {"supports": "Supports", "disputes": "Disputes"}
TRAVELBANLIST_SUBJECT = {"country": "Country", "person": "Person"}
STATUSPERIOD_KIND = {
    "ambassador": "Head of mission", "next": "Next head of mission", "sanctions": "Sanctions",
    "travel_ban": "Travel ban", "diplomatic_relations": "Diplomatic relations", "trend": "Trend", "facts": "Facts",
}
SUBSCRIPTION_INCLUDE = {"change": "Change", "snapshot": "Snapshot"}
SUBSCRIPTION_STATE = {"pending": "Pending", "enabled": "Enabled", "paused": "Paused", "disabled": "Disabled"}
SUBSCRIPTION_DISABLED_REASON = {
    "owner": "Disabled by its owner", "gone": "Answered 410 Gone", "no_success": "No success for five days",
    "ping_unanswered": "Ping not answered",
}
DELIVERY_EVENT_TYPE = {
    "ambassador.changed": "Head of mission changed", "sanctions.changed": "Sanctions changed",
    "travel_ban.changed": "Travel ban changed", "relations.changed": "Relations changed",
    "trend.changed": "Trend changed", "designations.changed": "Designations changed",
    "facts.changed": "Facts changed", "webhook.ping": "Ping", "webhook.failing": "Failing",
    "webhook.disabled": "Disabled",
}
DELIVERY_STATE = {
    "pending": "Pending", "sending": "Sending", "delivered": "Delivered", "exhausted": "Exhausted",
    "cancelled": "Cancelled",
}
ATTEMPT_ERROR = {
    "blocked": "Address blocked", "name": "Name not resolved", "connect": "Connection failed", "tls": "TLS failed",
    "timeout": "Timed out", "protocol": "No complete HTTP response", "lost": "Worker lost",
}
IMPORTRUN_STATE = {
    "waiting": "Waiting", "running": "Running", "succeeded": "Succeeded", "refused": "Refused", "failed": "Failed",
}
DESIGNATION_CHANGE = {"listed": "Listed", "amended": "Amended", "delisted": "Delisted"}
DESIGNATION_KIND = {"person": "Person", "entity": "Entity", "vessel": "Vessel", "aircraft": "Aircraft"}
REGIME_STATUS = {"active": "Active", "ended": "Ended"}

# --- what many tables have ------------------------------------------------------------------------------------------------

_PAIR = Concat(
    Least(Collate(F("from_country"), "C"), Collate(F("to_country"), "C")), Value("-"),
    Greatest(Collate(F("from_country"), "C"), Collate(F("to_country"), "C")),
)
_DEFERRED = {"constraint": "CONSTRAINT", "when": "AFTER", "timing": "DEFERRABLE INITIALLY DEFERRED"}


def _id():
    return "id", BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _to(model, on_delete=PROTECT, **options):
    return ForeignKey(f"relations.{model}", on_delete, **options)


def _trigger(model, name, func, operation, when="BEFORE", **options):
    digest = sha1(f"relations.{model}:{name}".encode()).hexdigest()[:5]
    sql = UpsertTriggerSql(
        pgid=f"pgtrigger_{name}_{digest}", table=f"relations_{model.lower()}",
        func=func, operation=operation, when=when, **options,
    )
    return Trigger(name=name, sql=sql)


def _table(model, fields, **options):
    return migrations.CreateModel(model, fields, options)


def _fact(model, column, fields, *, late=(), indexes=(), constraints=(), triggers=(), **options):
    """Adds what facts of all kinds have."""
    fact = model.lower()
    return _table(
        model,
        [
            _id(),
            ("key", UUIDField(default=uuid.uuid4, editable=False)),
            ("version", PositiveIntegerField(default=1, editable=False)),
            ("on", CharField(help_text="EDTF: 2008-03-12, 2008-03, 2014, 2010~, [..2020-02-01]", max_length=32)),
            ("earliest", DateField(editable=False)),
            ("latest", DateField(editable=False)),
            ("recorded_at", DateTimeField(editable=False)),
            ("superseded_at", DateTimeField(editable=False, null=True)),
            ("first_recorded_at", DateTimeField(editable=False)),
            ("note", TextField(blank=True)),
            *fields,
            ("announced_on", CharField(
                blank=True, help_text="EDTF: when it was announced, if on another day", max_length=32,
            )),
            *late,
            ("in_response_to", UUIDField(blank=True, help_text="The key of the fact that it answers", null=True)),
            ("nature", CharField(
                choices=[*AMBASSADORSTATUS_NATURE.items()], default="event",
                help_text="It happened on that day, or was the state that somebody saw", max_length=11,
            )),
            ("quantity", PositiveIntegerField(
                blank=True, help_text="A number that belongs to it: 35 staff", null=True,
            )),
        ],
        indexes=[
            Index(fields=["pair", "latest"], name=f"{fact}_of_a_pair"),
            Index(fields=["latest", "id"], name=f"{fact}_by_day"),
            Index(fields=["earliest", "id"], name=f"{fact}_by_first_day"),
            Index(fields=["recorded_at", "id"], name=f"{fact}_by_record"),
            Index(fields=["from_country", "latest", "id"], name=f"{fact}_from"),
            Index(fields=["to_country", "latest", "id"], name=f"{fact}_to"),
            Index(condition=Q(("earliest__lt", F("latest"))), fields=["latest", "id"], name=f"{fact}_by_span"),
            GinIndex(fields=["note"], name=f"{fact}_by_note", opclasses=["gin_trgm_ops"]),
            Index(
                condition=Q(("in_response_to__isnull", False)), fields=["in_response_to"], name=f"{fact}_of_response",
            ),
            Index(
                condition=Q(("recorded_by__isnull", False)), fields=["recorded_by", "latest", "id"],
                name=f"{fact}_of_author",
            ),
            GistIndex(
                Func(F("announced_on"), function="edtf_days", output_field=DateRangeField()),
                condition=Q(("announced_on", ""), _negated=True), name=f"{fact}_announced",
            ),
            Index(condition=Q(("quantity__isnull", False)), fields=["quantity"], name=f"{fact}_by_quantity"),
            Index(condition=Q(("version__gt", 1)), fields=["version", "latest", "id"], name=f"{fact}_by_version"),
            Index(condition=Q(("nature", "observation")), fields=["latest", "id"], name=f"{fact}_observed"),
            Index(condition=Q(("superseded_at__isnull", False)), fields=["latest", "id"], name=f"{fact}_superseded"),
            *indexes,
        ],
        constraints=[
            CheckConstraint(
                condition=Q(("from_country", F("to_country")), _negated=True),
                name=f"{fact}_joins_two_different_countries",
            ),
            CheckConstraint(condition=Q(("pair", _PAIR)), name=f"{fact}_belongs_to_the_pair_of_its_countries"),
            CheckConstraint(condition=Q(("earliest__lte", F("latest"))), name=f"{fact}_ends_after_it_begins"),
            CheckConstraint(
                condition=Q(
                    ("superseded_at__isnull", True), ("superseded_at__gt", F("recorded_at")), _connector="OR",
                ),
                name=f"{fact}_is_superseded_after_it_is_recorded",
            ),
            CheckConstraint(
                condition=Q(
                    Q(("first_recorded_at", F("recorded_at")), ("version", 1)),
                    Q(("first_recorded_at__lt", F("recorded_at")), ("version__gt", 1)), _connector="OR",
                ),
                name=f"{fact}_was_first_recorded_with_version_1",
            ),
            UniqueConstraint(fields=("key", "version"), name=f"{fact}_has_each_version_once"),
            ExclusionConstraint(
                expressions=[
                    ("key", "="),
                    (
                        Func(
                            F("recorded_at"), F("superseded_at"), function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name=f"{fact}_has_one_version_at_a_time",
            ),
            CheckConstraint(
                condition=Exact(
                    Coalesce(
                        Exact(
                            Func(F("on"), function="edtf_days", output_field=DateRangeField()),
                            Func(
                                F("earliest"), F("latest"), Value("[]"), function="daterange",
                                output_field=DateRangeField(),
                            ),
                        ),
                        Value(value=False),
                    ),
                    Value(value=True),
                ),
                name=f"{fact}_has_the_bounds_of_its_date",
            ),
            CheckConstraint(
                condition=Q(("nature__in", ["event", "observation"])), name=f"{fact}_is_an_event_or_an_observation",
            ),
            CheckConstraint(
                condition=Q(
                    ("announced_on", ""),
                    IsNull(Func(F("announced_on"), function="edtf_days", output_field=DateRangeField()), False),
                    _connector="OR",
                ),
                name=f"{fact}_was_announced_on_a_date",
            ),
            CheckConstraint(
                condition=Q(
                    ("in_response_to__isnull", True), Q(("in_response_to", F("key")), _negated=True), _connector="OR",
                ),
                name=f"{fact}_does_not_respond_to_itself",
            ),
            *constraints,
        ],
        triggers=[
            _trigger(
                model, "a_fact_is_never_edited_or_deleted", A_FACT_IS_NEVER_EDITED_OR_DELETED, "UPDATE OR DELETE",
            ),
            _trigger(
                model, "a_version_continues_the_one_before",
                A_VERSION_CONTINUES_THE_ONE_BEFORE.replace("FACTS", f"relations_{fact}"), "INSERT", **_DEFERRED,
                condition='WHEN (NEW."version" > 1)', declare="DECLARE found bigint;",
            ),
            _trigger(
                model, "a_fact_rests_on_a_citation", A_FACT_RESTS_ON_A_CITATION.replace("FACT_ID", f"{column}_id"),
                "INSERT", **_DEFERRED, declare="DECLARE found bigint;",
            ),
            *triggers,
        ],
        abstract=False,
        **options,
    )


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("relations", "0001_initial"),
        ("relations", "0002_directions"),
        ("relations", "0003_reference_stamps"),
        ("relations", "0004_webhooks"),
        ("relations", "0005_designations"),
        ("relations", "0006_list_indexes"),
        ("relations", "0007_imported_facts"),
        ("relations", "0008_programme_codes"),
        ("relations", "0009_list_changes"),
        ("relations", "0011_labels"),
        ("relations", "0012_edtf_days"),
        ("relations", "0013_constraints"),
        ("relations", "0014_sounds_of_names"),
        ("relations", "0015_keys_of_lists"),
        ("relations", "0016_organisations"),
        ("relations", "0017_change_directions"),
        ("relations", "0018_standard_terms"),
        ("relations", "0019_standard_terms_triggers"),
        ("relations", "0020_sentence_case_labels"),
        ("relations", "0021_designation_change"),
        ("relations", "0022_selector_key"),
        ("relations", "0023_name_forms"),
        ("relations", "0024_issuer_listed_on"),
        ("relations", "0025_evidence_ages"),
        ("relations", "0026_project_again"),
        ("relations", "0027_names_of_regimes"),
        ("relations", "0028_periods_by_first_day"),
        ("relations", "0029_status_spans"),
        ("relations", "0030_fact_filters"),
        ("relations", "0031_what_parties_are_found_by"),
        ("relations", "0032_webhooks_second_edition"),
        ("relations", "0033_project_trends_again"),
        ("relations", "0034_words_of_more_languages"),
        ("relations", "0035_project_posts_again"),
        ("relations", "0036_lists_at_a_million_facts"),
        ("relations", "0038_project_all_again"),
    ]

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL([EDTF, EDTF_DAYS, PARTIES], WITHOUT_FUNCTIONS),
        AtOnce([
            _table(
                "ApiToken",
                [
                    _id(),
                    ("name", CharField(max_length=150)),
                    ("digest", CharField(editable=False, max_length=64, unique=True)),
                    ("scopes", ArrayField(base_field=CharField(choices=[*APITOKEN_SCOPES.items()], max_length=10))),
                    ("created_at", DateTimeField()),
                    ("expires_at", DateTimeField(blank=True, null=True)),
                    ("last_used_at", DateTimeField(blank=True, editable=False, null=True)),
                    ("user", ForeignKey(on_delete=CASCADE, related_name="api_tokens", to=settings.AUTH_USER_MODEL)),
                ],
                constraints=[
                    CheckConstraint(
                        condition=Q(("scopes__contained_by", [*APITOKEN_SCOPES])),
                        name="a_token_has_scopes_of_the_vocabulary",
                    ),
                ],
                ordering=("id",),
                verbose_name="API token",
            ),
            _table(
                "Country",
                [
                    ("code", CharField(max_length=2, primary_key=True, serialize=False)),
                    ("alpha3", CharField(blank=True, max_length=3, null=True, unique=True)),
                    ("numeric", CharField(blank=True, max_length=3)),
                    ("name", CharField(max_length=100, unique=True)),
                    ("kind", CharField(choices=[*COUNTRY_KIND.items()], max_length=12)),
                    ("from_year", PositiveSmallIntegerField(
                        blank=True, help_text="First year of a former country", null=True,
                    )),
                    ("to_year", PositiveSmallIntegerField(
                        blank=True, help_text="Last year of a former country", null=True,
                    )),
                ],
                indexes=[
                    GinIndex(fields=["name"], name="countries_by_part_of_name", opclasses=["gin_trgm_ops"]),
                ],
                constraints=[
                    CheckConstraint(
                        condition=Q(("code__regex", "^[A-Z]{2}$")), name="a_country_code_is_two_capital_letters",
                    ),
                    CheckConstraint(
                        condition=Q(
                            ("from_year__isnull", True), ("to_year__isnull", True), ("to_year__gte", F("from_year")),
                            _connector="OR",
                        ),
                        name="a_country_does_not_end_before_it_begins",
                    ),
                    CheckConstraint(condition=Q(("kind__in", [*COUNTRY_KIND])), name="a_country_is_of_a_known_kind"),
                ],
                triggers=[
                    _trigger(
                        "Country", "only_an_organisation_has_members", ONLY_AN_ORGANISATION_HAS_MEMBERS,
                        "INSERT OR UPDATE", **_DEFERRED,
                    ),
                    _trigger(
                        "Country", "every_change_is_stamped", EVERY_CHANGE_IS_STAMPED, "INSERT OR UPDATE OR DELETE",
                        **_DEFERRED,
                    ),
                ],
                verbose_name_plural="countries",
                ordering=("code",),
            ),
            _table(
                "CountryPair",
                [
                    ("code", CharField(db_collation="C", max_length=5, primary_key=True, serialize=False)),
                    ("version", PositiveBigIntegerField(default=0)),
                    ("logged_through", DateField(blank=True, null=True)),
                    ("next_change_on", DateField(blank=True, null=True)),
                    ("last_recorded_at", DateTimeField(blank=True, null=True)),
                    ("first", _to("country", related_name="+")),
                    ("second", _to("country", related_name="+")),
                ],
                indexes=[
                    Index(fields=["second", "code"], name="pairs_by_second_country"),
                    Index(
                        condition=Q(("next_change_on__isnull", False)), fields=["next_change_on"],
                        name="pairs_by_next_change",
                    ),
                ],
                constraints=[
                    CheckConstraint(
                        condition=Q(("first__lt", Collate(F("second"), "C"))),
                        name="a_pair_is_two_countries_in_alphabetical_order",
                    ),
                    CheckConstraint(
                        condition=Q(("code", Concat(F("first"), Value("-"), F("second")))),
                        name="a_pair_is_named_by_its_countries",
                    ),
                ],
                triggers=[
                    _trigger(
                        "CountryPair", "a_pair_counts_the_lines_of_its_log", A_PAIR_COUNTS_THE_LINES_OF_ITS_LOG,
                        "INSERT OR UPDATE", **_DEFERRED, declare="DECLARE found bigint;",
                    ),
                ],
                ordering=("code",),
            ),
            _fact(
                "AmbassadorStatus", "ambassador_status",
                [
                    ("status", CharField(choices=[*AMBASSADORSTATUS_STATUS.items()], max_length=20)),
                    ("holder", CharField(blank=True, help_text="The person's name, where it is known", max_length=200)),
                    ("recorded_by", ForeignKey(
                        db_index=False, editable=False, null=True, on_delete=PROTECT, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    )),
                    ("from_country", _to("country", db_index=False, related_name="+", verbose_name="from")),
                    ("to_country", _to("country", db_index=False, related_name="+", verbose_name="to")),
                    ("pair", _to("countrypair", db_index=False, editable=False, related_name="+")),
                ],
                indexes=[
                    Index(fields=["status", "latest", "id"], name="ambassadors_by_status"),
                    GinIndex(fields=["holder"], name="ambassadors_by_holder", opclasses=["gin_trgm_ops"]),
                ],
                constraints=[
                    CheckConstraint(
                        condition=Q(("status__in", [*AMBASSADORSTATUS_STATUS])),
                        name="ambassadorstatus_is_a_word_of_the_post_or_of_what_is_next",
                    ),
                ],
                triggers=[
                    _trigger(
                        "AmbassadorStatus", "a_vacancy_has_no_holder", A_VACANCY_HAS_NO_HOLDER, "INSERT",
                        condition='WHEN (NEW."status" IN (\'vacant\', \'closed\', \'severed\') AND NOT (NEW."holder" = \'\'))',
                    ),
                ],
                verbose_name="ambassador status",
                verbose_name_plural="ambassador statuses",
            ),
            _fact(
                "DiplomaticEvent", "diplomatic_event",
                [
                    ("kind", CharField(choices=[*DIPLOMATICEVENT_KIND.items()], max_length=24)),
                    ("from_country", _to("country", db_index=False, related_name="+", verbose_name="from")),
                    ("pair", _to("countrypair", db_index=False, editable=False, related_name="+")),
                    ("recorded_by", ForeignKey(
                        db_index=False, editable=False, null=True, on_delete=PROTECT, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    )),
                    ("to_country", _to("country", db_index=False, related_name="+", verbose_name="to")),
                ],
                indexes=[
                    Index(fields=["kind", "latest", "id"], name="events_by_kind"),
                ],
                constraints=[
                    CheckConstraint(
                        condition=Q(("kind__in", [*DIPLOMATICEVENT_KIND])),
                        name="diplomaticevent_is_a_kind_of_the_vocabulary",
                    ),
                ],
            ),
            _table(
                "Membership",
                [
                    _id(),
                    ("days", DateRangeField()),
                    ("member", _to("country", related_name="memberships")),
                    ("organisation", _to("country", related_name="members")),
                ],
                constraints=[
                    CheckConstraint(
                        condition=Q(("member", F("organisation")), _negated=True),
                        name="an_organisation_is_not_its_own_member",
                    ),
                    CheckConstraint(condition=Q(("days__isempty", False)), name="a_membership_lasts_a_day_or_more"),
                    ExclusionConstraint(
                        expressions=[("organisation", "="), ("member", "="), ("days", "&&")],
                        name="a_member_belongs_to_an_organisation_once_at_a_time",
                    ),
                ],
                triggers=[
                    _trigger(
                        "Membership", "only_an_organisation_has_members", ONLY_AN_ORGANISATION_HAS_MEMBERS,
                        "INSERT OR UPDATE", **_DEFERRED,
                    ),
                    _trigger(
                        "Membership", "every_change_is_stamped", EVERY_CHANGE_IS_STAMPED, "INSERT OR UPDATE OR DELETE",
                        **_DEFERRED,
                    ),
                ],
            ),
            _table(
                "SanctionProgramme",
                [
                    _id(),
                    ("title", CharField(max_length=300)),
                    ("legal_basis", TextField(blank=True, help_text="EO 13405; (EC) No 765/2006")),
                    ("url", URLField(blank=True, max_length=1000)),
                    ("issuer", _to("country", related_name="+")),
                    ("target", _to("country", related_name="+")),
                    ("code", CharField(blank=True, editable=False, max_length=300)),
                    ("list", CharField(
                        blank=True, choices=[*SANCTIONPROGRAMME_LIST.items()], editable=False, max_length=4,
                    )),
                    ("thematic", BooleanField(
                        default=False,
                        help_text="About persons or a theme and not about the target as a state: it never carries a posture",
                    )),
                    ("regime", _to("regime", blank=True, null=True, related_name="programmes")),
                ],
                constraints=[
                    UniqueConstraint(fields=("issuer", "target", "title"), name="a_programme_has_one_title"),
                    CheckConstraint(
                        condition=Q(("issuer", F("target")), _negated=True),
                        name="a_programme_is_aimed_at_another_country",
                    ),
                    UniqueConstraint(fields=("id", "issuer", "target"), name="a_programme_has_one_direction"),
                    CheckConstraint(
                        condition=Q(
                            Q(("list__in", [*SANCTIONPROGRAMME_LIST]), Q(("code", ""), _negated=True)),
                            Q(("code", ""), ("list", "")), _connector="OR",
                        ),
                        name="a_programme_has_a_code_on_a_list_or_neither",
                    ),
                    UniqueConstraint(
                        condition=Q(("list__in", [*SANCTIONPROGRAMME_LIST]), Q(("code", ""), _negated=True)),
                        fields=("list", "code"), name="a_code_of_a_list_names_one_programme",
                    ),
                ],
                triggers=[
                    _trigger(
                        "SanctionProgramme", "every_correction_is_stamped", EVERY_CHANGE_IS_STAMPED, "UPDATE",
                        **_DEFERRED, condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    ),
                ],
                ordering=("id",),
            ),
            _fact(
                "SanctionEvent", "sanction_event",
                [
                    ("action", CharField(choices=[*SANCTIONEVENT_ACTION.items()], max_length=12)),
                    ("measures", ArrayField(
                        base_field=CharField(choices=[*SANCTIONEVENT_MEASURES.items()], max_length=20), blank=True,
                        default=list,
                    )),
                    ("scope", CharField(blank=True, choices=[*SANCTIONEVENT_SCOPE.items()], max_length=4)),
                    ("instrument", CharField(
                        blank=True, help_text="The legal act: EO 13405, (EC) No 765/2006", max_length=300,
                    )),
                    ("expires_on", DateField(blank=True, null=True)),
                    ("from_country", _to("country", db_index=False, related_name="+", verbose_name="from")),
                    ("pair", _to("countrypair", db_index=False, editable=False, related_name="+")),
                    ("recorded_by", ForeignKey(
                        db_index=False, editable=False, null=True, on_delete=PROTECT, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    )),
                    ("to_country", _to("country", db_index=False, related_name="+", verbose_name="to")),
                    ("programme", _to("sanctionprogramme", blank=True, null=True, related_name="events")),
                ],
                late=[
                    ("extends", CharField(
                        blank=True, choices=[*SANCTIONEVENT_EXTENDS.items()],
                        help_text="Whose deadline an extension replaces", max_length=8,
                    )),
                ],
                indexes=[
                    Index(fields=["action", "latest", "id"], name="sanction_events_by_action"),
                    GinIndex(fields=["instrument"], name="sanction_events_by_instrument", opclasses=["gin_trgm_ops"]),
                    Index(
                        condition=Q(("scope", ""), _negated=True), fields=["scope", "latest", "id"],
                        name="sanction_events_by_scope",
                    ),
                    Index(
                        condition=Q(("extends", ""), _negated=True), fields=["extends"],
                        name="sanction_events_by_extends",
                    ),
                    Index(
                        condition=Q(("expires_on__isnull", False)), fields=["expires_on"],
                        name="sanction_events_by_expiry",
                    ),
                    GinIndex(fields=["measures"], name="sanction_events_by_measure"),
                ],
                constraints=[
                    CheckConstraint(
                        condition=Q(("measures__contained_by", [*SANCTIONEVENT_MEASURES])),
                        name="sanctionevent_names_measures_of_the_vocabulary",
                    ),
                    CheckConstraint(
                        condition=Q(
                            ("scope", ""),
                            Q(("action__in", ["eased", "suspended", "lifted"]), ("scope__in", [*SANCTIONEVENT_SCOPE])),
                            _connector="OR",
                        ),
                        name="only_an_easing_a_suspension_or_a_lifting_has_a_scope",
                    ),
                    CheckConstraint(
                        condition=Q(
                            ("expires_on__isnull", True), Q(("action", "expired"), _negated=True), _connector="OR",
                        ),
                        name="what_has_expired_does_not_expire_again",
                    ),
                    CheckConstraint(
                        condition=Q(("expires_on__isnull", True), ("expires_on__gte", F("earliest")), _connector="OR"),
                        name="sanctionevent_does_not_expire_before_it_happens",
                    ),
                    CheckConstraint(
                        condition=Q(("action__in", [*SANCTIONEVENT_ACTION])),
                        name="sanctionevent_is_an_action_of_the_vocabulary",
                    ),
                    CheckConstraint(
                        condition=Q(
                            ("extends", ""), Q(("action", "extended"), ("extends__in", ["measures", "relief"])),
                            _connector="OR",
                        ),
                        name="only_an_extension_extends",
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(("expires_on__isnull", True), ("scope", "")), Q(("action", "observed"), _negated=True),
                            _connector="OR",
                        ),
                        name="an_observation_has_no_deadline",
                    ),
                    CheckConstraint(
                        condition=Q(("nature", "observation"), Q(("action", "observed"), _negated=True), _connector="OR"),
                        name="what_is_observed_is_an_observation",
                    ),
                ],
            ),
            _table(
                "Source",
                [
                    _id(),
                    ("key", UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("kind", CharField(choices=[*SOURCE_KIND.items()], default="article", max_length=16)),
                    ("publisher", CharField(blank=True, max_length=200)),
                    ("title", CharField(max_length=500)),
                    ("author", CharField(blank=True, max_length=200)),
                    ("published_on", DateField(blank=True, null=True)),
                    ("url", URLField(blank=True, max_length=1000)),
                    ("language", CharField(blank=True, help_text="BCP 47: en, de, zh-Hant", max_length=35)),
                    ("licence", CharField(blank=True, max_length=200)),
                    ("text", TextField(blank=True)),
                    ("sha256", CharField(blank=True, editable=False, max_length=64)),
                    ("syndication_of", _to("source", blank=True, null=True, related_name="reprints")),
                    ("covers_to", DateField(
                        blank=True, help_text="The last day of which it speaks, if it speaks of every day up to that",
                        null=True,
                    )),
                    ("good_for", PositiveIntegerField(
                        blank=True, help_text="Days for which it can be relied on, if not as long as others of its kind",
                        null=True, validators=[MinValueValidator(1)],
                    )),
                ],
                indexes=[
                    GinIndex(fields=["title"], name="sources_by_part_of_title", opclasses=["gin_trgm_ops"]),
                    Index(fields=["publisher"], name="sources_by_publisher"),
                ],
                constraints=[
                    UniqueConstraint(
                        condition=Q(("url", ""), _negated=True), fields=("url",), name="a_url_names_one_source",
                    ),
                    CheckConstraint(
                        condition=Q(("syndication_of", F("id")), _negated=True), name="a_source_is_no_reprint_of_itself",
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(("sha256", ""), ("text", "")),
                            ("sha256", Func(
                                Func(Func(F("text"), Value("UTF8"), function="convert_to"), function="sha256"),
                                Value("hex"), function="encode", output_field=TextField(),
                            )),
                            _connector="OR",
                        ),
                        name="a_source_carries_the_digest_of_its_text",
                    ),
                    UniqueConstraint(
                        condition=Q(("syndication_of__isnull", True), ("url", "")),
                        fields=("publisher", "title", "published_on"),
                        name="a_source_without_a_url_is_known_by_publisher_title_and_day", nulls_distinct=False,
                    ),
                    CheckConstraint(
                        condition=Q(("good_for__isnull", True), ("good_for__gte", 1), _connector="OR"),
                        name="a_source_is_good_for_a_day_or_more",
                    ),
                    CheckConstraint(condition=Q(("kind__in", [*SOURCE_KIND])), name="a_source_is_of_a_known_kind"),
                ],
                triggers=[
                    _trigger(
                        "Source", "a_reprint_names_the_original", A_REPRINT_NAMES_THE_ORIGINAL, "INSERT OR UPDATE",
                        **_DEFERRED, condition='WHEN (NEW."syndication_of_id" IS NOT NULL)',
                    ),
                    _trigger(
                        "Source", "every_correction_is_stamped", EVERY_CHANGE_IS_STAMPED, "UPDATE", **_DEFERRED,
                        condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    ),
                    _trigger(
                        "Source", "a_cited_text_stays_as_it_was", A_CITED_TEXT_STAYS_AS_IT_WAS, "UPDATE",
                        condition='WHEN (OLD."text" IS DISTINCT FROM (NEW."text") AND NOT (OLD."text" = \'\'))',
                    ),
                    _trigger(
                        "Source", "a_text_archived_later_holds_what_was_cited",
                        A_TEXT_ARCHIVED_LATER_HOLDS_WHAT_WAS_CITED, "UPDATE",
                        condition='WHEN (OLD."text" = \'\' AND NOT (NEW."text" = \'\'))', declare="DECLARE white text;",
                    ),
                ],
                ordering=("id",),
            ),
            _table(
                "StatusChange",
                [
                    _id(),
                    ("version", PositiveBigIntegerField()),
                    ("track", CharField(max_length=40)),
                    ("old", JSONField(null=True)),
                    ("new", JSONField(null=True)),
                    ("effective", DateField()),
                    ("recorded_at", DateTimeField()),
                    ("reason", CharField(choices=[*STATUSCHANGE_REASON.items()], max_length=12)),
                    ("cause_kind", CharField(blank=True, max_length=20)),
                    ("cause_key", UUIDField(null=True)),
                    ("cause_version", PositiveIntegerField(null=True)),
                    ("note", TextField(blank=True, help_text="Why: of a correction or a retraction")),
                    ("request_id", CharField(blank=True, max_length=128)),
                    ("pair", _to("countrypair", db_index=False, related_name="changes")),
                    ("recorded_by", ForeignKey(
                        db_index=False, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL,
                    )),
                ],
                indexes=[
                    Index(fields=["cause_key", "cause_version"], name="changes_by_cause"),
                    Index(fields=["pair", "id"], name="changes_of_a_pair"),
                    Index(fields=["recorded_at", "id"], name="changes_by_record"),
                    Index(
                        Func(
                            Func("track", Value(":"), Value(2), function="split_part", output_field=TextField()),
                            Value(">"), Value(1), function="split_part", output_field=TextField(),
                        ),
                        Func(
                            Func("track", Value(":"), Value(2), function="split_part", output_field=TextField()),
                            Value(">"), Value(2), function="split_part", output_field=TextField(),
                        ),
                        F("id"), name="changes_by_direction",
                    ),
                    Index(
                        Func(
                            Func("track", Value(":"), Value(2), function="split_part", output_field=TextField()),
                            Value(">"), Value(2), function="split_part", output_field=TextField(),
                        ),
                        F("id"), name="changes_by_receiver",
                    ),
                    Index(condition=Q(("note", ""), _negated=True), fields=["id"], name="changes_with_a_note"),
                ],
                constraints=[
                    UniqueConstraint(fields=("pair", "version"), name="a_pair_has_each_version_once"),
                    CheckConstraint(
                        condition=Q(
                            Q(("cause_key__isnull", True), ("cause_kind", ""), ("cause_version__isnull", True)),
                            Q(
                                ("cause_key__isnull", False), ("cause_version__isnull", False),
                                Q(("cause_kind", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_cause_is_named_whole",
                    ),
                    CheckConstraint(
                        condition=Q(("reason__in", [*STATUSCHANGE_REASON])), name="a_line_gives_a_known_reason",
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(("new__isnull", True), ("old__isnull", True), ("track", "facts")),
                            Q(
                                Q(("track", "facts"), _negated=True), ("new__isnull", False), ("old__isnull", False),
                                Q(("old", F("new")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_line_tells_of_two_values_or_of_a_fact_alone",
                    ),
                ],
                triggers=[
                    _trigger(
                        "StatusChange", "the_log_is_only_appended_to", THE_LOG_IS_ONLY_APPENDED_TO, "UPDATE OR DELETE",
                    ),
                    _trigger(
                        "StatusChange", "a_line_follows_the_one_before", A_LINE_FOLLOWS_THE_ONE_BEFORE, "INSERT",
                        declare="DECLARE wrong text;", level="STATEMENT", referencing="REFERENCING NEW TABLE AS coming ",
                        when="AFTER",
                    ),
                ],
                ordering=("id",),
            ),
            _fact(
                "TravelBanEntry", "travel_ban_entry",
                [
                    ("action", CharField(choices=[*TRAVELBANENTRY_ACTION.items()], max_length=12)),
                    ("scope", CharField(blank=True, choices=[*TRAVELBANENTRY_SCOPE.items()], max_length=7)),
                    ("visa_classes", ArrayField(base_field=CharField(max_length=20), blank=True, default=list)),
                    ("person", CharField(blank=True, help_text="On a list of persons: the name", max_length=200)),
                    ("identifiers", ArrayField(
                        base_field=CharField(max_length=100), blank=True, default=list,
                        help_text="Passport and identity numbers",
                    )),
                    ("subject", GeneratedField(
                        db_persist=True, expression=Case(When(person="", then=Value("country")), default=Value("person")),
                        output_field=CharField(max_length=7),
                    )),
                    ("from_country", _to("country", db_index=False, related_name="+", verbose_name="from")),
                    ("pair", _to("countrypair", db_index=False, editable=False, related_name="+")),
                    ("recorded_by", ForeignKey(
                        db_index=False, editable=False, null=True, on_delete=PROTECT, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    )),
                    ("to_country", _to("country", db_index=False, related_name="+", verbose_name="to")),
                    ("list", _to("travelbanlist", related_name="entries")),
                ],
                indexes=[
                    Index(fields=["action", "latest", "id"], name="entries_by_action"),
                    GinIndex(fields=["person"], name="entries_by_person", opclasses=["gin_trgm_ops"]),
                    GinIndex(fields=["identifiers"], name="entries_by_identifier"),
                    GinIndex(fields=["visa_classes"], name="entries_by_visa_class"),
                ],
                constraints=[
                    CheckConstraint(
                        condition=Q(("action__in", [*TRAVELBANENTRY_ACTION])),
                        name="travelbanentry_is_an_action_of_the_vocabulary",
                    ),
                    CheckConstraint(
                        condition=Q(("scope", ""), ("scope__in", ["full", "partial"]), _connector="OR"),
                        name="travelbanentry_is_full_or_partial",
                    ),
                    CheckConstraint(
                        condition=Q(("identifiers", []), Q(("person", ""), _negated=True), _connector="OR"),
                        name="only_a_person_has_identifiers",
                    ),
                ],
                verbose_name_plural="travel ban entries",
            ),
            _table(
                "Citation",
                [
                    _id(),
                    ("key", UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("quote", TextField()),
                    ("start", PositiveIntegerField(blank=True, editable=False, null=True)),
                    ("end", PositiveIntegerField(blank=True, editable=False, null=True)),
                    ("stance", CharField(choices=[*CITATION_STANCE.items()], default="supports", max_length=8)),
                    ("ambassador_status", _to(
                        "ambassadorstatus", blank=True, db_index=False, null=True, related_name="citations",
                    )),
                    ("diplomatic_event", _to(
                        "diplomaticevent", blank=True, db_index=False, null=True, related_name="citations",
                    )),
                    ("sanction_event", _to(
                        "sanctionevent", blank=True, db_index=False, null=True, related_name="citations",
                    )),
                    ("source", _to("source", related_name="citations")),
                    ("travel_ban_entry", _to(
                        "travelbanentry", blank=True, db_index=False, null=True, related_name="citations",
                    )),
                ],
                indexes=[
                    GinIndex(fields=["quote"], name="citations_by_part_of_quote", opclasses=["gin_trgm_ops"]),
                    Index(
                        condition=Q(("ambassador_status__isnull", False)), fields=["ambassador_status"],
                        name="citations_of_ambassador_status",
                    ),
                    Index(
                        condition=Q(("sanction_event__isnull", False)), fields=["sanction_event"],
                        name="citations_of_sanction_event",
                    ),
                    Index(
                        condition=Q(("travel_ban_entry__isnull", False)), fields=["travel_ban_entry"],
                        name="citations_of_travel_ban_entry",
                    ),
                    Index(
                        condition=Q(("diplomatic_event__isnull", False)), fields=["diplomatic_event"],
                        name="citations_of_diplomatic_event",
                    ),
                    Index(
                        condition=Q(("ambassador_status__isnull", False)), fields=["source", "ambassador_status"],
                        name="ambassador_status_by_source",
                    ),
                    Index(
                        condition=Q(("sanction_event__isnull", False)), fields=["source", "sanction_event"],
                        name="sanction_event_by_source",
                    ),
                    Index(
                        condition=Q(("travel_ban_entry__isnull", False)), fields=["source", "travel_ban_entry"],
                        name="travel_ban_entry_by_source",
                    ),
                    Index(
                        condition=Q(("diplomatic_event__isnull", False)), fields=["source", "diplomatic_event"],
                        name="diplomatic_event_by_source",
                    ),
                ],
                constraints=[
                    CheckConstraint(
                        condition=Q(Exact(
                            Func(
                                F("ambassador_status"), F("sanction_event"), F("travel_ban_entry"), F("diplomatic_event"),
                                function="num_nonnulls", output_field=IntegerField(),
                            ),
                            1,
                        )),
                        name="a_citation_is_about_exactly_one_fact",
                    ),
                    CheckConstraint(condition=Q(("quote", ""), _negated=True), name="a_quote_has_words"),
                    CheckConstraint(
                        condition=Q(
                            Q(("end__isnull", True), ("start__isnull", True)),
                            Q(
                                ("end", CombinedExpression(F("start"), "+", Length("quote"))), ("end__isnull", False),
                                ("start__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_quote_is_as_long_as_its_place",
                    ),
                    CheckConstraint(
                        condition=Q(("stance__in", ["supports", "disputes"])), name="a_citation_supports_or_disputes",
                    ),
                ],
                triggers=[
                    _trigger("Citation", "a_citation_is_never_edited", A_CITATION_IS_NEVER_EDITED, "UPDATE OR DELETE"),
                    _trigger("Citation", "a_quote_stands_in_its_text", A_QUOTE_STANDS_IN_ITS_TEXT, "INSERT"),
                ],
                ordering=("id",),
            ),
            _table(
                "TravelBanList",
                [
                    _id(),
                    ("title", CharField(max_length=300)),
                    ("instrument", CharField(blank=True, help_text="The legal act: Proclamation 9983", max_length=300)),
                    ("legal_basis", TextField(blank=True, help_text="INA 212(f)")),
                    ("url", URLField(blank=True, max_length=1000)),
                    ("subject", CharField(choices=[*TRAVELBANLIST_SUBJECT.items()], default="country", max_length=7)),
                    ("issuer", _to("country", related_name="+")),
                    ("key", UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ],
                constraints=[
                    UniqueConstraint(fields=("issuer", "title"), name="a_travel_ban_list_has_one_title"),
                    UniqueConstraint(fields=("id", "issuer", "subject"), name="a_travel_ban_list_has_one_subject"),
                    CheckConstraint(
                        condition=Q(("subject__in", ["country", "person"])),
                        name="a_travel_ban_list_is_of_countries_or_persons",
                    ),
                ],
                triggers=[
                    _trigger(
                        "TravelBanList", "every_correction_is_stamped", EVERY_CHANGE_IS_STAMPED, "UPDATE", **_DEFERRED,
                        condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    ),
                ],
                ordering=("id",),
            ),
            _table(
                "StatusPeriod",
                [
                    _id(),
                    ("track", CharField(max_length=40)),
                    ("kind", CharField(choices=[*STATUSPERIOD_KIND.items()], max_length=20)),
                    ("whole", BooleanField(default=True)),
                    ("days", DateRangeField()),
                    ("value", CharField(max_length=20)),
                    ("holder", CharField(blank=True, max_length=200)),
                    ("measures", ArrayField(base_field=CharField(max_length=20), default=list)),
                    ("scope", CharField(blank=True, max_length=7)),
                    ("visa_classes", ArrayField(base_field=CharField(max_length=20), default=list)),
                    ("expires_on", DateField(null=True)),
                    ("since", CharField(max_length=32, null=True)),
                    ("facts", ArrayField(base_field=UUIDField(), default=list)),
                    ("uncertain", ArrayField(base_field=UUIDField(), default=list)),
                    ("disputed", BooleanField(default=False)),
                    ("from_country", _to("country", db_index=False, null=True, related_name="+")),
                    ("pair", _to("countrypair", CASCADE, db_index=False, related_name="periods")),
                    ("programme", _to("sanctionprogramme", null=True, related_name="+")),
                    ("to_country", _to("country", db_index=False, null=True, related_name="+")),
                    ("list", _to("travelbanlist", null=True, related_name="+")),
                    ("basis", CharField(blank=True, max_length=16)),
                    ("confirmed_to", DateField(null=True)),
                    ("fact_count", PositiveIntegerField(default=0)),
                    ("implied", BooleanField(default=False)),
                    ("last_known", CharField(blank=True, max_length=24)),
                    ("last_known_on", DateField(null=True)),
                    ("stale", BooleanField(default=False)),
                ],
                indexes=[
                    Index(fields=["kind", "value", "pair"], name="periods_by_value"),
                    Index(F("pair"), F("track"), RangeStartsWith("days"), name="periods_of_a_pair"),
                    GistIndex(condition=Q(("stale", True)), fields=["days"], name="stale_periods_by_day"),
                    Index(condition=Q(("disputed", True)), fields=["pair"], name="periods_disputed"),
                    Index(condition=Q(("uncertain", []), _negated=True), fields=["pair"], name="periods_uncertain"),
                ],
                constraints=[
                    CheckConstraint(condition=Q(("days__isempty", False)), name="a_period_lasts_a_day_or_more"),
                    ExclusionConstraint(
                        expressions=[("pair", "="), ("track", "="), ("days", "&&")],
                        name="a_track_has_one_value_on_a_day",
                    ),
                    CheckConstraint(
                        condition=Q(("track", Concat(
                            F("kind"),
                            Case(
                                When(
                                    from_country__isnull=False,
                                    then=Concat(Value(":"), F("from_country"), Value(">"), F("to_country")),
                                ),
                                default=Value(""),
                            ),
                            Case(
                                When(
                                    kind="sanctions",
                                    then=Concat(Value(":"), Coalesce(Cast("programme", CharField()), Value("-"))),
                                    whole=False,
                                ),
                                When(kind="travel_ban", then=Concat(Value(":"), Cast("list", CharField()))),
                                default=Value(""),
                            ),
                        ))),
                        name="a_period_names_its_track_by_its_parts",
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(
                                ("from_country__isnull", False),
                                ("kind__in", ("ambassador", "next", "sanctions", "travel_ban")), ("pair", _PAIR),
                                ("to_country__isnull", False),
                            ),
                            Q(
                                ("from_country__isnull", True), ("to_country__isnull", True),
                                Q(("kind__in", ("ambassador", "next", "sanctions", "travel_ban")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_period_has_the_two_sides_of_its_pair_or_none",
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(
                                ("kind", "sanctions"), ("list__isnull", True),
                                Q(("whole", False), ("programme__isnull", True), _connector="OR"),
                            ),
                            Q(
                                ("kind", "travel_ban"), ("list__isnull", False), ("programme__isnull", True),
                                ("whole", True),
                            ),
                            Q(
                                ("list__isnull", True), ("programme__isnull", True), ("whole", True),
                                Q(("kind__in", ("sanctions", "travel_ban")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_period_has_the_part_that_its_kind_has",
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(
                                ("kind", "ambassador"),
                                ("value__in", (
                                    "unknown", "ambassador", "minister", "charge", "interests_section",
                                    "protecting_power", "non_resident", "vacant", "operations_suspended", "closed",
                                    "severed", "recalled", "withdrawn", "asked_to_leave", "expelled",
                                )),
                            ),
                            Q(
                                ("kind", "next"),
                                ("value__in", (
                                    "unknown", "none", "announced", "nominated", "agreement_granted", "confirmed",
                                    "appointed", "refused", "agreement_revoked", "lapsed",
                                )),
                            ),
                            Q(
                                ("kind", "sanctions"),
                                ("value__in", ("unknown", "none", "threatened", "suspended", "eased", "in_force")),
                            ),
                            Q(
                                ("kind", "travel_ban"),
                                ("value__in", (
                                    "unknown", "removed", "not_included", "considered", "suspended", "listed",
                                )),
                            ),
                            Q(
                                ("kind", "diplomatic_relations"),
                                ("value__in", ("unknown", "established", "suspended", "severed")),
                            ),
                            Q(("kind", "trend"), ("value__in", ("unknown", "improving", "stable", "deteriorating"))),
                            _connector="OR",
                        ),
                        name="a_period_says_a_word_of_its_track",
                    ),
                ],
                ordering=("pair", "track", "days"),
            ),
            _table(
                "Subscription",
                [
                    _id(),
                    ("description", CharField(blank=True, max_length=200)),
                    ("url", CharField(max_length=2000)),
                    ("destination", CharField(editable=False, max_length=300)),
                    ("event_types", ArrayField(base_field=CharField(max_length=40))),
                    ("countries", ArrayField(base_field=CharField(max_length=2), blank=True, default=list)),
                    ("pairs", ArrayField(base_field=CharField(max_length=5), blank=True, default=list)),
                    ("tracks", ArrayField(base_field=CharField(max_length=40), blank=True, default=list)),
                    ("directions", ArrayField(base_field=CharField(max_length=5), blank=True, default=list)),
                    ("transitions", JSONField(blank=True, default=list)),
                    ("include", CharField(choices=[*SUBSCRIPTION_INCLUDE.items()], default="change", max_length=8)),
                    ("ordered", BooleanField(default=False)),
                    ("created_at", DateTimeField(editable=False)),
                    ("state", CharField(
                        choices=[*SUBSCRIPTION_STATE.items()], default="pending", editable=False, max_length=8,
                    )),
                    ("state_since", DateTimeField(editable=False)),
                    ("disabled_reason", CharField(
                        blank=True, choices=[*SUBSCRIPTION_DISABLED_REASON.items()], editable=False, max_length=16,
                    )),
                    ("verified_at", DateTimeField(editable=False, null=True)),
                    ("missed_from", PositiveBigIntegerField(editable=False, null=True)),
                    ("failures", PositiveIntegerField(default=0, editable=False)),
                    ("failing_since", DateTimeField(editable=False, null=True)),
                    ("pauses", PositiveIntegerField(default=0, editable=False)),
                    ("paused_until", DateTimeField(editable=False, null=True)),
                    ("last_success_at", DateTimeField(editable=False, null=True)),
                    ("last_failure_at", DateTimeField(editable=False, null=True)),
                    ("delivered", PositiveBigIntegerField(default=0, editable=False)),
                    ("failed", PositiveBigIntegerField(default=0, editable=False)),
                    ("served_at", DateTimeField(editable=False, null=True)),
                    ("owner", ForeignKey(on_delete=PROTECT, related_name="subscriptions", to=settings.AUTH_USER_MODEL)),
                    ("rate_per_minute", PositiveIntegerField(
                        blank=True, help_text="Requests a minute at most", null=True,
                    )),
                    ("header_names", ArrayField(
                        base_field=CharField(max_length=64), blank=True, db_default=[], default=list, editable=False,
                    )),
                    ("sealed_headers", BinaryField(null=True)),
                    ("mailed_state", CharField(
                        choices=[*SUBSCRIPTION_STATE.items()], db_default="enabled", default="enabled", editable=False,
                        max_length=8,
                    )),
                    ("mailed_at", DateTimeField(editable=False, null=True)),
                    ("mail_due_at", DateTimeField(editable=False, null=True)),
                    ("paced_until", DateTimeField(editable=False, null=True)),
                ],
                indexes=[
                    Index(
                        condition=Q(("mail_due_at__isnull", False)), fields=["mail_due_at"],
                        name="subscriptions_to_mail_about",
                    ),
                ],
                constraints=[
                    CheckConstraint(
                        condition=Q(("state__in", [*SUBSCRIPTION_STATE])),
                        name="a_subscription_is_in_a_state_of_the_vocabulary",
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(("disabled_reason__in", [*SUBSCRIPTION_DISABLED_REASON]), ("state", "disabled")),
                            Q(Q(("state", "disabled"), _negated=True), ("disabled_reason", "")), _connector="OR",
                        ),
                        name="only_a_disabled_subscription_has_a_reason",
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(("paused_until__isnull", False), ("state", "paused")),
                            Q(Q(("state", "paused"), _negated=True), ("paused_until__isnull", True)), _connector="OR",
                        ),
                        name="only_a_paused_subscription_has_an_end_of_its_pause",
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(("state__in", ("enabled", "paused")), _negated=True), ("verified_at__isnull", False),
                            _connector="OR",
                        ),
                        name="what_is_sent_to_has_answered_its_ping",
                    ),
                    CheckConstraint(
                        condition=Q(("event_types", []), _negated=True),
                        name="a_subscription_names_the_types_of_its_events",
                    ),
                    CheckConstraint(
                        condition=Q(("include__in", ["change", "snapshot"])),
                        name="a_subscription_includes_a_word_of_the_vocabulary",
                    ),
                    CheckConstraint(
                        condition=Q(("mailed_state__in", [*SUBSCRIPTION_STATE])),
                        name="the_mailed_state_of_a_subscription_is_one_of_the_vocabulary",
                    ),
                    CheckConstraint(
                        condition=Q(
                            ("rate_per_minute__isnull", True), ("rate_per_minute__range", (1, 60000)), _connector="OR",
                        ),
                        name="a_subscription_is_sent_to_at_a_rate_of_1_to_60000",
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(("header_names", []), ("sealed_headers__isnull", True)),
                            Q(Q(("header_names", []), _negated=True), ("sealed_headers__isnull", False)), _connector="OR",
                        ),
                        name="a_subscription_with_headers_has_their_names",
                    ),
                ],
                ordering=("id",),
            ),
            _table(
                "SigningSecret",
                [
                    _id(),
                    ("sealed", BinaryField()),
                    ("fingerprint", CharField(max_length=16)),
                    ("created_at", DateTimeField()),
                    ("retires_at", DateTimeField(null=True)),
                    ("subscription", _to("subscription", CASCADE, related_name="secrets")),
                ],
                constraints=[
                    UniqueConstraint(
                        condition=Q(("retires_at__isnull", True)), fields=("subscription",),
                        name="a_subscription_has_one_secret_that_does_not_retire",
                    ),
                ],
            ),
            _table(
                "Selector",
                [
                    _id(),
                    ("key", CharField(max_length=100)),
                    ("subscription", _to("subscription", CASCADE, related_name="selectors")),
                ],
                constraints=[
                    UniqueConstraint(
                        fields=("key", "subscription"), name="a_subscription_is_selected_once_by_the_same_words",
                    ),
                ],
            ),
            _table(
                "Replay",
                [
                    _id(),
                    ("after", PositiveBigIntegerField()),
                    ("until", PositiveBigIntegerField()),
                    ("event_types", ArrayField(base_field=CharField(max_length=40), default=list)),
                    ("pairs", ArrayField(base_field=CharField(max_length=5), default=list)),
                    ("undelivered", BooleanField(default=False, help_text="Only what never arrived")),
                    ("requested_at", DateTimeField()),
                    ("reached", PositiveBigIntegerField()),
                    ("queued", PositiveIntegerField(default=0)),
                    ("finished_at", DateTimeField(null=True)),
                    ("subscription", _to("subscription", CASCADE, related_name="replays")),
                ],
                indexes=[
                    Index(condition=Q(("finished_at__isnull", True)), fields=["id"], name="replays_under_way"),
                ],
                constraints=[
                    CheckConstraint(
                        condition=Q(
                            ("reached__gte", F("after")),
                            Q(("reached__lte", F("until")), ("until__lte", F("after")), _connector="OR"),
                        ),
                        name="a_replay_stays_within_its_span",
                    ),
                ],
                ordering=("id",),
            ),
            _table(
                "Delivery",
                [
                    _id(),
                    ("pair", CharField(blank=True, max_length=5)),
                    ("event_type", CharField(choices=[*DELIVERY_EVENT_TYPE.items()], max_length=40)),
                    ("message", UUIDField(default=uuid.uuid4)),
                    ("body", BinaryField()),
                    ("replayed", BooleanField(default=False)),
                    ("state", CharField(choices=[*DELIVERY_STATE.items()], default="pending", max_length=9)),
                    ("attempts", PositiveSmallIntegerField(default=0)),
                    ("created_at", DateTimeField()),
                    ("next_attempt_at", DateTimeField()),
                    ("lease", UUIDField(null=True)),
                    ("leased_until", DateTimeField(null=True)),
                    ("finished_at", DateTimeField(null=True)),
                    ("change", _to("statuschange", db_index=False, null=True, related_name="deliveries")),
                    ("replay_of", _to("delivery", SET_NULL, null=True, related_name="replays")),
                    ("subscription", _to("subscription", CASCADE, db_index=False, related_name="deliveries")),
                    ("list_change", _to("listchange", db_index=False, null=True, related_name="deliveries")),
                    ("line", GeneratedField(
                        db_persist=True, expression=Coalesce("change", "list_change"),
                        output_field=PositiveBigIntegerField(),
                    )),
                    ("cancelled_because", CharField(
                        blank=True, choices=[*SUBSCRIPTION_DISABLED_REASON.items()], db_default="", default="",
                        max_length=16,
                    )),
                    ("test", BooleanField(db_default=False, default=False)),
                ],
                indexes=[
                    Index(
                        condition=Q(("state", "pending")), fields=["subscription", "next_attempt_at", "id"],
                        name="deliveries_waiting",
                    ),
                    Index(condition=Q(("state", "sending")), fields=["leased_until"], name="deliveries_on_their_way"),
                    Index(fields=["subscription", "id"], name="deliveries_of_a_subscription"),
                    Index(fields=["subscription", "state", "id"], name="deliveries_by_state"),
                    Index(condition=Q(("finished_at__isnull", False)), fields=["finished_at"], name="deliveries_by_end"),
                    Index(
                        condition=Q(("state__in", ("pending", "sending"))), fields=["subscription", "pair", "line", "id"],
                        name="deliveries_in_order",
                    ),
                ],
                constraints=[
                    CheckConstraint(
                        condition=Q(
                            Q(("lease__isnull", False), ("leased_until__isnull", False), ("state", "sending")),
                            Q(
                                Q(("state", "sending"), _negated=True), ("lease__isnull", True),
                                ("leased_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="what_is_being_sent_is_under_a_lease",
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(("finished_at__isnull", True), ("state__in", ("pending", "sending"))),
                            Q(Q(("state__in", ("pending", "sending")), _negated=True), ("finished_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_delivery_is_finished_once_it_is_not_outstanding",
                    ),
                    UniqueConstraint(
                        condition=Q(("event_type", "webhook.ping"), ("state__in", ("pending", "sending"))),
                        fields=("subscription",), name="a_subscription_waits_for_one_ping",
                    ),
                    CheckConstraint(
                        condition=Q(("change__isnull", True), ("list_change__isnull", True), _connector="OR"),
                        name="a_delivery_tells_of_one_line",
                    ),
                    UniqueConstraint(
                        condition=Q(("replayed", False)), fields=("line", "subscription"),
                        name="a_change_is_delivered_once_to_a_subscription",
                    ),
                    UniqueConstraint(
                        condition=Q(("replayed", True), ("state__in", ("pending", "sending"))),
                        fields=("subscription", "line"), name="a_replay_of_a_change_waits_once",
                    ),
                    CheckConstraint(
                        condition=Q(("state__in", [*DELIVERY_STATE])), name="a_delivery_is_in_a_state_of_the_vocabulary",
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(("cancelled_because__in", [*SUBSCRIPTION_DISABLED_REASON]), ("state", "cancelled")),
                            Q(Q(("state", "cancelled"), _negated=True), ("cancelled_because", "")), _connector="OR",
                        ),
                        name="only_a_cancelled_delivery_has_a_reason",
                    ),
                    UniqueConstraint(
                        condition=Q(("state__in", ("pending", "sending")), ("test", True)),
                        fields=("subscription", "event_type"), name="a_subscription_waits_for_one_test_of_a_type",
                    ),
                ],
                verbose_name_plural="deliveries",
                ordering=("id",),
            ),
            _table(
                "Attempt",
                [
                    _id(),
                    ("at", DateTimeField()),
                    ("milliseconds", PositiveIntegerField()),
                    ("status", PositiveSmallIntegerField(null=True)),
                    ("error", CharField(blank=True, choices=[*ATTEMPT_ERROR.items()], max_length=10)),
                    ("answer", BinaryField(default=b'')),
                    ("probe", BooleanField(default=False, help_text="Test of a paused receiver")),
                    ("delivery", _to("delivery", CASCADE, db_index=False, related_name="log")),
                ],
                indexes=[
                    Index(fields=["delivery", "id"], name="attempts_of_a_delivery"),
                ],
                constraints=[
                    CheckConstraint(
                        condition=Q(("status__isnull", False), Q(("error", ""), _negated=True), _connector="OR"),
                        name="an_attempt_has_a_status_or_an_error",
                    ),
                    CheckConstraint(
                        condition=Q(LessThanOrEqual(
                            Func(F("answer"), function="octet_length", output_field=IntegerField()), 4096,
                        )),
                        name="an_attempt_keeps_4_KiB_of_the_answer",
                    ),
                ],
                ordering=("id",),
            ),
            _table(
                "ImportRun",
                [
                    _id(),
                    ("list", CharField(max_length=20)),
                    ("dated", DateField(null=True)),
                    ("sha256", CharField(blank=True, max_length=64)),
                    ("state", CharField(choices=[*IMPORTRUN_STATE.items()], default="running", max_length=10)),
                    ("read", PositiveIntegerField(default=0)),
                    ("added", PositiveIntegerField(default=0)),
                    ("amended", PositiveIntegerField(default=0)),
                    ("ended", PositiveIntegerField(default=0)),
                    ("refused", PositiveIntegerField(default=0)),
                    ("complaints", JSONField(default=dict)),
                    ("reason", TextField(blank=True)),
                    ("accept_shrink", BooleanField(default=False)),
                    ("dry_run", BooleanField(default=False)),
                    ("started_at", DateTimeField()),
                    ("duration", FloatField(null=True)),
                    ("source", _to("source", null=True, related_name="import_runs")),
                    ("started_by", ForeignKey(
                        null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL,
                    )),
                    ("files", JSONField(default=list)),
                    ("job", BigIntegerField(null=True)),
                ],
                indexes=[
                    Index(fields=["list", "-id"], name="runs_of_a_list"),
                    Index(fields=["list", "-started_at"], name="runs_of_a_list_in_order"),
                ],
                constraints=[
                    UniqueConstraint(
                        condition=Q(("state", "running")), fields=("list",),
                        name="a_list_is_imported_by_one_run_at_a_time",
                    ),
                    CheckConstraint(condition=Q(("refused__lte", F("read"))), name="a_run_refuses_no_more_than_it_reads"),
                    CheckConstraint(
                        condition=Q(
                            ("state__in", ["waiting", "running", "succeeded"]), Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_run_that_did_not_succeed_says_why",
                    ),
                ],
                triggers=[
                    _trigger(
                        "ImportRun", "every_import_is_stamped", EVERY_CHANGE_IS_STAMPED, "INSERT OR UPDATE", **_DEFERRED,
                        condition='WHEN (NOT NEW."dry_run" AND NEW."list" IN (\'un\', \'ofac\', \'eu\', \'uk\', \'ofsi\') AND NEW."state" = \'succeeded\' AND NOT (NEW."added" = 0 AND NEW."amended" = 0 AND NEW."ended" = 0))',
                    ),
                ],
                ordering=("-id",),
            ),
            _table(
                "Party",
                [
                    _id(),
                    ("key", UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("list", CharField(choices=[*SANCTIONPROGRAMME_LIST.items()], max_length=4)),
                    ("reference", CharField(max_length=100)),
                ],
                constraints=[
                    UniqueConstraint(fields=("list", "reference"), name="a_reference_names_one_party_of_a_list"),
                ],
                verbose_name_plural="parties",
            ),
            _table(
                "Listing",
                [
                    _id(),
                    ("days", DateRangeField()),
                    ("listed_on", CharField(max_length=32)),
                    ("delisted_on", CharField(blank=True, max_length=32)),
                    ("party", _to("party", CASCADE, db_index=False, related_name="listings")),
                    ("issuer_listed_on", DateField(null=True)),
                ],
                constraints=[
                    ExclusionConstraint(
                        expressions=[("party", "="), ("days", "&&")], name="a_party_stands_on_its_list_once_at_a_time",
                    ),
                ],
                ordering=("party", "days"),
            ),
            _table(
                "Designation",
                [
                    _id(),
                    ("version", PositiveIntegerField()),
                    ("change", CharField(choices=[*DESIGNATION_CHANGE.items()], max_length=8)),
                    ("kind", CharField(choices=[*DESIGNATION_KIND.items()], max_length=8)),
                    ("name", CharField(max_length=1000)),
                    ("programmes", ArrayField(base_field=CharField(max_length=300), default=list)),
                    ("nationalities", ArrayField(base_field=CharField(max_length=2), default=list)),
                    ("listed_on", DateField()),
                    ("delisted_on", DateField(null=True)),
                    ("content", JSONField()),
                    ("digest", CharField(max_length=64)),
                    ("recorded_at", DateTimeField()),
                    ("superseded_at", DateTimeField(null=True)),
                    ("run", _to("importrun", related_name="designations")),
                    ("party", _to("party", db_index=False, related_name="versions")),
                    ("since", DateField()),
                    ("numbers", GeneratedField(
                        db_persist=True, expression=Func("content", function="party_numbers"),
                        output_field=ArrayField(base_field=TextField()),
                    )),
                    ("births", GeneratedField(
                        db_persist=True, expression=Func("content", function="party_births"),
                        output_field=ArrayField(base_field=DateRangeField()),
                    )),
                    ("address_words", GeneratedField(
                        db_persist=True, expression=Func("content", function="party_address_words"),
                        output_field=ArrayField(base_field=TextField()),
                    )),
                    ("address_countries", GeneratedField(
                        db_persist=True, expression=Func("content", function="party_address_countries"),
                        output_field=ArrayField(base_field=TextField()),
                    )),
                    ("remark_words", GeneratedField(
                        db_persist=True, expression=Func("content", function="party_remark_words"),
                        output_field=ArrayField(base_field=TextField()),
                    )),
                ],
                indexes=[
                    GinIndex(fields=["programmes"], name="designations_by_programme"),
                    GinIndex(fields=["nationalities"], name="designations_by_nationality"),
                    Index(fields=["listed_on", "id"], name="designations_by_listing"),
                    Index(fields=["delisted_on", "id"], name="designations_by_delisting"),
                    GinIndex(fields=["numbers"], name="designations_by_number"),
                    GinIndex(fields=["address_words"], name="designations_by_address"),
                    GinIndex(fields=["remark_words"], name="designations_by_remark"),
                ],
                constraints=[
                    UniqueConstraint(fields=("party", "version"), name="a_designation_has_each_version_once"),
                    CheckConstraint(
                        condition=Q(
                            ("superseded_at__isnull", True), ("superseded_at__gt", F("recorded_at")), _connector="OR",
                        ),
                        name="a_designation_is_superseded_after_it_is_recorded",
                    ),
                    ExclusionConstraint(
                        expressions=[
                            ("party", "="),
                            (
                                Func(
                                    F("recorded_at"), F("superseded_at"), function="tstzrange",
                                    output_field=DateTimeRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="a_designation_has_one_version_at_a_time",
                    ),
                ],
                triggers=[
                    _trigger(
                        "Designation", "a_designation_is_never_edited", A_DESIGNATION_IS_NEVER_EDITED, "UPDATE OR DELETE",
                    ),
                ],
                ordering=("party", "version"),
            ),
            _table(
                "PartyName",
                [
                    _id(),
                    ("text", CharField(max_length=1000)),
                    ("folded", CharField(max_length=1000)),
                    ("party", _to("party", CASCADE, related_name="names")),
                    ("words", TextField()),
                    ("consonants", ArrayField(base_field=TextField())),
                ],
                indexes=[
                    GinIndex(fields=["folded"], name="party_names_by_trigram", opclasses=["gin_trgm_ops"]),
                    GinIndex(fields=["consonants"], name="party_names_by_consonants"),
                ],
            ),
            _table(
                "EventParty",
                [
                    _id(),
                    ("designation", _to("designation", related_name="events")),
                    ("event", _to("sanctionevent", related_name="parties")),
                ],
                constraints=[
                    UniqueConstraint(fields=("event", "designation"), name="a_party_stands_behind_an_event_once"),
                ],
            ),
            _table(
                "ListChange",
                [
                    ("id", BigIntegerField(
                        db_default=Func(Value("relations_statuschange_id_seq"), function="nextval"), editable=False,
                        primary_key=True, serialize=False,
                    )),
                    ("run", _to("importrun", db_index=False, related_name="list_changes")),
                    ("list_title", CharField(max_length=300)),
                    ("code", CharField(max_length=300)),
                    ("title", CharField(blank=True, max_length=300)),
                    ("issuer", _to("country", db_index=False, related_name="+")),
                    ("target", _to("country", db_index=False, null=True, related_name="+")),
                    ("programme", _to("sanctionprogramme", null=True, related_name="list_changes")),
                    ("listed", PositiveIntegerField(default=0)),
                    ("amended", PositiveIntegerField(default=0)),
                    ("delisted", PositiveIntegerField(default=0)),
                    ("parties", JSONField(default=list)),
                    ("recorded_at", DateTimeField()),
                ],
                indexes=[
                    Index(fields=["recorded_at", "id"], name="list_changes_by_record"),
                ],
                constraints=[
                    UniqueConstraint(fields=("run", "code"), name="an_import_tells_of_a_programme_once"),
                    CheckConstraint(
                        condition=Q(("listed__gt", 0), ("amended__gt", 0), ("delisted__gt", 0), _connector="OR"),
                        name="a_list_change_changes_something",
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(("programme__isnull", True), ("target__isnull", True)),
                            Q(
                                ("programme__isnull", False), ("target__isnull", False),
                                Q(("target", F("issuer")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_list_change_has_a_programme_where_it_has_a_target",
                    ),
                ],
                triggers=[
                    _trigger(
                        "ListChange", "list_changes_are_only_appended", LIST_CHANGES_ARE_ONLY_APPENDED,
                        "UPDATE OR DELETE",
                    ),
                ],
                ordering=("id",),
            ),
            _table(
                "RateLimitCounter",
                [
                    _id(),
                    ("bucket", CharField(max_length=200)),
                    ("window", DateTimeField()),
                    ("count", PositiveIntegerField()),
                ],
                constraints=[
                    UniqueConstraint(fields=("bucket", "window"), name="a_bucket_counts_once_a_window"),
                ],
            ),
            _table(
                "IdempotencyRecord",
                [
                    _id(),
                    ("path", CharField(max_length=200)),
                    ("key", CharField(max_length=255)),
                    ("body_digest", CharField(max_length=64)),
                    ("status", PositiveSmallIntegerField(null=True)),
                    ("body", BinaryField(null=True)),
                    ("headers", JSONField(default=dict)),
                    ("given_at", DateTimeField()),
                    ("token", _to("apitoken", CASCADE, db_index=False, related_name="+")),
                ],
                indexes=[
                    Index(fields=["given_at"], name="answers_by_age"),
                ],
                constraints=[
                    UniqueConstraint(fields=("token", "path", "key"), name="an_idempotency_key_is_answered_once"),
                ],
            ),
            _table(
                "ReferenceEpoch",
                [
                    ("id", PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                    ("changes", PositiveBigIntegerField(default=0)),
                ],
                constraints=[
                    CheckConstraint(condition=Q(("id", 1)), name="there_is_one_stamp"),
                ],
            ),
            _table(
                "SourceLink",
                [
                    _id(),
                    ("list", CharField(max_length=20)),
                    ("reference", CharField(max_length=300)),
                    ("kind", CharField(max_length=20)),
                    ("key", UUIDField()),
                    ("version", PositiveIntegerField()),
                    ("content", JSONField()),
                    ("bounded", BooleanField(default=False)),
                    ("stated_on", DateField(null=True)),
                    ("run", _to("importrun", related_name="facts")),
                ],
                constraints=[
                    UniqueConstraint(fields=("list", "reference"), name="a_reference_states_one_fact_of_a_list"),
                    UniqueConstraint(fields=("key",), name="a_fact_is_stated_under_one_reference"),
                ],
            ),
            _table(
                "Confirmation",
                [
                    _id(),
                    ("key", UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("day", DateField()),
                    ("quote", TextField(blank=True)),
                    ("start", PositiveIntegerField(blank=True, editable=False, null=True)),
                    ("end", PositiveIntegerField(blank=True, editable=False, null=True)),
                    ("recorded_at", DateTimeField(editable=False)),
                    ("ambassador_status", _to(
                        "ambassadorstatus", blank=True, db_index=False, null=True, related_name="confirmations",
                    )),
                    ("diplomatic_event", _to(
                        "diplomaticevent", blank=True, db_index=False, null=True, related_name="confirmations",
                    )),
                    ("recorded_by", ForeignKey(
                        db_index=False, editable=False, null=True, on_delete=PROTECT, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    )),
                    ("sanction_event", _to(
                        "sanctionevent", blank=True, db_index=False, null=True, related_name="confirmations",
                    )),
                    ("source", _to("source", related_name="confirmations")),
                    ("travel_ban_entry", _to(
                        "travelbanentry", blank=True, db_index=False, null=True, related_name="confirmations",
                    )),
                ],
                constraints=[
                    CheckConstraint(
                        condition=Q(Exact(
                            Func(
                                F("ambassador_status"), F("sanction_event"), F("travel_ban_entry"), F("diplomatic_event"),
                                function="num_nonnulls", output_field=IntegerField(),
                            ),
                            1,
                        )),
                        name="a_confirmation_is_about_exactly_one_fact",
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(("end__isnull", True), ("start__isnull", True)),
                            Q(
                                ("end", CombinedExpression(F("start"), "+", Length("quote"))), ("end__isnull", False),
                                ("start__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_confirmation_quotes_as_much_as_its_place",
                    ),
                    CheckConstraint(
                        condition=Q(("start__isnull", True), Q(("quote", ""), _negated=True), _connector="OR"),
                        name="a_confirmation_without_words_has_no_place",
                    ),
                    UniqueConstraint(
                        condition=Q(("ambassador_status__isnull", False)), fields=("ambassador_status", "source", "day"),
                        name="ambassador_status_is_confirmed_once_by_a_source_on_a_day",
                    ),
                    UniqueConstraint(
                        condition=Q(("sanction_event__isnull", False)), fields=("sanction_event", "source", "day"),
                        name="sanction_event_is_confirmed_once_by_a_source_on_a_day",
                    ),
                    UniqueConstraint(
                        condition=Q(("travel_ban_entry__isnull", False)), fields=("travel_ban_entry", "source", "day"),
                        name="travel_ban_entry_is_confirmed_once_by_a_source_on_a_day",
                    ),
                    UniqueConstraint(
                        condition=Q(("diplomatic_event__isnull", False)), fields=("diplomatic_event", "source", "day"),
                        name="diplomatic_event_is_confirmed_once_by_a_source_on_a_day",
                    ),
                ],
                triggers=[
                    _trigger(
                        "Confirmation", "a_confirmation_quotes_its_text", A_CONFIRMATION_QUOTES_ITS_TEXT, "INSERT",
                        condition='WHEN (NOT (NEW."quote" = \'\'))',
                    ),
                    _trigger(
                        "Confirmation", "a_confirmation_is_never_edited_or_deleted",
                        A_CONFIRMATION_IS_NEVER_EDITED_OR_DELETED, "UPDATE OR DELETE",
                    ),
                ],
                ordering=("id",),
            ),
            _table(
                "Regime",
                [
                    _id(),
                    ("key", UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ("code", CharField(
                        max_length=40,
                        validators=[RegexValidator("^[A-Z0-9]+(-[A-Z0-9]+)*$", "Capital letters, digits and hyphens.")],
                    )),
                    ("title", CharField(max_length=300)),
                    ("legal_basis", TextField(blank=True, help_text="EO 13405; (EC) No 765/2006")),
                    ("url", URLField(blank=True, max_length=1000)),
                    ("status", CharField(blank=True, choices=[*REGIME_STATUS.items()], max_length=6)),
                    ("status_on", DateField(blank=True, help_text="The day as of which the status was seen", null=True)),
                    ("issuer", _to("country", related_name="+")),
                    ("target", _to("country", related_name="+")),
                    ("aliases", ArrayField(
                        base_field=CharField(max_length=300), blank=True, default=list, editable=False,
                    )),
                ],
                constraints=[
                    UniqueConstraint(fields=("code",), name="a_code_names_one_regime"),
                    UniqueConstraint(fields=("issuer", "target", "title"), name="a_regime_has_one_title"),
                    CheckConstraint(
                        condition=Q(("issuer", F("target")), _negated=True), name="a_regime_is_aimed_at_another_country",
                    ),
                    CheckConstraint(
                        condition=Q(("code__regex", "^[A-Z0-9]+(-[A-Z0-9]+)*$")),
                        name="a_regime_code_is_letters_digits_and_hyphens",
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(("status", ""), ("status_on__isnull", True)),
                            Q(("status__in", ["active", "ended"]), ("status_on__isnull", False)), _connector="OR",
                        ),
                        name="a_regime_has_a_status_as_of_a_day_or_neither",
                    ),
                    UniqueConstraint(fields=("id", "issuer", "target"), name="a_regime_has_one_direction"),
                ],
                triggers=[
                    _trigger(
                        "Regime", "every_correction_is_stamped", EVERY_CHANGE_IS_STAMPED, "UPDATE", **_DEFERRED,
                        condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    ),
                ],
                ordering=("id",),
            ),
            _table(
                "StatusSpan",
                [
                    _id(),
                    ("track", CharField(max_length=40)),
                    ("kind", CharField(max_length=20)),
                    ("whole", BooleanField(default=True)),
                    ("start", DateField()),
                    ("end", DateField()),
                    ("start_edtf", CharField(max_length=32)),
                    ("end_edtf", CharField(blank=True, max_length=32)),
                    ("value", CharField(max_length=20)),
                    ("holder", CharField(blank=True, max_length=200)),
                    ("previous", CharField(max_length=20)),
                    ("stale", BooleanField(default=False)),
                    ("disputed", BooleanField(default=False)),
                    ("last", BooleanField(default=False)),
                    ("from_country", _to("country", db_index=False, null=True, related_name="+")),
                    ("list", _to("travelbanlist", null=True, related_name="+")),
                    ("pair", _to("countrypair", CASCADE, db_index=False, related_name="spans")),
                    ("programme", _to("sanctionprogramme", null=True, related_name="+")),
                    ("to_country", _to("country", db_index=False, null=True, related_name="+")),
                ],
                indexes=[
                    Index(fields=["kind", "value", "start", "end", "pair", "track"], name="spans_by_value"),
                    Index(fields=["start", "end", "pair", "track"], name="spans_by_start"),
                    Index(fields=["end", "start", "pair", "track"], name="spans_by_end"),
                    Index(fields=["from_country", "kind"], name="spans_by_sender"),
                    Index(fields=["to_country", "kind"], name="spans_by_receiver"),
                    Index(condition=Q(("disputed", True)), fields=["pair", "track", "start"], name="spans_disputed"),
                ],
                constraints=[
                    UniqueConstraint(fields=("pair", "track", "start"), name="a_track_has_one_span_from_a_day_on"),
                    CheckConstraint(
                        condition=Q(("end__gt", F("start")), ("end", datetime.date(9999, 12, 31)), _connector="OR"),
                        name="a_span_lasts_a_day_or_more",
                    ),
                ],
                ordering=("pair", "track", "start"),
            ),
        ]),
        migrations.RunSQL(DIRECTIONS, migrations.RunSQL.noop),
    ]
