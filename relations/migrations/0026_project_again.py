"""Marks imported facts as events or observations, and has every pair projected again.

Facts of the two sources that show states (an edition, a year of a data set) become observations in all their versions,
and so do three facts of the seed article. Later editions of one source name the first as their original, as imports do.
`refresh` computes the periods of all pairs.
"""

import csv
import datetime as dt
import io
import re

from django.db import migrations

REGISTERS = {
    "pocom": "Office of the Historian", "factbook": "Central Intelligence Agency",
    "travel_ban": "Compiled from public pages",
}  # fmt: skip
COW, GSDB = "Correlates of War Project", "Global Sanctions Data Base"
COW_COVERS_TO = dt.date(2000, 12, 31)
"""The last year that the data set of 2006 codes."""

IMPORTED = (*REGISTERS.values(), COW, GSDB)
_SERVED = re.compile(r"<date>(\d{4}-\d\d-\d\d)</date>")

OBSERVING = (REGISTERS["factbook"], COW)
"""Cases of the Global Sanctions Data Base begin and end: they are events."""
SEED = (
    "bf651116-4cd6-5ef3-94e5-2cb0aa58fb3b",
    "b928fa6f-de7e-567e-b08b-6f878b8fe0a1",
    "615ce737-3a18-57d7-b5ff-aec1d494208f",
)
"""Facts 9, 10 and 23: two posts that had been empty for ten years, and an envoy in a caption."""

FACTS = {
    "ambassadorstatus": "ambassador_status_id",
    "sanctionevent": "sanction_event_id",
    "travelbanentry": "travel_ban_entry_id",
    "diplomaticevent": "diplomatic_event_id",
}

# Which facts an import has written is in the log: it has an entry for each of their versions.
OBSERVED = """
    ALTER TABLE relations_{table} DISABLE TRIGGER USER;
    UPDATE relations_{table} AS fact SET nature = 'observation'
    WHERE key = ANY(%(seed)s::uuid[]) OR key IN (
        SELECT imported.key FROM relations_{table} AS imported
        JOIN relations_citation AS citation ON citation.{column} = imported.id
        JOIN relations_source AS source ON source.id = citation.source_id
        WHERE source.publisher = ANY(%(publishers)s) AND EXISTS (
            SELECT FROM relations_statuschange WHERE cause_key = imported.key AND reason = 'imported'
        )
    );
    ALTER TABLE relations_{table} ENABLE TRIGGER USER;
"""


EDITIONS = """
    WITH editions AS (
        SELECT id, min(id) OVER (PARTITION BY publisher, title) AS first FROM relations_source
        WHERE publisher = ANY(%s) AND kind IN ('register', 'dataset')
    )
    UPDATE relations_source AS source SET syndication_of_id = editions.first FROM editions
    WHERE editions.first <> editions.id AND editions.id IN (source.id, source.syndication_of_id)
"""


def date_sources(apps, schema_editor):
    sources = apps.get_model("relations", "Source").objects.filter(kind="dataset")
    sources.filter(publisher=COW).update(covers_to=COW_COVERS_TO)
    for source in sources.filter(publisher=GSDB).exclude(text=""):
        if last := _last_year(source.text):
            sources.filter(pk=source.pk).update(covers_to=dt.date(last, 12, 31))
    _cover_terms(sources.filter(publisher=REGISTERS["pocom"]))
    bans = apps.get_model("relations", "ImportRun").objects.filter(list="travel_ban", state="succeeded", dry_run=False)
    last = bans.order_by("-started_at").values_list("dated", flat=True).first()
    sources.filter(publisher=REGISTERS["travel_ban"]).update(covers_to=last)
    sources.filter(publisher__in=REGISTERS.values()).update(kind="register")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(EDITIONS, [list(IMPORTED)])


def _cover_terms(sources):
    """Registers of terms of office speak of the days up to the last one in them, as of the last import."""
    texts = sources.exclude(text="").values_list("text", flat=True).iterator()
    today = f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"
    days = [day for text in texts for day in _SERVED.findall(text) if day <= today]
    sources.update(covers_to=max(days, default=None))


def _last_year(text):
    """The last year of a release: cases that go on end with it."""
    years = [row.get("end") or "" for row in csv.DictReader(io.StringIO(text))]
    return max((int(year[:4]) for year in years if year[:4].isdecimal() and len(year) >= 4), default=None)


def mark_observations(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        # What the sources' triggers left to the commit, for a table with such is not altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, column in FACTS.items():
            for statement in OBSERVED.format(table=table, column=column).strip().split(";\n"):
                cursor.execute(statement, {"seed": list(SEED), "publishers": list(OBSERVING)})
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def project_again(apps, schema_editor):
    """0001-01-01 in `next_change_on` is the ledger's mark of a pair that awaits its projection."""
    apps.get_model("relations", "CountryPair").objects.update(next_change_on=dt.date.min)


class Migration(migrations.Migration):
    dependencies = [("relations", "0025_evidence_ages")]

    operations = [
        migrations.RunPython(date_sources, migrations.RunPython.noop),
        migrations.RunPython(mark_observations, migrations.RunPython.noop),
        migrations.RunPython(project_again, migrations.RunPython.noop),
    ]
