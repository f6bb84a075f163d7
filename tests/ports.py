"""Ports of this machine for servers that tests start."""

import contextlib
import random
import socket


def free_port() -> int:
    """One below those that the kernel lends to outgoing connections: it has to stay free until the server is up."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
