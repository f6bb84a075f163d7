"""Receivers on loopback, as cheap as they can be, so that what is measured and tested is the sender."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Received:
    """One request, and the monotonic time at which it was complete."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


type Answer = Callable[[Received], bytes | float | None]
"""Bytes are sent and the connection is closed; None answers nothing at all; a number: a byte each so many seconds."""


def answer(status: int, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


OK = answer(204)


@dataclass
class Receiver:
    """Listens on 127.0.0.1; `say` decides what each request is answered, and may be changed at any time."""

    say: Answer = lambda _: OK
    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    open_now: int = 0
    most_open: int = 0

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}/hook"

    def bodies(self) -> list[bytes]:
        return [request.body for request in self.received]

    async def start(self) -> asyncio.Server:
        server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(self), self.host, self.port, ssl=self.tls, backlog=1024, start_serving=True
        )
        self.port = server.sockets[0].getsockname()[1]
        return server


class _Connection(asyncio.Protocol):
    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.got = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.receiver.connections += 1
        self.receiver.open_now += 1
        self.receiver.most_open = max(self.receiver.most_open, self.receiver.open_now)

    def connection_lost(self, exc: Exception | None) -> None:
        self.receiver.open_now -= 1
        self.transport = None

    def data_received(self, data: bytes) -> None:
        self.got += data
        if not self.got.startswith(b"POST"[: len(self.got)]):
            self._say(answer(400))
            return
        head, found, body = self.got.partition(b"\r\n\r\n")
        if not found:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if len(body) >= int(headers["content-length"]):
            self.got = b""
            received = Received(first.split(" ")[1], headers, body, time.monotonic())
            self.receiver.received.append(received)
            self._say(self.receiver.say(received))

    def _say(self, said: bytes | float | None) -> None:
        if isinstance(said, bytes) and self.transport:
            self.transport.write(said)
            self.transport.close()
        elif isinstance(said, float):
            self._drip(said, b"HTTP/1.1 200 Said\r\nContent-Length: 1000000\r\n\r\n" + b"." * 1000)

    def _drip(self, seconds: float, left: bytes) -> None:
        if self.transport and left:
            self.transport.write(left[:1])
            asyncio.get_running_loop().call_later(seconds, self._drip, seconds, left[1:])


@contextmanager
def listening(*receivers: Receiver) -> Iterator[None]:
    """Runs receivers on one loop in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    servers = [asyncio.run_coroutine_threadsafe(each.start(), loop).result(60) for each in receivers]
    try:
        yield
    finally:

        async def end() -> None:
            for server in servers:
                server.close()
                server.close_clients()
            await asyncio.gather(*(server.wait_closed() for server in servers))

        asyncio.run_coroutine_threadsafe(end(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()
