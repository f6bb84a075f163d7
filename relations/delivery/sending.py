"""One signed request to one receiver, and what became of it."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from relations.delivery import signing
from relations.delivery.claims import Claim
from relations.delivery.custom_headers import open_headers
from relations.delivery.outcomes import Outcome
from relations.models.deliveries import ANSWER_BYTES
from relations.net.client import Client, Limits, RequestFailed, Response, TooLong
from relations.net.guard import Rules

DEADLINE = 15.0
"""Seconds for all of it: look-up, connection, TLS, request and answer."""
MOST_ANSWER_BYTES = 16 * 1024
LONGEST_RETRY_AFTER = dt.timedelta(hours=24)
AGENT = "sanctions-tracker-webhooks/1"


class Sender:
    """Sends up to `at_once` messages at a time, by the operator's rules.

    Raises `ImproperlyConfigured` for an unusable `WEBHOOK_CA_FILE`, which must not cost deliveries their attempts.
    """

    def __init__(self, *, at_once: int) -> None:
        limits = Limits(
            deadline=DEADLINE, connect=DEADLINE / 3, received=MOST_ANSWER_BYTES + 32 * 1024, read_size=4096
        )  # fmt: skip
        try:
            self.client = Client(
                Rules.of_the_operator(), limits, agent=AGENT, at_once=at_once, authorities=settings.WEBHOOK_CA_FILE
            )
        except OSError as error:  # raised by OpenSSL for a file without certificates, too
            raise ImproperlyConfigured(f"WEBHOOK_CA_FILE contains no certificates ({error}).") from None

    def close(self) -> None:
        self.client.close()

    async def send(self, claim: Claim) -> Outcome:
        """Outcome of the request, whatever happens on the wire. Raises `SecretsLocked` if no key opens a secret."""
        at, started = dt.datetime.now(dt.UTC), time.monotonic()
        signed = signing.headers(
            message=claim.message, timestamp=int(at.timestamp()), body=claim.body, sealed=claim.sealed,
            subscription=claim.subscription,
        )  # fmt: skip
        own = open_headers(claim.sealed_headers, subscription=claim.subscription)
        status, error, answer, retry_after = None, None, b"", None
        try:
            async with self.client.request(
                "POST", claim.url, headers={**own, "Content-Type": "application/json", **signed}, content=claim.body
            ) as response:
                answer = await _beginning(response)
                status = response.status
                retry_after = _retry_after(status, response.headers.get("retry-after", ""), now=at)
        except RequestFailed as failure:
            error = failure.error
        return Outcome(
            claim=claim, at=at, milliseconds=round((time.monotonic() - started) * 1000),
            status=status, error=error, answer=answer, retry_after=retry_after,
        )  # fmt: skip


async def _beginning(response: Response) -> bytes:
    """First bytes of the body, for the log of attempts. The rest of a long body stays unread."""
    answer, read = b"", 0
    with contextlib.suppress(TooLong):
        async for chunk in response.chunks:
            read += len(chunk)
            answer = (answer + chunk)[:ANSWER_BYTES]
            if read >= MOST_ANSWER_BYTES:
                break
    return answer


def _retry_after(status: int, text: str, *, now: dt.datetime) -> dt.timedelta | None:
    """Pause that a busy receiver asks for (RFC 9110, 10.2.3): seconds or a date, 24 hours at most."""
    if status not in (429, 503):
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(dt.timedelta(seconds=min(int(text[:9]), 10**6)), LONGEST_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=dt.UTC)
    return max(dt.timedelta(), min(date - now, LONGEST_RETRY_AFTER))
