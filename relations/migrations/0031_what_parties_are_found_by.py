"""Computes the forms of names again, and from the records of parties the columns that they are found by besides."""

from importlib import import_module

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from relations.migrations._at_once import AtOnce

_name_forms = import_module("relations.migrations.0023_name_forms")

# NFKD and the removal of marks: `Téhéran` is `teheran`. A word is cut where the index has a limit.
_FUNCTIONS = r"""
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
_WITHOUT_FUNCTIONS = """
DROP FUNCTION party_address_countries(jsonb), party_remark_words(jsonb), party_address_words(jsonb), party_births(jsonb), party_numbers(jsonb),
    party_number(text), party_words(text);
"""


def _computed(name, element):
    return migrations.AddField(
        "designation",
        name,
        models.GeneratedField(
            db_persist=True,
            expression=models.Func("content", function=f"party_{name}"),
            output_field=django.contrib.postgres.fields.ArrayField(element),
        ),
    )


def _index(name, column):
    return migrations.AddIndex("designation", django.contrib.postgres.indexes.GinIndex(fields=[column], name=name))


class Migration(migrations.Migration):
    dependencies = [("relations", "0030_fact_filters")]

    operations = [
        # The tables of `relations.text` have more words.
        migrations.RunPython(_name_forms.compute_forms, migrations.RunPython.noop),
        migrations.RunSQL(_FUNCTIONS, _WITHOUT_FUNCTIONS),
        _computed("numbers", models.TextField()),
        _computed("births", django.contrib.postgres.fields.ranges.DateRangeField()),
        _computed("address_words", models.TextField()),
        _computed("address_countries", models.TextField()),
        _computed("remark_words", models.TextField()),
        _index("designations_by_number", "numbers"),
        _index("designations_by_address", "address_words"),
        _index("designations_by_remark", "remark_words"),
        pgtrigger.migrations.RemoveTrigger(model_name="designation", name="a_designation_is_never_edited"),
        pgtrigger.migrations.AddTrigger(
            model_name="designation",
            trigger=pgtrigger.compiler.Trigger(
                name="a_designation_is_never_edited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL\n                        -- Columns that are computed from content have no new value yet.\n                        AND to_jsonb(NEW) - '{superseded_at, numbers, births, address_words, address_countries,\n                            remark_words}'::text[] = to_jsonb(OLD) - '{superseded_at, numbers, births, address_words,\n                            address_countries, remark_words}'::text[]\n                    THEN\n                        RETURN NEW;\n                    END IF;\n                    RAISE EXCEPTION 'a recorded designation is never edited or deleted'\n                        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_designation_is_never_edited';\n                ",
                    hash="63ad9f2eb71257cbf2f46975364991a781044183",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_a_designation_is_never_edited_b903b",
                    table="relations_designation",
                    when="BEFORE",
                ),
            ),
        ),
    ]
    operations[2:] = [AtOnce(operations[2:])]
