"""`/api/webhooks/`: subscriptions, their deliveries, and replays of what was missed."""

from django.urls import URLPattern

from relations.api.webhooks import commands, deliveries, replays, subscriptions

urlpatterns: list[URLPattern] = [
    *subscriptions.urlpatterns,
    *commands.urlpatterns,
    *deliveries.urlpatterns,
    *replays.urlpatterns,
]
