"""Indexes of filters: each of what few facts say."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations
from django.db.models import F, Func, Index, Q

from relations.migrations._at_once import AtOnce

_DAYS = Func(F("announced_on"), function="edtf_days", output_field=django.contrib.postgres.fields.DateRangeField())


def _of_facts(model):
    yield Index(name=f"{model}_of_response", fields=["in_response_to"], condition=Q(in_response_to__isnull=False))
    yield Index(
        name=f"{model}_of_author", fields=["recorded_by", "latest", "id"], condition=Q(recorded_by__isnull=False)
    )
    yield django.contrib.postgres.indexes.GistIndex(_DAYS, name=f"{model}_announced", condition=~Q(announced_on=""))
    yield Index(name=f"{model}_by_quantity", fields=["quantity"], condition=Q(quantity__isnull=False))
    yield Index(name=f"{model}_by_version", fields=["version", "latest", "id"], condition=Q(version__gt=1))
    yield Index(name=f"{model}_observed", fields=["latest", "id"], condition=Q(nature="observation"))
    yield Index(name=f"{model}_superseded", fields=["latest", "id"], condition=Q(superseded_at__isnull=False))


def _of_kinds():
    for model in ("ambassadorstatus", "sanctionevent", "travelbanentry", "diplomaticevent"):
        yield from ((model, index) for index in _of_facts(model))
    for index in (
        Index(name="sanction_events_by_scope", fields=["scope", "latest", "id"], condition=~Q(scope="")),
        Index(name="sanction_events_by_extends", fields=["extends"], condition=~Q(extends="")),
        Index(name="sanction_events_by_expiry", fields=["expires_on"], condition=Q(expires_on__isnull=False)),
    ):
        yield "sanctionevent", index
    for model, name, column in (
        ("sanctionevent", "sanction_events_by_measure", "measures"),
        ("travelbanentry", "entries_by_identifier", "identifiers"),
        ("travelbanentry", "entries_by_visa_class", "visa_classes"),
    ):
        yield model, django.contrib.postgres.indexes.GinIndex(name=name, fields=[column])
    stale = django.contrib.postgres.indexes.GistIndex(
        name="stale_periods_by_day", fields=["days"], condition=Q(stale=True)
    )
    yield "statusperiod", stale


class Migration(migrations.Migration):
    dependencies = [("relations", "0029_status_spans")]

    operations = [AtOnce([migrations.AddIndex(model_name=model, index=index) for model, index in _of_kinds()])]
