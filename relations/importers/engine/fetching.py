"""Official files: fetched by https, from public addresses, and only if they have changed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from relations.errors import FetchFailed
from relations.net.client import Client, Limits, RequestFailed, Response
from relations.net.guard import Rules

DEADLINE = 300.0
"""Seconds for all of one file: look-up, connections, redirects and the body."""
MAX_BYTES = 256 * 1024 * 1024
PUBLIC = Rules(allow_http=False, ports=frozenset({443}), networks=())
AGENT = "sanctions-tracker-imports/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Validators of a file, and its Content-Type. Without a change since the previous ones nothing was written."""

    changed: bool
    media_type: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Limits of a fetch; tests lower them and allow loopback addresses."""

    rules: Rules = PUBLIC
    deadline: float = DEADLINE
    most: int = MAX_BYTES
    authorities: str = ""


class _Unfit(Exception):
    """The response is not the file."""


def fetch(url: str, *, into: Path, etag: str = "", last_modified: str = "", terms: Terms | None = None) -> Fetched:
    """Writes the file at the URL to `into`. Raises `FetchFailed` with the reason and never leaves a part of a file."""
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    try:
        headers = {name: value for name, value in asked.items() if value}
        return asyncio.run(_fetch(url, headers, into, terms or Terms()))
    except (RequestFailed, _Unfit) as failure:
        into.unlink(missing_ok=True)
        raise FetchFailed(url=url, why=str(failure)) from failure


async def _fetch(url: str, headers: dict[str, str], into: Path, terms: Terms) -> Fetched:
    limits = Limits(
        deadline=terms.deadline, connect=10.0, received=terms.most + 64 * 1024, read_size=64 * 1024, redirects=5
    )
    client = Client(terms.rules, limits, agent=AGENT, authorities=terms.authorities)
    try:
        async with client.request("GET", url, headers=headers) as response:
            return await _write(response, into, terms.most)
    finally:
        client.close()


async def _write(response: Response, into: Path, most: int) -> Fetched:
    etag, last_modified = response.headers.get("etag", ""), response.headers.get("last-modified", "")
    if response.status == 304:
        return Fetched(changed=False, etag=etag, last_modified=last_modified)
    if response.status != 200:
        raise _Unfit(f"it answered {response.status}")
    coding = response.headers.get("content-encoding", "").lower()
    if coding not in ("", "identity"):
        raise _Unfit(f"it is sent as {coding}, which was not asked for")
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most:
        raise _Unfit(f"it has {int(announced):,} bytes; the limit is {most:,}")
    read = 0
    with into.open("wb") as written:  # blocks a loop on which nothing else runs
        async for chunk in response.chunks:
            read += len(chunk)
            if read > most:
                raise _Unfit(f"it has more than {most:,} bytes")
            written.write(chunk)
    media_type = response.headers.get("content-type", "")
    return Fetched(changed=True, media_type=media_type, etag=etag, last_modified=last_modified)
