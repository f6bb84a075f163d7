"""The wire: one request to one receiver, to an address that was looked at, within one deadline."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpcore2
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from relations.codes import AttemptError
from relations.delivery import Claim, Outcome, signing
from relations.errors import UrlRefused
from relations.models.deliveries import KEPT_OF_AN_ANSWER
from relations.net.guard import Endpoint, Rules, endpoint

DEADLINE = 15.0
"""Seconds for all of it: look-up, connection, TLS, request and answer."""
READ_OF_AN_ANSWER = 16 * 1024
_READ_IN_ALL = READ_OF_AN_ANSWER + 32 * 1024
"""Bytes off the wire: an endless row of interim answers (100, 103) or of tiny chunks ends with these."""
LONGEST_RETRY_AFTER = dt.timedelta(hours=24)
AGENT = "sanctions-tracker-webhooks/1"

_CHUNK = 4096
_OF_AN_ADDRESS = 5.0
"""Seconds for one of several addresses, so that a dead one leaves time for the next."""
_LOOK_UPS = 2
"""For each request under way: a name server that does not answer holds a thread for half a minute, longer than the
request that has given it up. With fewer, hanging ones would stand in the way of everybody else's."""


class Blocked(Exception):
    """An address of the name is not one that may be sent to."""


class NotFound(Exception):
    """The name has no address."""


class Enough(Exception):
    """No more is read of this answer."""


class Sender:
    """Sends for one worker up to `at_once` messages at a time, by the operator's rules.

    Raises `ImproperlyConfigured` where `WEBHOOK_CA_FILE` cannot be used: no delivery must pay for that with attempts.
    """

    def __init__(self, rules: Rules | None = None, *, at_once: int) -> None:
        self.rules = rules or Rules.of_the_operator()
        self.tls = _tls(settings.WEBHOOK_CA_FILE)
        self.names = ThreadPoolExecutor(_LOOK_UPS * at_once, thread_name_prefix="names")

    async def send(self, claim: Claim) -> Outcome:
        """Whatever happens on the wire is an outcome. Raises `SecretsLocked` where it cannot be signed."""
        at, started = dt.datetime.now(dt.UTC), time.monotonic()
        status: int | None = None
        answer, error, retry_after = b"", None, None
        try:
            async with asyncio.timeout(DEADLINE):
                status, answer, retry_after = await self._exchange(claim, at)
        except (Blocked, UrlRefused):
            error = AttemptError.BLOCKED
        except NotFound:
            error = AttemptError.NAME
        except TimeoutError:
            error = AttemptError.TIMEOUT
        except ssl.SSLError:
            error = AttemptError.TLS
        except httpcore2.ConnectError:
            error = AttemptError.CONNECT
        except (Enough, httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException, OSError):
            error = AttemptError.PROTOCOL
        return Outcome(
            claim=claim, at=at, milliseconds=round((time.monotonic() - started) * 1000),
            status=status, error=error, answer=answer, retry_after=retry_after,
        )  # fmt: skip

    def close(self) -> None:
        self.names.shutdown(wait=False, cancel_futures=True)

    async def _exchange(self, claim: Claim, at: dt.datetime) -> tuple[int, bytes, dt.timedelta | None]:
        place = endpoint(claim.url, self.rules)
        url = httpcore2.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target)
        connection = httpcore2.AsyncHTTPConnection(
            url.origin, ssl_context=self.tls if place.scheme == "https" else None,
            network_backend=_Guarded(self, place),
        )  # fmt: skip
        async with connection:
            request = httpcore2.Request(
                "POST", url, headers=list(_headers(claim, place, at).items()), content=claim.body
            )
            response = await connection.handle_async_request(request)
            answer = await _beginning(response)
            return response.status, answer, _retry_after(response, at)

    async def addresses(self, place: Endpoint) -> list[str]:
        """The addresses of a name, looked up this once; an address is its own, and no name server is asked."""
        if place.is_address:
            return [place.host]
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self.names, _look_up, place.host, place.port)
        except (OSError, UnicodeError) as error:
            raise NotFound from error
        return list(dict.fromkeys(found))


def _look_up(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _headers(claim: Claim, place: Endpoint, at: dt.datetime) -> dict[str, str]:
    default = {"https": 443, "http": 80}[place.scheme]
    signed = signing.headers(
        message=claim.message, timestamp=int(at.timestamp()), body=claim.body, sealed=claim.sealed,
        subscription=claim.subscription,
    )  # fmt: skip
    return {
        "Host": place.destination.removesuffix(f":{default}"),
        "User-Agent": AGENT,
        "Content-Type": "application/json",
        "Content-Length": str(len(claim.body)),
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **signed,
    }


async def _beginning(response: httpcore2.Response) -> bytes:
    """What is kept of the answer, once it has ended or enough of it has been read."""
    kept, read = b"", 0
    with contextlib.suppress(Enough):
        async with aclosing(response.aiter_stream()) as chunks:
            async for chunk in chunks:
                read += len(chunk)
                kept = (kept + chunk)[:KEPT_OF_AN_ANSWER]
                if read >= READ_OF_AN_ANSWER:
                    break
    return kept


def _retry_after(response: httpcore2.Response, now: dt.datetime) -> dt.timedelta | None:
    """How long a busy receiver asks to be left alone (RFC 9110, 10.2.3): seconds or a date, 24 hours at most."""
    if response.status not in (429, 503):
        return None
    told = next((value for name, value in response.headers if name.lower() == b"retry-after"), b"")
    text = told.decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return min(dt.timedelta(seconds=min(int(text[:9]), 10**6)), LONGEST_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=dt.UTC)
    return max(dt.timedelta(), min(date - now, LONGEST_RETRY_AFTER))


@cache
def _tls(authorities: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authorities:
        try:
            context.load_verify_locations(cafile=authorities)
        except OSError as error:  # what OpenSSL says of a file without certificates is one, too
            raise ImproperlyConfigured(f"WEBHOOK_CA_FILE holds no certificates ({error}).") from None
    return context


# --- connections ----------------------------------------------------------------------------------------------------


class _Guarded(httpcore2.AsyncNetworkBackend):
    """Connects to an address of the name only after all of its addresses have been looked at."""

    def __init__(self, sender: Sender, place: Endpoint) -> None:
        self.sender, self.place = sender, place

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None,  # noqa: ASYNC109  # httpcore2's signature
        local_address: str | None = None, socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:  # fmt: skip
        found = await self.sender.addresses(self.place)
        if not self.sender.rules.allow_all(found):
            raise Blocked
        return _Stream(*await _connect(found, port))


async def _connect(addresses: Sequence[str], port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """To the first address that takes the connection. What is asked for is an address: no name is looked up again."""
    *others, last = addresses
    for address in others:
        with contextlib.suppress(OSError):
            async with asyncio.timeout(_OF_AN_ADDRESS):
                return await asyncio.open_connection(address, port, limit=_CHUNK)
    try:
        return await asyncio.open_connection(last, port, limit=_CHUNK)
    except OSError as error:
        raise httpcore2.ConnectError from error


class _Stream(httpcore2.AsyncNetworkStream):
    """A connection of which no more is read than a little at a time: what is not read, the sender has to keep."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.left = _READ_IN_ALL

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # as above
        if self.left <= 0:
            raise Enough
        got = await self.reader.read(min(max_bytes, _CHUNK))
        self.left -= len(got)
        return got

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # as above
        try:
            self.writer.write(buffer)
            await self.writer.drain()
        except OSError as error:
            # The receiver may have answered before it closed: the answer is looked for then.
            raise httpcore2.WriteError from error

    async def aclose(self) -> None:
        # At once: nobody may keep the worker waiting for the end of a connection.
        self.writer.transport.abort()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # as above
    ) -> httpcore2.AsyncNetworkStream:  # fmt: skip
        try:
            await self.writer.start_tls(ssl_context, server_hostname=server_hostname)
        except ssl.SSLError:
            raise
        except OSError as error:
            raise ssl.SSLError("the receiver ended the handshake") from error
        return self

    def get_extra_info(self, info: str) -> Any:
        return self.writer.get_extra_info(info)
