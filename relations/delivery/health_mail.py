"""Mail to an owner whose subscription begins to fail, is disabled, or recovers: at least once for each, and late.

The state is compared with the one that the last mail had, so nothing is lost by a crash, and nothing sent that is over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from textwrap import dedent

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from relations.codes import DisabledReason, SubscriptionState
from relations.dates import moment_text
from relations.models import Subscription

log = structlog.get_logger(__name__)

RETRY = dt.timedelta(minutes=15)
"""Pause before the next try where the mail server accepted none, or where the process was killed."""
PATIENCE = dt.timedelta(days=1)
"""Age of a state of which nothing is said any more."""
SPACING = dt.timedelta(hours=1)
"""Between two mails that one subscription fails: a receiver may come and go all day."""
_WORDS = {
    SubscriptionState.ENABLED: ("has recovered", "Deliveries that waited are being sent."),
    SubscriptionState.PAUSED: (
        "is failing", "It has failed five times in a row and pauses. Deliveries wait, and one at a time tries again.",
    ),
    SubscriptionState.DISABLED: (
        "is disabled", "Nothing more is sent or collected for it. Enable it again to replay what it missed.",
    ),
}  # fmt: skip


def is_configured() -> bool:
    return bool(settings.MAILERS)


def send_health_mail(*, now: Callable[[], dt.datetime], is_over: Callable[[], bool] = lambda: False) -> None:
    """Sends what is due until nothing is, or `is_over`. No transaction is open during a request."""
    while not is_over() and (row := _claim(now())):
        try:
            _message(row).send(using="default")
        except (OSError, ValueError) as error:  # ValueError: an address that is none
            log.warning("a mail was not sent", subscription=row.pk, error=type(error).__name__)
        else:
            _confirm(row, now())


def _claim(now: dt.datetime) -> Subscription | None:
    """The next one to mail about. It is due again later unless `_confirm` says that the mail was sent."""
    while True:
        with transaction.atomic():
            rows = Subscription.objects.filter(mail_due_at__lte=now).order_by("mail_due_at", "pk")
            row = rows.select_related("owner").select_for_update(of=("self",), no_key=True, skip_locked=True).first()
            if row is None:
                return None
            row.mail_due_at = _due_at(row, now)
            row.save(update_fields=("mail_due_at",))
            if row.mail_due_at == now + RETRY:
                return row


def _due_at(row: Subscription, now: dt.datetime) -> dt.datetime | None:
    """Time of the retry of what is sent now, or of the next look; None where nothing is to be said."""
    by_owner = row.disabled_reason == DisabledReason.OWNER
    if row.state not in _WORDS or by_owner or row.state == row.mailed_state or now - row.state_since > PATIENCE:
        return None
    if not row.owner.email or not row.owner.is_active:
        return None
    if row.state == SubscriptionState.PAUSED and row.mailed_at and now < row.mailed_at + SPACING:
        return row.mailed_at + SPACING
    return now + RETRY


def _confirm(mailed: Subscription, now: dt.datetime) -> None:
    row = Subscription.objects.filter(pk=mailed.pk)
    row.update(mailed_state=mailed.state)
    if mailed.state == SubscriptionState.PAUSED:
        row.update(mailed_at=now)
    # Another state since then has a time of its own.
    row.filter(state_since=mailed.state_since).update(mail_due_at=None)


def _message(row: Subscription) -> EmailMessage:
    """Plain text, with links, times and counts, and no secret."""
    what, consequence = _WORDS[SubscriptionState(row.state)]
    name = " ".join((row.description or row.destination).split())
    own = f"{settings.PUBLIC_URL}/api/webhooks/{row.pk}/"
    reason = f"\nReason: {row.get_disabled_reason_display()}" if row.disabled_reason else ""
    body = dedent("""\
        Your webhook subscription {number} ({name}) {what}, since {since}.
        {consequence}

        URL: {url}
        Failures in a row: {failures}{reason}
        Subscription: {own}
        Deliveries: {own}deliveries/
        Rules: {site}/docs/webhooks/
        """).format(
        number=row.pk, name=name, what=what, since=moment_text(row.state_since), consequence=consequence, url=row.url,
        failures=row.failures, reason=reason, own=own, site=settings.PUBLIC_URL,
    )  # fmt: skip
    subject = f"Webhook {row.pk} ({name}) {what}"
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [row.owner.email])
