"""Official files fetched: by https, from public addresses, within one deadline and one size, and only if they changed.

The only module of the importers that touches the network.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpcore2

from relations.errors import FetchFailed, UrlRefused
from relations.net.guard import Endpoint, Rules, endpoint

DEADLINE = 300.0
"""Seconds for all of one file: look-up, connections, redirects and the body."""
MAX_BYTES = 256 * 1024 * 1024
MOST_REDIRECTS = 5
PUBLIC = Rules(allow_http=False, ports=frozenset({443}), networks=())
AGENT = "sanctions-tracker-imports/1"

_REDIRECTS = (301, 302, 303, 307, 308)
_OF_AN_ADDRESS = 10.0
"""Seconds for one of several addresses, so that a dead one leaves time for the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """`changed` is false where the publisher still has what the validators name; nothing was written then."""

    changed: bool
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a fetch may do; tests lower the limits and let loopback addresses in."""

    rules: Rules = PUBLIC
    deadline: float = DEADLINE
    most: int = MAX_BYTES
    authorities: str = ""


def fetch(url: str, *, into: Path, etag: str = "", last_modified: str = "", terms: Terms | None = None) -> Fetched:
    """Writes what the URL holds to `into`. Raises `FetchFailed` with the reason; a part of a file is never left."""
    terms = terms or Terms()
    ends = time.monotonic() + terms.deadline
    asked = {name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)) if value}
    try:
        return _followed(url, asked, into, terms, ends)
    except UrlRefused as refusal:
        # Its own words speak of webhooks.
        into.unlink(missing_ok=True)
        raise FetchFailed(url=url, why=refusal.particulars["why"]) from refusal
    except (_Unfit, ssl.SSLError, httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
        into.unlink(missing_ok=True)
        raise FetchFailed(url=url, why=str(error) or type(error).__name__) from error
    except httpcore2.TimeoutException as error:
        into.unlink(missing_ok=True)
        raise FetchFailed(url=url, why=f"it took more than {terms.deadline:g} seconds") from error


def _followed(url: str, asked: Mapping[str, str], into: Path, terms: Terms, ends: float) -> Fetched:
    """Each redirection is judged like the first address."""
    for _ in range(MOST_REDIRECTS + 1):
        with _answer(url, asked, terms, ends) as response:
            if response.status not in _REDIRECTS:
                return _taken(response, into, terms)
            url = urljoin(url, _header(response, b"location"))
    raise _Unfit(f"it redirects more than {MOST_REDIRECTS} times")


class _Unfit(Exception):
    """What was answered is not the file."""


@contextmanager
def _answer(url: str, asked: Mapping[str, str], terms: Terms, ends: float) -> Iterator[httpcore2.Response]:
    place = endpoint(url, terms.rules)
    target = httpcore2.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target)
    context = ssl.create_default_context()
    if terms.authorities:
        context.load_verify_locations(cafile=terms.authorities)
    default = {"https": 443, "http": 80}[place.scheme]
    headers: list[tuple[bytes | str, bytes | str]] = [
        ("Host", place.destination.removesuffix(f":{default}")), ("User-Agent", AGENT), ("Accept", "*/*"),
        ("Accept-Encoding", "identity"), ("Connection", "close"), *asked.items(),
    ]  # fmt: skip
    backend = _Guarded(place, terms.rules, ends)
    with httpcore2.HTTPConnection(target.origin, ssl_context=context, network_backend=backend) as connection:
        response = connection.handle_request(httpcore2.Request("GET", target, headers=headers))
        try:
            yield response
        finally:
            response.close()


def _taken(response: httpcore2.Response, into: Path, terms: Terms) -> Fetched:
    validators = {"etag": _header(response, b"etag"), "last_modified": _header(response, b"last-modified")}
    if response.status == 304:
        return Fetched(changed=False, **validators)
    if response.status != 200:
        raise _Unfit(f"it answered {response.status}")
    coding = _header(response, b"content-encoding").lower()
    if coding not in ("", "identity"):
        raise _Unfit(f"it is sent as {coding}, which was not asked for")
    announced = _header(response, b"content-length")
    if announced.isdigit() and int(announced) > terms.most:
        raise _Unfit(f"it has {int(announced):,} bytes; the limit is {terms.most:,}")
    read = 0
    with into.open("wb") as written:
        for chunk in response.iter_stream():
            read += len(chunk)
            if read > terms.most:
                raise _Unfit(f"it has more than {terms.most:,} bytes")
            written.write(chunk)
    return Fetched(changed=True, **validators)


def _header(response: httpcore2.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in response.headers if key.lower() == name), "")


# --- connections ----------------------------------------------------------------------------------------------------


class _Guarded(httpcore2.NetworkBackend):
    """Connects to an address of the name only after all of its addresses have been looked at."""

    def __init__(self, place: Endpoint, rules: Rules, ends: float) -> None:
        self.place, self.rules, self.ends = place, rules, ends

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:  # fmt: skip
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if not self.rules.allow_all(found):
            raise _Unfit("its address is not one of the public internet")
        backend = httpcore2.SyncBackend()
        *others, last = dict.fromkeys(found)
        for address in others:
            try:
                limit = min(_OF_AN_ADDRESS, _left(self.ends))
                return _Stream(backend.connect_tcp(address, port, timeout=limit), self.ends)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return _Stream(backend.connect_tcp(last, port, timeout=_left(self.ends)), self.ends)


class _Stream(httpcore2.NetworkStream):
    """A connection of which every step ends with the fetch's own deadline: a slow drip is no progress."""

    def __init__(self, stream: httpcore2.NetworkStream, ends: float) -> None:
        self.stream, self.ends = stream, ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, timeout=_left(self.ends))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, timeout=_left(self.ends))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Stream(self.stream.start_tls(ssl_context, server_hostname, timeout=_left(self.ends)), self.ends)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the deadline has passed")
    return left
