"""API tokens, rate limits, and idempotency records."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from relations.errors import Conflict, Invalid, KeyReused, Refused, SomeRefused, TooManyRequests
from relations.ledger.rights import useless_scopes
from relations.models import ApiToken, IdempotencyRecord, RateLimitCounter
from relations.text.faults import fault_of_text

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_OWN_TOKENS = 100
RETENTION = dt.timedelta(hours=24)
_NOTE_USE_EVERY = dt.timedelta(minutes=1)


def digest(token: str) -> str:
    """The stored form of a token. It has 256 random bits, so a plain SHA-256 cannot be reversed."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue_token(
    user: User, *, name: str, scopes: Iterable[str], expires_at: dt.datetime | None = None
) -> tuple[ApiToken, str]:
    """Creates a token; the second of the pair is its text, which is not stored."""
    text = f"trk_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user=user, name=name, digest=digest(text), scopes=sorted(set(scopes)), created_at=_now(), expires_at=expires_at
    )
    return token, text


@transaction.atomic
def issue_own_token(
    user: User, *, name: str, scopes: Collection[str], within: ApiToken | None, **expiry: dt.datetime | None
) -> tuple[ApiToken, str]:
    """Creates a token at the request of its user, who has the rights of its scopes.

    It can do no more, and lasts no longer, than `within`, the token of the request (None: a login). `expires_at` is by
    default that of `within`. Raises `SomeRefused`, or `Conflict` for more than `MOST_OWN_TOKENS`.
    """
    get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
    if within is not None and not ApiToken.objects.select_for_update(no_key=True).filter(pk=within.pk).exists():
        raise Conflict(why="The token of this request was just revoked.")
    expires_at = expiry.get("expires_at", within.expires_at if within else None)
    if wrong := [*_beyond_rights(user, scopes, within), *_beyond_time(expires_at, within)]:
        raise SomeRefused({0: wrong})
    if fault := fault_of_text(name):
        raise Invalid(field="name", why=fault)
    if ApiToken.objects.filter(user=user).count() >= MOST_OWN_TOKENS:
        raise Conflict(why=f"A user makes at most {MOST_OWN_TOKENS} tokens: revoke some that are not used.")
    return issue_token(user, name=name, scopes=scopes, expires_at=expires_at)


def _beyond_rights(user: User, scopes: Collection[str], within: ApiToken | None) -> Iterator[Refused]:
    for scope in sorted(scopes):
        if within is not None and scope not in within.scopes:
            yield Invalid(field="scopes", why=f"The token of this request lacks the scope {scope!r}, and gives none.")
    for scope, roles in useless_scopes(user, scopes):
        may = " or ".join(role.does for role in roles)
        yield Invalid(field="scopes", why=f"You may not {may}, nor may a token of yours: leave out {scope!r}.")


def _beyond_time(expires_at: dt.datetime | None, within: ApiToken | None) -> Iterator[Refused]:
    if expires_at is not None and expires_at <= _now():
        yield Invalid(field="expires_at", why="This time is in the past: the token would never be valid.")
    end = within.expires_at if within else None
    if end is not None and (expires_at is None or expires_at > end):
        yield Invalid(
            field="expires_at", why=f"The token of this request expires on {end:%Y-%m-%d}; take no later time."
        )


def revoke_token(token: ApiToken) -> None:
    token.delete()


def note_use(token: ApiToken) -> None:
    """Notes the use of a token, at most once a minute: otherwise every read would be a write."""
    now = _now()
    if token.last_used_at is None or now - token.last_used_at >= _NOTE_USE_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def hit_rate_limit(bucket: str, *, most: int, seconds: int, what: str) -> tuple[int, int]:
    """Counts one more in the bucket's window of `seconds`; raises `TooManyRequests` beyond `most`.

    Returns how many are left, and the seconds until the next window.

    Committed by itself, before the command: refused requests count as well.
    """
    start, left = _window(seconds)
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO relations_ratelimitcounter (bucket, "window", count) VALUES (%s, %s, 1) '
            'ON CONFLICT (bucket, "window") DO UPDATE SET count = relations_ratelimitcounter.count + 1 RETURNING count',
            [bucket[:200], start],
        )
        (count,) = cursor.fetchone() or (0,)
    if count > most:
        raise TooManyRequests(what=what, seconds=left)
    return most - count, left


def counted(bucket: str, *, seconds: int) -> tuple[int, int]:
    """The count in the bucket's present window, and the seconds until the next one."""
    start, left = _window(seconds)
    count = RateLimitCounter.objects.filter(bucket=bucket[:200], window=start).values_list("count", flat=True).first()
    return count or 0, left


@transaction.atomic
def reserve_idempotency_key(token: ApiToken, *, path: str, key: str, body: bytes) -> tuple[IdempotencyRecord, bool]:
    """The record for the response to this request, and True if it is new.

    A second request with the same key waits here until the first has committed or rolled back. Raises `KeyReused`
    if the key came with another request.
    """
    body_digest = hashlib.sha256(body).hexdigest()
    IdempotencyRecord.objects.filter(token=token, path=path, key=key, given_at__lt=_now() - RETENTION).delete()
    new = IdempotencyRecord(token=token, path=path, key=key, body_digest=body_digest, given_at=_now())
    IdempotencyRecord.objects.bulk_create([new], ignore_conflicts=True)
    record = IdempotencyRecord.objects.get(token=token, path=path, key=key)
    if record.body_digest != body_digest:
        raise KeyReused(field="Idempotency-Key")
    return record, record.status is None


def store_response(record: IdempotencyRecord, *, status: int, body: bytes, headers: Mapping[str, Any]) -> None:
    """Stores the response in the command's own transaction: both are committed or neither."""
    # None is left where the command has revoked the token.
    IdempotencyRecord.objects.filter(pk=record.pk).update(status=status, body=body, headers=dict(headers))


def purge_idempotency_records() -> int:
    """Deletes records older than a day, and rate-limit counters of past windows. Returns the number of records."""
    now = _now()
    RateLimitCounter.objects.filter(window__lt=now - RETENTION).delete()
    return IdempotencyRecord.objects.filter(given_at__lt=now - RETENTION).delete()[0]


def _window(seconds: int) -> tuple[dt.datetime, int]:
    """The start of the present window and the whole seconds until the next one."""
    now = _now().timestamp()
    start = now // seconds * seconds
    return dt.datetime.fromtimestamp(start, dt.UTC), math.ceil(start + seconds - now)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
