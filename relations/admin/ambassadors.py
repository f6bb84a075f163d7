"""Heads of mission."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from relations.admin.facts import FactAdmin
from relations.admin.filters import STATUSES, TrackFilter
from relations.admin.forms import FactForm
from relations.models import AmbassadorStatus

_CHOICES = [("", "---------"), *STATUSES.values()]


class AmbassadorStatusForm(FactForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "status" in self.fields:
            self.fields["status"].choices = _CHOICES  # type: ignore[attr-defined]  # a field of choices


@admin.register(AmbassadorStatus)
class AmbassadorStatusAdmin(FactAdmin[AmbassadorStatus]):
    form = AmbassadorStatusForm
    own_fields = ("status", "holder")
    extra_columns = ("holder",)
    extra_filters = (TrackFilter,)
    extra_search = ("holder",)
