"""Renames constraints and triggers whose names used a private word; no row changes and no index is built again."""

import django.contrib.postgres.constraints
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from relations.migrations._at_once import AtOnce


def _renamed(model: str, old: str, constraint: models.BaseConstraint) -> migrations.SeparateDatabaseAndState:
    """Django would drop the constraint and its index and make both again."""
    rename = 'ALTER TABLE relations_{} RENAME CONSTRAINT "{}" TO "{}"'
    return migrations.SeparateDatabaseAndState(
        state_operations=[migrations.RemoveConstraint(model, old), migrations.AddConstraint(model, constraint)],
        database_operations=[
            migrations.RunSQL(rename.format(model, old, constraint.name), rename.format(model, constraint.name, old))
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("relations", "0044_names_in_two_scripts")]

    operations = [
        _renamed(
            "attempt",
            "an_attempt_keeps_4_KiB_of_the_answer",
            models.CheckConstraint(
                condition=models.Q(
                    models.lookups.LessThanOrEqual(
                        models.Func(models.F("answer"), function="octet_length", output_field=models.IntegerField()),
                        4096,
                    )
                ),
                name="an_attempt_has_at_most_4_KiB_of_the_answer",
            ),
        ),
        _renamed(
            "delivery",
            "a_delivery_tells_of_one_line",
            models.CheckConstraint(
                condition=models.Q(("change__isnull", True), ("list_change__isnull", True), _connector="OR"),
                name="a_delivery_is_of_one_line",
            ),
        ),
        _renamed(
            "eventparty",
            "a_party_stands_behind_an_event_once",
            models.UniqueConstraint(fields=("event", "designation"), name="an_event_names_a_party_once"),
        ),
        _renamed(
            "listchange",
            "an_import_tells_of_a_programme_once",
            models.UniqueConstraint(fields=("run", "code"), name="an_import_reports_a_programme_once"),
        ),
        _renamed(
            "listing",
            "a_party_stands_on_its_list_once_at_a_time",
            django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("party", "="), ("days", "&&")], name="a_party_is_on_its_list_once_at_a_time"
            ),
        ),
        _renamed(
            "statuschange",
            "a_line_tells_of_two_values_or_of_a_fact_alone",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("new__isnull", True), ("old__isnull", True), ("track", "facts")),
                    models.Q(
                        models.Q(("track", "facts"), _negated=True),
                        ("new__isnull", False),
                        ("old__isnull", False),
                        models.Q(("old", models.F("new")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_line_has_two_values_or_only_a_fact",
            ),
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="citation",
            name="a_quote_stands_in_its_text",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="confirmation",
            name="a_confirmation_quotes_its_text",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="source",
            name="a_text_archived_later_holds_what_was_cited",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="citation",
            trigger=pgtrigger.compiler.Trigger(
                name="a_quote_occurs_in_its_text",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF EXISTS (\n                        SELECT FROM relations_source s WHERE s.id = NEW.source_id AND CASE WHEN s.sha256 = ''\n                            THEN NEW.start IS NOT NULL\n                            ELSE NEW.start IS NULL\n                                OR substr(s.text, NEW.start + 1, NEW.\"end\" - NEW.start) <> NEW.quote\n                            END\n                    ) THEN\n                        RAISE EXCEPTION 'the quote does not occur in the archived text of source %', NEW.source_id\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_quote_occurs_in_its_text';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="5f4d1c7e7658b449675462bfe2197c36f0b88982",
                    operation="INSERT",
                    pgid="pgtrigger_a_quote_occurs_in_its_text_64e7f",
                    table="relations_citation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="confirmation",
            trigger=pgtrigger.compiler.Trigger(
                name="a_confirmation_quotes_its_text",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT (NEW.\"quote\" = ''))",
                    func="\n                    IF EXISTS (\n                        SELECT FROM relations_source s WHERE s.id = NEW.source_id AND CASE WHEN s.sha256 = ''\n                            THEN NEW.start IS NOT NULL\n                            ELSE NEW.start IS NULL\n                                OR substr(s.text, NEW.start + 1, NEW.\"end\" - NEW.start) <> NEW.quote\n                            END\n                    ) THEN\n                        RAISE EXCEPTION 'the quote does not occur in the archived text of source %', NEW.source_id\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_confirmation_quotes_its_text';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="aa7fdc2b68f86fb0043f63acea7d18f0087f4c6e",
                    operation="INSERT",
                    pgid="pgtrigger_a_confirmation_quotes_its_text_14d15",
                    table="relations_confirmation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="source",
            trigger=pgtrigger.compiler.Trigger(
                name="a_text_archived_later_has_what_was_cited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"text\" = '' AND NOT (NEW.\"text\" = ''))",
                    declare="DECLARE white text;",
                    func="\n                    white := '[\\s\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\u001c-\\u001f]+';\n                    IF EXISTS (\n                        SELECT FROM (\n                            SELECT quote FROM relations_citation WHERE source_id = OLD.id\n                            UNION ALL SELECT quote FROM relations_confirmation WHERE source_id = OLD.id\n                        ) AS quoted WHERE position(\n                            regexp_replace(quote, white, '', 'g') IN regexp_replace(NEW.text, white, '', 'g')\n                        ) = 0\n                    ) THEN\n                        RAISE EXCEPTION 'a quote from source % does not occur in the text archived now', OLD.id\n                            USING ERRCODE = 'check_violation',\n                            CONSTRAINT = 'a_text_archived_later_has_what_was_cited';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="f656e1f3c591c40bb7b6777f6562b8f49485b77c",
                    operation="UPDATE",
                    pgid="pgtrigger_a_text_archived_later_has_what_was_cited_6e2ef",
                    table="relations_source",
                    when="BEFORE",
                ),
            ),
        ),
    ]
    operations = [AtOnce(operations)]
