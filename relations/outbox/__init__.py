"""Transactional outbox: matches subscriptions and enqueues deliveries inside the transaction of a command."""
