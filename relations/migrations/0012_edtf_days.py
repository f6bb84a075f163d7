"""Days of an EDTF string in SQL, as `relations/dates.py` has them, so that a fact's bounds are checked against its date.

Null where the string is no date that the tracker takes. A test compares the two.
"""

from django.db import migrations

BOUND = r"""
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
DAYS = r"""
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


class Migration(migrations.Migration):
    dependencies = [("relations", "0011_labels")]

    operations = [
        migrations.RunSQL(BOUND, "DROP FUNCTION edtf_bound(text, boolean)"),
        migrations.RunSQL(DAYS, "DROP FUNCTION edtf_days(text)"),
    ]
