"""API tokens, rate-limit counters, and idempotency records."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from relations.codes import TokenScope


class ApiToken(models.Model):
    """A program's credential for acting as a user: stored as a SHA-256 digest, shown once when it is made."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=150)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=10, choices=TokenScope))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "API token"
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="a_token_has_scopes_of_the_vocabulary", condition=Q(scopes__contained_by=TokenScope.values)
            ),
        )

    def __str__(self) -> str:
        return self.name


class IdempotencyRecord(models.Model):
    """The response to the first request with an Idempotency-Key, repeated to later ones."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+", db_index=False)
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    headers = models.JSONField(default=dict)
    given_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="an_idempotency_key_is_answered_once", fields=["token", "path", "key"]),
        )
        indexes = (
            # Read by the purge of records older than a day.
            models.Index(name="answers_by_age", fields=["given_at"]),
        )

    def __str__(self) -> str:
        return self.key


class RateLimitCounter(models.Model):
    """The number of requests of one token or address in one window of time."""

    bucket = models.CharField(max_length=200)
    window = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(name="a_bucket_counts_once_a_window", fields=["bucket", "window"]),)

    def __str__(self) -> str:
        return self.bucket
