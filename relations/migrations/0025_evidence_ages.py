"""Adds what evidence needs to age: natures, confirmations, regimes, and what a source covers.

Sources without a URL are one row for publisher, title and day from here on: of those that are there, the later ones
become reprints of the first, so that none is a second witness.
"""

import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

from relations.migrations._at_once import AtOnce

SAME_SOURCES = """
    WITH same AS (
        SELECT id, min(id) OVER (PARTITION BY publisher, title, published_on) AS first
        FROM relations_source WHERE url = '' AND syndication_of_id IS NULL
    )
    UPDATE relations_source AS source SET syndication_of_id = same.first FROM same
    WHERE same.first <> same.id AND same.id IN (source.id, source.syndication_of_id);
    -- A table with deferred triggers waiting is not altered.
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
"""

# A foreign key of several columns, which Django's models cannot declare; deferred, so that fixtures load in any order.
REGIME = """
    ALTER TABLE relations_sanctionprogramme
        ADD CONSTRAINT a_programme_has_the_direction_of_its_regime
        FOREIGN KEY (regime_id, issuer_id, target_id) REFERENCES relations_regime (id, issuer_id, target_id)
        DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0024_issuer_listed_on"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(SAME_SOURCES, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("day", models.DateField()),
                ("quote", models.TextField(blank=True)),
                ("start", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ("end", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ("recorded_at", models.DateTimeField(editable=False)),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Regime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z0-9]+(-[A-Z0-9]+)*$", "Capital letters, digits and hyphens."
                            )
                        ],
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                ("legal_basis", models.TextField(blank=True, help_text="EO 13405; (EC) No 765/2006")),
                ("url", models.URLField(blank=True, max_length=1000)),
                (
                    "status",
                    models.CharField(blank=True, choices=[("active", "Active"), ("ended", "Ended")], max_length=6),
                ),
                (
                    "status_on",
                    models.DateField(blank=True, help_text="The day as of which the status was seen", null=True),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="source",
            name="a_cited_text_stays_as_it_was",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="source",
            name="a_text_archived_later_holds_what_was_cited",
        ),
        migrations.RemoveConstraint(
            model_name="ambassadorstatus",
            name="ambassadorstatus_is_a_word_of_the_post_or_of_what_is_next",
        ),
        migrations.RemoveConstraint(
            model_name="diplomaticevent",
            name="diplomaticevent_is_a_kind_of_the_vocabulary",
        ),
        migrations.RemoveConstraint(
            model_name="sanctionevent",
            name="sanctionevent_is_an_action_of_the_vocabulary",
        ),
        migrations.RemoveConstraint(
            model_name="source",
            name="a_source_is_of_a_known_kind",
        ),
        migrations.RemoveConstraint(
            model_name="statusperiod",
            name="a_period_says_a_word_of_its_track",
        ),
        migrations.AddField(
            model_name="ambassadorstatus",
            name="announced_on",
            field=models.CharField(
                blank=True, help_text="EDTF: when it was announced, if on another day", max_length=32
            ),
        ),
        migrations.AddField(
            model_name="ambassadorstatus",
            name="in_response_to",
            field=models.UUIDField(blank=True, help_text="The key of the fact that it answers", null=True),
        ),
        migrations.AddField(
            model_name="ambassadorstatus",
            name="nature",
            field=models.CharField(
                choices=[("event", "Event"), ("observation", "Observation")],
                default="event",
                help_text="It happened on that day, or was the state that somebody saw",
                max_length=11,
            ),
        ),
        migrations.AddField(
            model_name="ambassadorstatus",
            name="quantity",
            field=models.PositiveIntegerField(blank=True, help_text="A number that belongs to it: 35 staff", null=True),
        ),
        migrations.AddField(
            model_name="diplomaticevent",
            name="announced_on",
            field=models.CharField(
                blank=True, help_text="EDTF: when it was announced, if on another day", max_length=32
            ),
        ),
        migrations.AddField(
            model_name="diplomaticevent",
            name="in_response_to",
            field=models.UUIDField(blank=True, help_text="The key of the fact that it answers", null=True),
        ),
        migrations.AddField(
            model_name="diplomaticevent",
            name="nature",
            field=models.CharField(
                choices=[("event", "Event"), ("observation", "Observation")],
                default="event",
                help_text="It happened on that day, or was the state that somebody saw",
                max_length=11,
            ),
        ),
        migrations.AddField(
            model_name="diplomaticevent",
            name="quantity",
            field=models.PositiveIntegerField(blank=True, help_text="A number that belongs to it: 35 staff", null=True),
        ),
        migrations.AddField(
            model_name="sanctionevent",
            name="announced_on",
            field=models.CharField(
                blank=True, help_text="EDTF: when it was announced, if on another day", max_length=32
            ),
        ),
        migrations.AddField(
            model_name="sanctionevent",
            name="extends",
            field=models.CharField(
                blank=True,
                choices=[("measures", "Measures"), ("relief", "Relief")],
                help_text="Whose deadline an extension replaces",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="sanctionevent",
            name="in_response_to",
            field=models.UUIDField(blank=True, help_text="The key of the fact that it answers", null=True),
        ),
        migrations.AddField(
            model_name="sanctionevent",
            name="nature",
            field=models.CharField(
                choices=[("event", "Event"), ("observation", "Observation")],
                default="event",
                help_text="It happened on that day, or was the state that somebody saw",
                max_length=11,
            ),
        ),
        migrations.AddField(
            model_name="sanctionevent",
            name="quantity",
            field=models.PositiveIntegerField(blank=True, help_text="A number that belongs to it: 35 staff", null=True),
        ),
        migrations.AddField(
            model_name="sanctionprogramme",
            name="thematic",
            field=models.BooleanField(
                default=False,
                help_text="About persons or a theme and not about the target as a state: it never carries a posture",
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="covers_to",
            field=models.DateField(
                blank=True, help_text="The last day of which it speaks, if it speaks of every day up to that", null=True
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="good_for",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Days for which it can be relied on, if not as long as others of its kind",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
            ),
        ),
        migrations.AddField(
            model_name="statusperiod",
            name="basis",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name="statusperiod",
            name="confirmed_to",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="statusperiod",
            name="fact_count",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="statusperiod",
            name="implied",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="statusperiod",
            name="last_known",
            field=models.CharField(blank=True, max_length=24),
        ),
        migrations.AddField(
            model_name="statusperiod",
            name="last_known_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="statusperiod",
            name="stale",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="travelbanentry",
            name="announced_on",
            field=models.CharField(
                blank=True, help_text="EDTF: when it was announced, if on another day", max_length=32
            ),
        ),
        migrations.AddField(
            model_name="travelbanentry",
            name="in_response_to",
            field=models.UUIDField(blank=True, help_text="The key of the fact that it answers", null=True),
        ),
        migrations.AddField(
            model_name="travelbanentry",
            name="nature",
            field=models.CharField(
                choices=[("event", "Event"), ("observation", "Observation")],
                default="event",
                help_text="It happened on that day, or was the state that somebody saw",
                max_length=11,
            ),
        ),
        migrations.AddField(
            model_name="travelbanentry",
            name="quantity",
            field=models.PositiveIntegerField(blank=True, help_text="A number that belongs to it: 35 staff", null=True),
        ),
        migrations.AlterField(
            model_name="ambassadorstatus",
            name="status",
            field=models.CharField(
                choices=[
                    ("ambassador", "Ambassador"),
                    ("minister", "Minister"),
                    ("charge", "Chargé d'affaires"),
                    ("interests_section", "Interests section"),
                    ("protecting_power", "Protecting power"),
                    ("non_resident", "Non-resident"),
                    ("vacant", "Vacant"),
                    ("operations_suspended", "Operations suspended"),
                    ("closed", "Closed"),
                    ("severed", "Severed"),
                    ("recalled", "Recalled"),
                    ("withdrawn", "Withdrawn"),
                    ("asked_to_leave", "Asked to leave"),
                    ("expelled", "Expelled"),
                    ("announced", "Announced"),
                    ("nominated", "Nominated"),
                    ("agreement_granted", "Agrément granted"),
                    ("confirmed", "Confirmed"),
                    ("appointed", "Appointed"),
                    ("refused", "Refused"),
                    ("agreement_revoked", "Agrément revoked"),
                    ("lapsed", "Lapsed"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="diplomaticevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("visit", "Visit"),
                    ("talks", "Talks"),
                    ("statement", "Statement"),
                    ("criticism", "Criticism"),
                    ("support", "Support"),
                    ("agreement", "Agreement"),
                    ("announcement", "Announcement"),
                    ("dispute", "Dispute"),
                    ("relations_established", "Relations established"),
                    ("relations_suspended", "Relations suspended"),
                    ("relations_severed", "Relations severed"),
                    ("relations_restored", "Relations restored"),
                    ("recognition", "Recognition"),
                    ("non_recognition", "Non-recognition"),
                    ("expulsion", "Expulsion"),
                    ("staff_cut", "Staff cut"),
                    ("aid_reduced", "Aid reduced"),
                    ("annexation", "Annexation"),
                    ("improvement", "Improvement"),
                    ("deterioration", "Deterioration"),
                    ("staff_limit", "Staff limit"),
                    ("election_not_recognised", "Election not recognised"),
                    ("licence", "Licence"),
                    ("deadline_set", "Deadline set"),
                    ("release", "Release of prisoners"),
                    ("other", "Other"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="sanctionevent",
            name="action",
            field=models.CharField(
                choices=[
                    ("threatened", "Threatened"),
                    ("imposed", "Imposed"),
                    ("tightened", "Tightened"),
                    ("extended", "Extended"),
                    ("eased", "Eased"),
                    ("suspended", "Suspended"),
                    ("reimposed", "Reimposed"),
                    ("lifted", "Lifted"),
                    ("expired", "Expired"),
                    ("observed", "Observed"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="source",
            name="kind",
            field=models.CharField(
                choices=[
                    ("article", "Article"),
                    ("legal_act", "Legal act"),
                    ("official_list", "Official list"),
                    ("registry", "Registry"),
                    ("register", "Register"),
                    ("dataset", "Dataset"),
                ],
                default="article",
                max_length=16,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ambassadorstatus",
            trigger=pgtrigger.compiler.Trigger(
                name="a_vacancy_has_no_holder",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.\"status\" IN ('vacant', 'closed', 'severed') AND NOT (NEW.\"holder\" = ''))",
                    func="\n        RAISE EXCEPTION 'a post that is % has no holder', NEW.status\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_vacancy_has_no_holder';\n    ",
                    hash="cb1f07dab025039a483a55ef1017e6c6c06629ed",
                    operation="INSERT",
                    pgid="pgtrigger_a_vacancy_has_no_holder_92a25",
                    table="relations_ambassadorstatus",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="source",
            trigger=pgtrigger.compiler.Trigger(
                name="a_cited_text_stays_as_it_was",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."text" IS DISTINCT FROM (NEW."text") AND NOT (OLD."text" = \'\'))',
                    func="\n                    IF EXISTS (SELECT FROM relations_citation WHERE source_id = OLD.id)\n                        OR EXISTS (SELECT FROM relations_confirmation WHERE source_id = OLD.id AND quote <> '')\n                    THEN\n                        RAISE EXCEPTION 'the archived text of source % is cited and cannot be changed', OLD.id\n                            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_cited_text_stays_as_it_was';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="5dc617dd3ae9de54c3fae435922c65648d6df2b0",
                    operation="UPDATE",
                    pgid="pgtrigger_a_cited_text_stays_as_it_was_8b9de",
                    table="relations_source",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="source",
            trigger=pgtrigger.compiler.Trigger(
                name="a_text_archived_later_holds_what_was_cited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"text\" = '' AND NOT (NEW.\"text\" = ''))",
                    declare="DECLARE white text;",
                    func="\n                    white := '[\\s\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\u001c-\\u001f]+';\n                    IF EXISTS (\n                        SELECT FROM (\n                            SELECT quote FROM relations_citation WHERE source_id = OLD.id\n                            UNION ALL SELECT quote FROM relations_confirmation WHERE source_id = OLD.id\n                        ) AS quoted WHERE position(\n                            regexp_replace(quote, white, '', 'g') IN regexp_replace(NEW.text, white, '', 'g')\n                        ) = 0\n                    ) THEN\n                        RAISE EXCEPTION 'a quote from source % does not stand in the text archived now', OLD.id\n                            USING ERRCODE = 'check_violation',\n                            CONSTRAINT = 'a_text_archived_later_holds_what_was_cited';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="91b9b332f789390da901649eabf63ac5fb638c83",
                    operation="UPDATE",
                    pgid="pgtrigger_a_text_archived_later_holds_what_was_cited_bee54",
                    table="relations_source",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="ambassadorstatus",
            constraint=models.CheckConstraint(
                condition=models.Q(("nature__in", ["event", "observation"])),
                name="ambassadorstatus_is_an_event_or_an_observation",
            ),
        ),
        migrations.AddConstraint(
            model_name="ambassadorstatus",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("announced_on", ""),
                    django.db.models.lookups.IsNull(
                        models.Func(
                            models.F("announced_on"),
                            function="edtf_days",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        False,
                    ),
                    _connector="OR",
                ),
                name="ambassadorstatus_was_announced_on_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="ambassadorstatus",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_response_to__isnull", True),
                    models.Q(("in_response_to", models.F("key")), _negated=True),
                    _connector="OR",
                ),
                name="ambassadorstatus_does_not_respond_to_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="ambassadorstatus",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "ambassador",
                            "minister",
                            "charge",
                            "interests_section",
                            "protecting_power",
                            "non_resident",
                            "vacant",
                            "operations_suspended",
                            "closed",
                            "severed",
                            "recalled",
                            "withdrawn",
                            "asked_to_leave",
                            "expelled",
                            "announced",
                            "nominated",
                            "agreement_granted",
                            "confirmed",
                            "appointed",
                            "refused",
                            "agreement_revoked",
                            "lapsed",
                        ],
                    )
                ),
                name="ambassadorstatus_is_a_word_of_the_post_or_of_what_is_next",
            ),
        ),
        migrations.AddConstraint(
            model_name="diplomaticevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("nature__in", ["event", "observation"])),
                name="diplomaticevent_is_an_event_or_an_observation",
            ),
        ),
        migrations.AddConstraint(
            model_name="diplomaticevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("announced_on", ""),
                    django.db.models.lookups.IsNull(
                        models.Func(
                            models.F("announced_on"),
                            function="edtf_days",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        False,
                    ),
                    _connector="OR",
                ),
                name="diplomaticevent_was_announced_on_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="diplomaticevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_response_to__isnull", True),
                    models.Q(("in_response_to", models.F("key")), _negated=True),
                    _connector="OR",
                ),
                name="diplomaticevent_does_not_respond_to_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="diplomaticevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "visit",
                            "talks",
                            "statement",
                            "criticism",
                            "support",
                            "agreement",
                            "announcement",
                            "dispute",
                            "relations_established",
                            "relations_suspended",
                            "relations_severed",
                            "relations_restored",
                            "recognition",
                            "non_recognition",
                            "expulsion",
                            "staff_cut",
                            "aid_reduced",
                            "annexation",
                            "improvement",
                            "deterioration",
                            "staff_limit",
                            "election_not_recognised",
                            "licence",
                            "deadline_set",
                            "release",
                            "other",
                        ],
                    )
                ),
                name="diplomaticevent_is_a_kind_of_the_vocabulary",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanctionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("nature__in", ["event", "observation"])),
                name="sanctionevent_is_an_event_or_an_observation",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanctionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("announced_on", ""),
                    django.db.models.lookups.IsNull(
                        models.Func(
                            models.F("announced_on"),
                            function="edtf_days",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        False,
                    ),
                    _connector="OR",
                ),
                name="sanctionevent_was_announced_on_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanctionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_response_to__isnull", True),
                    models.Q(("in_response_to", models.F("key")), _negated=True),
                    _connector="OR",
                ),
                name="sanctionevent_does_not_respond_to_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanctionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "action__in",
                        [
                            "threatened",
                            "imposed",
                            "tightened",
                            "extended",
                            "eased",
                            "suspended",
                            "reimposed",
                            "lifted",
                            "expired",
                            "observed",
                        ],
                    )
                ),
                name="sanctionevent_is_an_action_of_the_vocabulary",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanctionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("extends", ""),
                    models.Q(("action", "extended"), ("extends__in", ["measures", "relief"])),
                    _connector="OR",
                ),
                name="only_an_extension_extends",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanctionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("expires_on__isnull", True), ("scope", "")),
                    models.Q(("action", "observed"), _negated=True),
                    _connector="OR",
                ),
                name="an_observation_has_no_deadline",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanctionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("nature", "observation"), models.Q(("action", "observed"), _negated=True), _connector="OR"
                ),
                name="what_is_observed_is_an_observation",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                condition=models.Q(("syndication_of__isnull", True), ("url", "")),
                fields=("publisher", "title", "published_on"),
                name="a_source_without_a_url_is_known_by_publisher_title_and_day",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(("good_for__isnull", True), ("good_for__gte", 1), _connector="OR"),
                name="a_source_is_good_for_a_day_or_more",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["article", "legal_act", "official_list", "registry", "register", "dataset"])
                ),
                name="a_source_is_of_a_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="statusperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "ambassador"),
                        (
                            "value__in",
                            (
                                "unknown",
                                "ambassador",
                                "minister",
                                "charge",
                                "interests_section",
                                "protecting_power",
                                "non_resident",
                                "vacant",
                                "operations_suspended",
                                "closed",
                                "severed",
                                "recalled",
                                "withdrawn",
                                "asked_to_leave",
                                "expelled",
                            ),
                        ),
                    ),
                    models.Q(
                        ("kind", "next"),
                        (
                            "value__in",
                            (
                                "unknown",
                                "none",
                                "announced",
                                "nominated",
                                "agreement_granted",
                                "confirmed",
                                "appointed",
                                "refused",
                                "agreement_revoked",
                                "lapsed",
                            ),
                        ),
                    ),
                    models.Q(
                        ("kind", "sanctions"),
                        ("value__in", ("unknown", "none", "threatened", "suspended", "eased", "in_force")),
                    ),
                    models.Q(
                        ("kind", "travel_ban"),
                        ("value__in", ("unknown", "removed", "not_included", "considered", "suspended", "listed")),
                    ),
                    models.Q(
                        ("kind", "diplomatic_relations"),
                        ("value__in", ("unknown", "established", "suspended", "severed")),
                    ),
                    models.Q(("kind", "trend"), ("value__in", ("unknown", "improving", "stable", "deteriorating"))),
                    _connector="OR",
                ),
                name="a_period_says_a_word_of_its_track",
            ),
        ),
        migrations.AddConstraint(
            model_name="travelbanentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("nature__in", ["event", "observation"])),
                name="travelbanentry_is_an_event_or_an_observation",
            ),
        ),
        migrations.AddConstraint(
            model_name="travelbanentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("announced_on", ""),
                    django.db.models.lookups.IsNull(
                        models.Func(
                            models.F("announced_on"),
                            function="edtf_days",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        False,
                    ),
                    _connector="OR",
                ),
                name="travelbanentry_was_announced_on_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="travelbanentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_response_to__isnull", True),
                    models.Q(("in_response_to", models.F("key")), _negated=True),
                    _connector="OR",
                ),
                name="travelbanentry_does_not_respond_to_itself",
            ),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="ambassador_status",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="confirmations",
                to="relations.ambassadorstatus",
            ),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="diplomatic_event",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="confirmations",
                to="relations.diplomaticevent",
            ),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="recorded_by",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="sanction_event",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="confirmations",
                to="relations.sanctionevent",
            ),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="confirmations", to="relations.source"
            ),
        ),
        migrations.AddField(
            model_name="confirmation",
            name="travel_ban_entry",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="confirmations",
                to="relations.travelbanentry",
            ),
        ),
        migrations.AddField(
            model_name="regime",
            name="issuer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="relations.country"
            ),
        ),
        migrations.AddField(
            model_name="regime",
            name="target",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="relations.country"
            ),
        ),
        migrations.AddField(
            model_name="sanctionprogramme",
            name="regime",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="programmes",
                to="relations.regime",
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Exact(
                        models.Func(
                            models.F("ambassador_status"),
                            models.F("sanction_event"),
                            models.F("travel_ban_entry"),
                            models.F("diplomatic_event"),
                            function="num_nonnulls",
                            output_field=models.IntegerField(),
                        ),
                        1,
                    )
                ),
                name="a_confirmation_is_about_exactly_one_fact",
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end__isnull", True), ("start__isnull", True)),
                    models.Q(
                        (
                            "end",
                            django.db.models.expressions.CombinedExpression(
                                models.F("start"), "+", django.db.models.functions.text.Length("quote")
                            ),
                        ),
                        ("end__isnull", False),
                        ("start__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_confirmation_quotes_as_much_as_its_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.CheckConstraint(
                condition=models.Q(("start__isnull", True), models.Q(("quote", ""), _negated=True), _connector="OR"),
                name="a_confirmation_without_words_has_no_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ambassador_status__isnull", False)),
                fields=("ambassador_status", "source", "day"),
                name="ambassador_status_is_confirmed_once_by_a_source_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("sanction_event__isnull", False)),
                fields=("sanction_event", "source", "day"),
                name="sanction_event_is_confirmed_once_by_a_source_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("travel_ban_entry__isnull", False)),
                fields=("travel_ban_entry", "source", "day"),
                name="travel_ban_entry_is_confirmed_once_by_a_source_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="confirmation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("diplomatic_event__isnull", False)),
                fields=("diplomatic_event", "source", "day"),
                name="diplomatic_event_is_confirmed_once_by_a_source_on_a_day",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="confirmation",
            trigger=pgtrigger.compiler.Trigger(
                name="a_confirmation_quotes_its_text",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT (NEW.\"quote\" = ''))",
                    func="\n                    IF EXISTS (\n                        SELECT FROM relations_source s WHERE s.id = NEW.source_id AND CASE WHEN s.sha256 = ''\n                            THEN NEW.start IS NOT NULL\n                            ELSE NEW.start IS NULL\n                                OR substr(s.text, NEW.start + 1, NEW.\"end\" - NEW.start) <> NEW.quote\n                            END\n                    ) THEN\n                        RAISE EXCEPTION 'the quote does not stand in the archived text of source %', NEW.source_id\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_confirmation_quotes_its_text';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="44d72e335ba3db74c730ddec9a7aac01b53076e3",
                    operation="INSERT",
                    pgid="pgtrigger_a_confirmation_quotes_its_text_14d15",
                    table="relations_confirmation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="confirmation",
            trigger=pgtrigger.compiler.Trigger(
                name="a_confirmation_is_never_edited_or_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;\n                    RAISE EXCEPTION 'a confirmation is never edited or deleted'\n                        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_confirmation_is_never_edited_or_deleted';\n                ",
                    hash="6070c82af0489ecbbd25b538b6eee8e576f59b4a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_a_confirmation_is_never_edited_or_deleted_d4433",
                    table="relations_confirmation",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="regime",
            constraint=models.UniqueConstraint(fields=("code",), name="a_code_names_one_regime"),
        ),
        migrations.AddConstraint(
            model_name="regime",
            constraint=models.UniqueConstraint(fields=("issuer", "target", "title"), name="a_regime_has_one_title"),
        ),
        migrations.AddConstraint(
            model_name="regime",
            constraint=models.CheckConstraint(
                condition=models.Q(("issuer", models.F("target")), _negated=True),
                name="a_regime_is_aimed_at_another_country",
            ),
        ),
        migrations.AddConstraint(
            model_name="regime",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z0-9]+(-[A-Z0-9]+)*$")),
                name="a_regime_code_is_letters_digits_and_hyphens",
            ),
        ),
        migrations.AddConstraint(
            model_name="regime",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", ""), ("status_on__isnull", True)),
                    models.Q(("status__in", ["active", "ended"]), ("status_on__isnull", False)),
                    _connector="OR",
                ),
                name="a_regime_has_a_status_as_of_a_day_or_neither",
            ),
        ),
        migrations.AddConstraint(
            model_name="regime",
            constraint=models.UniqueConstraint(fields=("id", "issuer", "target"), name="a_regime_has_one_direction"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regime",
            trigger=pgtrigger.compiler.Trigger(
                name="every_correction_is_stamped",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    constraint="CONSTRAINT",
                    func="\n    INSERT INTO relations_referenceepoch AS stamp (id, changes) VALUES (1, 1)\n    ON CONFLICT (id) DO UPDATE SET changes = stamp.changes + 1\n        WHERE stamp.xmin::text <> (pg_current_xact_id()::xid)::text;\n    RETURN NULL;\n",
                    hash="bcacc9e306e2714c7002f870e5ffa32acbc3f191",
                    operation="UPDATE",
                    pgid="pgtrigger_every_correction_is_stamped_98fd4",
                    table="relations_regime",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(
            REGIME,
            "ALTER TABLE relations_sanctionprogramme DROP CONSTRAINT a_programme_has_the_direction_of_its_regime",
        ),
    ]
    operations[1:-1] = [AtOnce(operations[1:3]), AtOnce(operations[3:-1])]
