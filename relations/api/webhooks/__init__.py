"""`/api/webhooks/`: subscriptions, their deliveries, and replays of what was missed."""
