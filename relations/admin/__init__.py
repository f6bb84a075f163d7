"""Django's admin, in which every save is a command of the ledger."""

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
admin.site.index_title = "Facts and statuses between countries"
admin.site.index_template = "admin/relations/index.html"

# The queue's own pages have inline styles, which the CSP forbids, and fail on unknown filters. /api/imports/ has the
# outcomes of imports.
admin.site.unregister(ProcrastinateJob)

post_migrate.connect(make_groups, dispatch_uid="relations.admin.groups")

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
