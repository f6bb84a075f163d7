from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0019_standard_terms_triggers"),
    ]

    operations = [
        migrations.RenameField(model_name="designation", old_name="turn", new_name="change"),
    ]
