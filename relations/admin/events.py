"""Diplomatic events."""

from __future__ import annotations

from django.contrib import admin

from relations.admin.facts import FactAdmin
from relations.models import DiplomaticEvent


@admin.register(DiplomaticEvent)
class DiplomaticEventAdmin(FactAdmin[DiplomaticEvent]):
    own_fields = ("kind",)
