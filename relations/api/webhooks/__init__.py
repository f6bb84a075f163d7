"""`/api/webhooks/`: subscriptions, their deliveries, and replays of what was missed."""

from django.urls import URLPattern

from relations.api.webhooks import acts, deliveries, replays, subscriptions

urlpatterns: list[URLPattern] = [
    *subscriptions.urlpatterns,
    *acts.urlpatterns,
    *deliveries.urlpatterns,
    *replays.urlpatterns,
]
