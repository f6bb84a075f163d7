"""The one HTTP client, for webhooks and for official lists.

Every connection goes to an address that the guard has judged (address pinning: no second look-up), without a proxy
from the environment, within one deadline and one number of bytes. HTTP itself is httpcore2's: it connects through a
custom network backend, since a custom resolver is not asked for IP literals.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urljoin

import httpcore2

from relations.codes import AttemptError
from relations.errors import UrlRefused
from relations.net.guard import Endpoint, Rules, endpoint

_REDIRECTS = (301, 302, 303, 307, 308)
_LOOK_UPS = 2
"""Threads for each concurrent request: an unresponsive name server blocks one for half a minute, longer than the
request that gave up on it. With fewer, such look-ups would delay those of other requests."""


class RequestFailed(Exception):
    """There is no complete response. `error` classifies the reason that the text gives."""

    def __init__(self, error: AttemptError, why: str) -> None:
        super().__init__(why)
        self.error = error


class TooLong(RequestFailed):
    """The server sends more bytes than the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one request, in seconds and bytes.

    `deadline` covers everything: look-up, connections, TLS, redirects and body. `connect` is for each address but the
    last one of a name, so that a dead address leaves time for the next. `received` counts bytes off the wire, which
    ends an endless row of interim responses (100, 103) or of tiny chunks.
    """

    deadline: float
    connect: float
    received: int
    read_size: int
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class Response:
    """Status, headers by lower-case name, and the body as it arrives."""

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]


class Client:
    """Sends up to `at_once` requests at a time. `authorities` is a file of certificates to trust as well.

    Raises `OSError` if that file contains none.
    """

    def __init__(self, rules: Rules, limits: Limits, *, agent: str, at_once: int = 1, authorities: str = "") -> None:
        self.rules, self.limits, self.agent = rules, limits, agent
        self.tls = _tls(authorities)
        self.names = ThreadPoolExecutor(_LOOK_UPS * at_once, thread_name_prefix="names")

    def close(self) -> None:
        self.names.shutdown(wait=False, cancel_futures=True)

    @contextlib.asynccontextmanager
    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None = None
    ) -> AsyncIterator[Response]:
        """Response of the URL. The guard judges every redirect like the URL itself. Raises `RequestFailed`."""
        try:
            async with asyncio.timeout(self.limits.deadline), contextlib.AsyncExitStack() as stack:
                for _ in range(self.limits.redirects + 1):
                    response = await self._send(stack, method, url, headers, content)
                    if not self.limits.redirects or response.status not in _REDIRECTS:
                        yield response
                        return
                    url = _target(url, response.headers.get("location", ""))
                raise RequestFailed(AttemptError.PROTOCOL, f"it redirects more than {self.limits.redirects} times")
        except UrlRefused as refusal:
            raise RequestFailed(AttemptError.BLOCKED, refusal.particulars["why"]) from refusal
        except TimeoutError as error:
            why = f"it took more than {self.limits.deadline:g} seconds"
            raise RequestFailed(AttemptError.TIMEOUT, why) from error
        except ssl.SSLError as error:
            raise RequestFailed(AttemptError.TLS, _text(error)) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
            raise RequestFailed(AttemptError.PROTOCOL, _text(error)) from error

    async def _send(
        self, stack: contextlib.AsyncExitStack, method: str, url: str, headers: Mapping[str, str],
        content: bytes | None,
    ) -> Response:  # fmt: skip
        place = endpoint(url, self.rules)
        target = httpcore2.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target)
        connection = httpcore2.AsyncHTTPConnection(
            target.origin, ssl_context=self.tls if place.scheme == "https" else None,
            network_backend=_Backend(self, place),
        )  # fmt: skip
        await stack.enter_async_context(connection)
        sent = {
            "Host": place.authority, "User-Agent": self.agent, "Accept": "*/*", "Accept-Encoding": "identity",
            "Connection": "close", **({} if content is None else {"Content-Length": str(len(content))}), **headers,
        }  # fmt: skip
        request = httpcore2.Request(method, target, headers=list(sent.items()), content=content)
        answered = await connection.handle_async_request(request)
        received = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answered.headers}
        chunks = await stack.enter_async_context(contextlib.aclosing(answered.aiter_stream()))
        return Response(answered.status, received, chunks)

    async def addresses(self, place: Endpoint) -> list[str]:
        """Addresses of the name, from one look-up, all of them judged."""
        addresses = [place.host] if place.address else await self._look_up(place)
        if not self.rules.allow_all(addresses):
            raise RequestFailed(AttemptError.BLOCKED, "its address is not one of the public internet")
        return list(dict.fromkeys(addresses))

    async def _look_up(self, place: Endpoint) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self.names, _look_up, place.host, place.port)
        except (OSError, UnicodeError) as error:
            raise RequestFailed(AttemptError.NAME, _text(error)) from error


def _target(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise RequestFailed(AttemptError.PROTOCOL, "it redirects to an address that is not well formed") from error


def _look_up(host: str, port: int) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@cache
def _tls(authorities: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authorities:
        context.load_verify_locations(cafile=authorities)
    return context


def _text(error: Exception) -> str:
    return str(error) or type(error).__name__


# --- connections ----------------------------------------------------------------------------------------------------


class _Backend(httpcore2.AsyncNetworkBackend):
    """Connects to judged addresses only."""

    def __init__(self, client: Client, place: Endpoint) -> None:
        self.client, self.place = client, place

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None,  # noqa: ASYNC109  # httpcore2's signature
        local_address: str | None = None, socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:  # fmt: skip
        limits = self.client.limits
        *others, last = await self.client.addresses(self.place)
        for address in others:
            with contextlib.suppress(OSError):
                async with asyncio.timeout(limits.connect):
                    return _Stream(*await asyncio.open_connection(address, port, limit=limits.read_size), limits)
        try:
            return _Stream(*await asyncio.open_connection(last, port, limit=limits.read_size), limits)
        except OSError as error:
            raise RequestFailed(AttemptError.CONNECT, _text(error)) from error


class _Stream(httpcore2.AsyncNetworkStream):
    """A connection that reads a little at a time: the sender has to store what nobody reads."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limits: Limits) -> None:
        self.reader, self.writer = reader, writer
        self.left, self.read_size = limits.received, limits.read_size

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # as above
        if self.left <= 0:
            raise TooLong(AttemptError.PROTOCOL, "it sends more bytes than the limit")
        got = await self.reader.read(min(max_bytes, self.read_size))
        self.left -= len(got)
        return got

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # as above
        try:
            self.writer.write(buffer)
            await self.writer.drain()
        except OSError as error:
            # The receiver may have answered before it closed: httpcore2 looks for the response after this error.
            raise httpcore2.WriteError from error

    async def aclose(self) -> None:
        # At once: no peer may delay the end of a connection.
        self.writer.transport.abort()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # as above
    ) -> httpcore2.AsyncNetworkStream:  # fmt: skip
        try:
            await self.writer.start_tls(ssl_context, server_hostname=server_hostname)
        except OSError as error:
            raise RequestFailed(AttemptError.TLS, _text(error)) from error
        return self

    def get_extra_info(self, info: str) -> Any:
        return self.writer.get_extra_info(info)
