"""Where editors record, correct and retract facts: Django's own admin, with the ledger behind every save."""

from __future__ import annotations

from django.contrib import admin
from django.db.models.signals import post_migrate
from procrastinate.contrib.django.models import ProcrastinateJob

from relations.admin.ambassadors import AmbassadorStatusAdmin
from relations.admin.changes import StatusChangeAdmin
from relations.admin.countries import CountryAdmin, MembershipAdmin
from relations.admin.events import DiplomaticEventAdmin
from relations.admin.groups import make_groups
from relations.admin.pairs import CountryPairAdmin
from relations.admin.sanctions import SanctionEventAdmin, SanctionProgrammeAdmin
from relations.admin.sources import SourceAdmin
from relations.admin.tokens import ApiTokenAdmin
from relations.admin.travel_bans import TravelBanEntryAdmin, TravelBanListAdmin
from relations.admin.webhooks import DeliveryAdmin, SubscriptionAdmin

admin.site.site_header = "Sanctions and diplomatic-status tracker"
admin.site.site_title = "Tracker"
admin.site.index_title = "What stands between two countries"
admin.site.index_template = "admin/relations/index.html"

# The queue's own pages carry styles that the policy forbids and break on filters that they do not know; what became of
# an import stands at /api/imports/.
admin.site.unregister(ProcrastinateJob)

post_migrate.connect(make_groups, dispatch_uid="make the groups of those who write")

__all__ = [
    "AmbassadorStatusAdmin",
    "ApiTokenAdmin",
    "CountryAdmin",
    "CountryPairAdmin",
    "DeliveryAdmin",
    "DiplomaticEventAdmin",
    "MembershipAdmin",
    "SanctionEventAdmin",
    "SanctionProgrammeAdmin",
    "SourceAdmin",
    "StatusChangeAdmin",
    "SubscriptionAdmin",
    "TravelBanEntryAdmin",
    "TravelBanListAdmin",
]
