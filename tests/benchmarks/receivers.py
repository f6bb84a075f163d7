"""Receivers in a process of their own: `python -m tests.benchmarks.receivers NUMBER SECONDS_TO_ANSWER`.

Prints their ports. For each line on its standard input, prints as JSON when each message came since the last one:
`[[receiver, seconds on the machine's monotonic clock], ...]`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable

from tests.webhooks.receivers import OK

_HEAD_ENDS = b"\r\n\r\n"


class _Message(asyncio.Protocol):
    """The smallest HTTP receiver: one request, one answer."""

    def __init__(self, came: Callable[[], None], seconds: float) -> None:
        self.came, self.seconds = came, seconds
        self.got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.got += data
        head, ends, body = self.got.partition(_HEAD_ENDS)
        _, header, length = head.lower().partition(b"content-length:")
        if ends and header and len(body) >= int(length.split(b"\r\n", 1)[0]):
            self.came()
            asyncio.get_running_loop().call_later(self.seconds, self._answer)

    def _answer(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(OK)
            self.transport.close()


async def listen(number: int, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    came: list[tuple[int, float]] = []
    ports = []
    for each in range(number):
        server = await loop.create_server(
            lambda each=each: _Message(lambda: came.append((each, loop.time())), seconds), "127.0.0.1", 0, backlog=512
        )
        ports.append(server.sockets[0].getsockname()[1])
    print(*ports, flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        arrived, came[:] = list(came), []
        print(json.dumps(arrived), flush=True)


if __name__ == "__main__":
    asyncio.run(listen(int(sys.argv[1]), float(sys.argv[2])))
