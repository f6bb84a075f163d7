"""Triggers that name the renamed tables."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from relations.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0018_standard_terms"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="country",
            name="every_change_is_stamped",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="importrun",
            name="every_import_is_stamped",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="membership",
            name="every_change_is_stamped",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="sanctionprogramme",
            name="every_correction_is_stamped",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="source",
            name="every_correction_is_stamped",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="travelbanlist",
            name="every_correction_is_stamped",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="country",
            trigger=pgtrigger.compiler.Trigger(
                name="every_change_is_stamped",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n    INSERT INTO relations_referenceepoch AS stamp (id, changes) VALUES (1, 1)\n    ON CONFLICT (id) DO UPDATE SET changes = stamp.changes + 1\n        WHERE stamp.xmin::text <> (pg_current_xact_id()::xid)::text;\n    RETURN NULL;\n",
                    hash="dd0d4ba76b7fc5fd8a355e3ba2aa527386e173f5",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_every_change_is_stamped_a8625",
                    table="relations_country",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="importrun",
            trigger=pgtrigger.compiler.Trigger(
                name="every_import_is_stamped",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT NEW.\"dry_run\" AND NEW.\"list\" IN ('un', 'ofac', 'eu', 'uk', 'ofsi') AND NEW.\"state\" = 'succeeded' AND NOT (NEW.\"added\" = 0 AND NEW.\"amended\" = 0 AND NEW.\"ended\" = 0))",
                    constraint="CONSTRAINT",
                    func="\n    INSERT INTO relations_referenceepoch AS stamp (id, changes) VALUES (1, 1)\n    ON CONFLICT (id) DO UPDATE SET changes = stamp.changes + 1\n        WHERE stamp.xmin::text <> (pg_current_xact_id()::xid)::text;\n    RETURN NULL;\n",
                    hash="b2429759d4a574c243733893c202a5b1d1bf9003",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_every_import_is_stamped_f1896",
                    table="relations_importrun",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="every_change_is_stamped",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n    INSERT INTO relations_referenceepoch AS stamp (id, changes) VALUES (1, 1)\n    ON CONFLICT (id) DO UPDATE SET changes = stamp.changes + 1\n        WHERE stamp.xmin::text <> (pg_current_xact_id()::xid)::text;\n    RETURN NULL;\n",
                    hash="9d36b8dc3b11285d3a9d8197913480deab9f3f4f",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_every_change_is_stamped_127ea",
                    table="relations_membership",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sanctionprogramme",
            trigger=pgtrigger.compiler.Trigger(
                name="every_correction_is_stamped",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    constraint="CONSTRAINT",
                    func="\n    INSERT INTO relations_referenceepoch AS stamp (id, changes) VALUES (1, 1)\n    ON CONFLICT (id) DO UPDATE SET changes = stamp.changes + 1\n        WHERE stamp.xmin::text <> (pg_current_xact_id()::xid)::text;\n    RETURN NULL;\n",
                    hash="fdbb937fefa9e34573b4b265b14108fe174c4fb3",
                    operation="UPDATE",
                    pgid="pgtrigger_every_correction_is_stamped_21b25",
                    table="relations_sanctionprogramme",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="source",
            trigger=pgtrigger.compiler.Trigger(
                name="every_correction_is_stamped",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    constraint="CONSTRAINT",
                    func="\n    INSERT INTO relations_referenceepoch AS stamp (id, changes) VALUES (1, 1)\n    ON CONFLICT (id) DO UPDATE SET changes = stamp.changes + 1\n        WHERE stamp.xmin::text <> (pg_current_xact_id()::xid)::text;\n    RETURN NULL;\n",
                    hash="7b2d2aeeb438bacb411a23ad9a5f8014e9b7f1e9",
                    operation="UPDATE",
                    pgid="pgtrigger_every_correction_is_stamped_79c1a",
                    table="relations_source",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="travelbanlist",
            trigger=pgtrigger.compiler.Trigger(
                name="every_correction_is_stamped",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    constraint="CONSTRAINT",
                    func="\n    INSERT INTO relations_referenceepoch AS stamp (id, changes) VALUES (1, 1)\n    ON CONFLICT (id) DO UPDATE SET changes = stamp.changes + 1\n        WHERE stamp.xmin::text <> (pg_current_xact_id()::xid)::text;\n    RETURN NULL;\n",
                    hash="15c03f76620bbb07de48a6e6aaaf265648bbcdbd",
                    operation="UPDATE",
                    pgid="pgtrigger_every_correction_is_stamped_52ad5",
                    table="relations_travelbanlist",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
    ]
    operations = [AtOnce(operations)]
