from django.db import migrations, models


def _part(text, separator, place):
    return models.Func(
        text,
        models.Value(separator),
        models.Value(place),
        function="split_part",
        output_field=models.TextField(),
    )


_DIRECTION = _part("track", ":", 2)


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0016_organisations"),
    ]

    operations = [
        # Readers go on; what appends to the log waits, 3.5 seconds for a million lines.
        migrations.AddIndex(
            model_name="statuschange",
            index=models.Index(
                _part(_DIRECTION, ">", 1),
                _part(_DIRECTION, ">", 2),
                models.F("id"),
                name="changes_by_direction",
            ),
        ),
        migrations.AddIndex(
            model_name="statuschange",
            index=models.Index(
                _part(_DIRECTION, ">", 2),
                models.F("id"),
                name="changes_by_receiver",
            ),
        ),
        # Until it is analysed the planner knows nothing of expressions, and would not use the indexes.
        migrations.RunSQL("ANALYZE relations_statuschange", migrations.RunSQL.noop),
    ]
