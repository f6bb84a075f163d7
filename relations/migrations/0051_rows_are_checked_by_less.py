"""Drops foreign keys of periods and spans that those of their pair answer for, and looks at the members of one organisation.

Spans get the check constraint by which their countries are those of the pair; periods have had it.
"""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from django.db.models.functions import Collate, Concat, Greatest, Least

from relations.migrations._at_once import AtOnce

_SIDES = Collate(models.F("from_country"), "C"), Collate(models.F("to_country"), "C")
_PAIR = Concat(Least(*_SIDES), models.Value("-"), Greatest(*_SIDES))
_DIRECTED = ("ambassador", "next", "sanctions", "travel_ban")
_FUNC = """
        IF EXISTS (
            SELECT FROM relations_membership JOIN relations_country ON code = organisation_id
            WHERE organisation_id = NEW.{column} AND kind <> 'organisation'
        ) THEN
            RAISE EXCEPTION 'only an organisation has members'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'only_an_organisation_has_members';
        END IF;
        RETURN NULL;
    """


def _side_of_the_pair() -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
        related_name="+", to="relations.country",
    )  # fmt: skip


def _organised(table: str, column: str, *, hash: str, pgid: str) -> pgtrigger.compiler.Trigger:
    sql = pgtrigger.compiler.UpsertTriggerSql(
        constraint="CONSTRAINT", func=_FUNC.format(column=column), hash=hash, operation="INSERT OR UPDATE", pgid=pgid,
        table=table, timing="DEFERRABLE INITIALLY DEFERRED", when="AFTER",
    )  # fmt: skip
    return pgtrigger.compiler.Trigger(name="only_an_organisation_has_members", sql=sql)


class Migration(migrations.Migration):
    dependencies = [("relations", "0050_periods_by_b_trees")]

    operations = [
        pgtrigger.migrations.RemoveTrigger("country", "only_an_organisation_has_members"),
        pgtrigger.migrations.RemoveTrigger("membership", "only_an_organisation_has_members"),
        migrations.AlterField("statusperiod", "from_country", _side_of_the_pair()),
        migrations.AlterField("statusperiod", "to_country", _side_of_the_pair()),
        migrations.AlterField("statusspan", "from_country", _side_of_the_pair()),
        migrations.AlterField("statusspan", "to_country", _side_of_the_pair()),
        pgtrigger.migrations.AddTrigger(
            "country",
            _organised(
                "relations_country",
                "code",
                hash="8088f1b9286bcfbbeea620aaf98456ea20b39ac0",
                pgid="pgtrigger_only_an_organisation_has_members_1e7b3",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            "membership",
            _organised(
                "relations_membership",
                "organisation_id",
                hash="99ed5f5707bd0079cc53114bd56d7ead838af95c",
                pgid="pgtrigger_only_an_organisation_has_members_309a3",
            ),
        ),
        migrations.AddConstraint(
            "statusspan",
            models.CheckConstraint(
                name="a_span_has_the_two_sides_of_its_pair_or_none",
                condition=models.Q(kind__in=_DIRECTED, pair=_PAIR, from_country__isnull=False, to_country__isnull=False)
                | models.Q(from_country__isnull=True, to_country__isnull=True) & ~models.Q(kind__in=_DIRECTED),
            ),
        ),
    ]
    operations = [AtOnce(operations)]
