"""A database's schema, as catalogs show it: of a dump and its copy, of a new database and an upgraded one."""

import re

import psycopg

_OWN = "= 'public'::regnamespace"
_QUERIES = {
    "extensions": "SELECT extname, extversion FROM pg_extension",
    "columns": f"""
        SELECT attrelid::regclass::text, row_number() OVER (PARTITION BY attrelid ORDER BY attnum), attname,
            format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
            pg_get_expr(adbin, adrelid), attcollation::regcollation::text
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relnamespace {_OWN} AND relkind IN ('r', 'v') AND attnum > 0 AND NOT attisdropped
    """,
    "constraints": f"""
        SELECT conrelid::regclass::text, conname, convalidated, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace {_OWN}
    """,
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": """
        SELECT tgname, tgenabled, pg_get_triggerdef(oid), obj_description(oid, 'pg_trigger')
        FROM pg_trigger WHERE NOT tgisinternal
    """,
    "functions": f"""
        SELECT oid::regprocedure::text, pg_get_functiondef(oid) FROM pg_proc
        WHERE pronamespace {_OWN} AND prokind = 'f'
    """,
    "sequences": """
        SELECT sequencename, data_type::text, start_value, min_value, max_value, increment_by, cycle, cache_size
        FROM pg_sequences
    """,
}
_CAST = re.compile(r"[()]|::(text|character varying)(\[\])?")
_NAMED_BY_DJANGO = re.compile(r"\brelations_\w+?_(?:pkey|key|uniq|check|not_null|id_seq|[0-9a-f]{8}\w*)\b")


def schema(database: str, *, all_names: bool = True) -> dict[str, list[str]]:
    """Without casts and parentheses: PostgreSQL shows what it has read from its own words with others.

    Without `all_names` it lacks the names that Django and PostgreSQL derive from a table's name when they make
    something; they remain as they are when the table is renamed.
    """
    with psycopg.connect(database) as asked:
        rows = {
            kind: [_CAST.sub("", repr(row)) for row in asked.execute(query.encode())]
            for kind, query in _QUERIES.items()
        }
    return {
        kind: sorted(found if all_names else (_NAMED_BY_DJANGO.sub("…", row) for row in found))
        for kind, found in rows.items()
    }
