from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0020_sentence_case_labels"),
    ]

    operations = [
        migrations.RenameField(model_name="designation", old_name="turn", new_name="change"),
    ]
