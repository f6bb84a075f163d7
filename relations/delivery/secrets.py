"""Secrets of subscriptions: creation, rotation with a grace period, re-encryption."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Now

from relations.delivery import signing
from relations.errors import SecretsLocked
from relations.models import SigningSecret, Subscription

GRACE = dt.timedelta(hours=24)


def add_secret(row: Subscription, *, now: dt.datetime) -> signing.Secret:
    secret = signing.Secret.new()
    SigningSecret.objects.create(
        subscription=row, sealed=secret.sealed, fingerprint=secret.fingerprint, created_at=now
    )  # fmt: skip
    return secret


@transaction.atomic
def rotate(subscription: Subscription, *, grace: dt.timedelta = GRACE) -> signing.Secret:
    """Makes a new secret. During the grace, messages also carry a signature of the previous one, after the new one's.

    At most two secrets sign: a rotation during a grace ends that grace.
    """
    row = Subscription.objects.locked(subscription.pk)
    now = dt.datetime.now(dt.UTC)
    row.secrets.filter(retires_at__isnull=False).delete()
    if grace:
        row.secrets.update(retires_at=now + grace)
    else:
        row.secrets.all().delete()
    return add_secret(row, now=now)


def with_fingerprints(rows: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """Annotates the `fingerprint` of the current secret and the end of the previous one's grace (`grace_until`)."""
    secrets = SigningSecret.objects.filter(subscription=OuterRef("pk"))
    return rows.annotate(
        fingerprint=Subquery(secrets.filter(retires_at__isnull=True).values("fingerprint")[:1]),
        grace_until=Subquery(secrets.filter(retires_at__gt=Now()).values("retires_at")[:1]),
    )


def secrets_at(port: int) -> list[signing.Secret]:
    """Current secrets of subscriptions to a port of this machine, for a receiver on it."""
    here = [f"{host}:{port}" for host in ("127.0.0.1", "localhost")]
    rows = SigningSecret.objects.signing(dt.datetime.now(dt.UTC)).filter(subscription__destination__in=here)
    return [signing.Secret.decrypt(bytes(row.sealed), subscription=row.subscription_id) for row in rows]


def reseal_secrets() -> tuple[int, list[int]]:
    """Encrypts every secret with the first of WEBHOOK_SECRET_KEYS, so that the other keys may go.

    Returns their number, and the subscriptions whose secrets no key decrypts: those stay as they are.
    """
    number, locked = _reseal(SigningSecret.objects.all(), "sealed")
    _, locked_headers = _reseal(Subscription.objects.exclude(sealed_headers=None), "sealed_headers")
    return number, sorted(locked | locked_headers)


def _reseal(rows: QuerySet[Any], column: str) -> tuple[int, set[int]]:
    """Encrypts a column of each row again: their number, and the subscriptions of those that no key decrypts."""
    number, locked = 0, set[int]()
    for key in rows.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = rows.select_for_update(no_key=True).filter(pk=key).first()
            if row is None:
                continue
            subscription = getattr(row, "subscription_id", key)
            try:
                clear = signing.decrypt(getattr(row, column), subscription=subscription)
            except SecretsLocked:
                locked.add(subscription)
                continue
            setattr(row, column, signing.encrypt(clear))
            row.save(update_fields=(column,))
            number += 1
    return number, locked
