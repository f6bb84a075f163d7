"""Rate limits of writes, of failed logins and (where a setting says so) of reads."""

from __future__ import annotations

import contextlib
import ipaddress
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS
from rest_framework.throttling import BaseThrottle

from relations import ledger
from relations.errors import TooManyRequests

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request

_WITH_PORT = re.compile(r"(?:\[(?P<v6>[^\[\]]+)\]|(?P<v4>[\d.]+))(?::\d{1,5})?", re.ASCII)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


def rate(text: str) -> tuple[int, int]:
    """`600/minute` -> (600, 60): how many, in how many seconds."""
    most, _, unit = text.partition("/")
    return int(most), _SECONDS[unit]


def address(request: HttpRequest | Request) -> str:
    """The client's address: `TRUSTED_PROXIES` entries at the end of X-Forwarded-For are believed, no more.

    One customer of a provider has a whole /64 of IPv6 addresses. All that names no address shares one bucket.
    """
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    trusted = settings.TRUSTED_PROXIES
    text = forwarded[-min(trusted, len(forwarded))] if trusted and forwarded else request.META.get("REMOTE_ADDR", "")
    try:
        client = _parsed(text)
    except ValueError:
        return "unknown"
    # As a number: a network has no zone.
    return str(client if client.version == 4 else ipaddress.ip_network((int(client), 64), strict=False))


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Reads an address as proxies write it, in quotes, in brackets and with a port too. Raises ValueError."""
    text = text.strip('"')
    match = _WITH_PORT.fullmatch(text)
    parsed = ipaddress.ip_address(match["v6"] or match["v4"] if match else text)
    return parsed if parsed.version == 4 else _embedded(parsed) or parsed


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that is written as an IPv6 one (docs/decisions/0111)."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


class Throttle(BaseThrottle):
    """Counts writes, and reads where a setting limits them: of the token, of the user, or of an unknown's address.

    DRF's own throttles count in a cache, which every process has for itself; these count in the database.
    """

    def allow_request(self, request: Request, view: object) -> bool:
        is_read = request.method in SAFE_METHODS
        if limit := settings.READ_LIMIT if is_read else settings.WRITE_LIMIT:
            _count(request, "read" if is_read else "write", limit)
        return True


def _count(request: Request, kind: str, limit: str) -> None:
    """Counts the request, and leaves the limit's headers for its response. Raises `TooManyRequests`."""
    most, seconds = rate(limit)
    remaining, reset = 0, 0
    try:
        remaining, reset = ledger.hit_rate_limit(_bucket(request, kind), most=most, seconds=seconds, what=f"{kind}s")
    except TooManyRequests as refusal:
        reset = refusal.particulars["seconds"]
        raise
    finally:
        request.limit_headers = _headers(kind, limit, remaining, reset)  # type: ignore[attr-defined]  # ours


def count_read(request: HttpRequest) -> Mapping[str, str]:
    """Counts a read outside the API, where nobody logs in, and returns the limit's headers; or `TooManyRequests`."""
    if not settings.READ_LIMIT:
        return {}
    most, seconds = rate(settings.READ_LIMIT)
    left, reset = ledger.hit_rate_limit(f"read:address:{address(request)}", most=most, seconds=seconds, what="reads")
    return _headers("read", settings.READ_LIMIT, left, reset)


def _headers(kind: str, limit: str, remaining: int, reset: int) -> Mapping[str, str]:
    most, seconds = rate(limit)
    return {"RateLimit-Policy": f'"{kind}s";q={most};w={seconds}', "RateLimit": f'"{kind}s";r={remaining};t={reset}'}


def limit_headers(request: Request) -> Mapping[str, str]:
    """`RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers) of a request that was counted."""
    return getattr(request, "limit_headers", {})


def usage(request: Request, kind: str) -> dict[str, int] | None:
    """The caller's limit of writes (`write`) or reads (`read`) and what is left of it; None where there is none."""
    limit = {"write": settings.WRITE_LIMIT, "read": settings.READ_LIMIT}[kind]
    if not limit:
        return None
    most, seconds = rate(limit)
    count, left = ledger.counted(_bucket(request, kind), seconds=seconds)
    return {"limit": most, "seconds": seconds, "remaining": max(0, most - count), "reset": left}


def count_failed_login(request: HttpRequest | Request) -> None:
    most, seconds = rate(settings.LOGIN_LIMIT)
    ledger.hit_rate_limit(f"login:{address(request)}", most=most, seconds=seconds, what="failed logins")


def note_failed_login(request: HttpRequest, account: str) -> None:
    """Counts against the address and against the account, and leaves the answer to somebody else."""
    for bucket, limit in _logins(request, account):
        most, seconds = rate(limit)
        with contextlib.suppress(TooManyRequests):
            ledger.hit_rate_limit(bucket, most=most, seconds=seconds, what="failed logins")


def seconds_without_login(request: HttpRequest, account: str) -> int:
    """Seconds until this address, or anybody for this account, may log in again; 0 for at once."""
    waits = [0]
    for bucket, limit in _logins(request, account):
        most, seconds = rate(limit)
        counted, left = ledger.counted(bucket, seconds=seconds)
        waits.append(left if counted >= most else 0)
    return max(waits)


def _logins(request: HttpRequest, account: str) -> tuple[tuple[str, str], ...]:
    """The buckets of a failed login, and their limits."""
    return ((f"login:{address(request)}", settings.LOGIN_LIMIT), (f"account:{account}", settings.ACCOUNT_LOGIN_LIMIT))


def _bucket(request: Request, kind: str) -> str:
    return f"{kind}:{_who(request)}"


def _who(request: Request) -> str:
    if request.auth is not None:
        return f"token:{request.auth.pk}"
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return f"address:{address(request)}"
