"""Django's admin, in which every save is a command of the ledger."""

from __future__ import annotations

from django.contrib import admin
from procrastinate.contrib.django import admin as queue

from relations.admin import kinds, read_only, referred_rows, tokens, webhooks

admin.site.site_header = "Sanctions and diplomatic-status tracker"
admin.site.site_title = "Tracker"
admin.site.index_title = "Facts and statuses between countries"
admin.site.index_template = "admin/relations/index.html"
admin.site.login_template = "admin/relations/login.html"

# The queue's own pages have inline styles, which the CSP forbids, and fail on unknown filters. /api/imports/ has the
# outcomes of imports.
admin.site.unregister(queue.models.ProcrastinateJob)
