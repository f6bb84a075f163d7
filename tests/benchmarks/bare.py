"""The peer: a bare ASGI application with a psycopg pool and orjson, which reads one nested resource by its key.

The nearest thing to a limit: no framework, no routing, no negotiation, one query whose JSON PostgreSQL builds.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from psycopg_pool import AsyncConnectionPool

_QUERY = """
    SELECT pair.code, pair.version, (
        SELECT jsonb_agg(jsonb_build_object('track', track, 'value', value, 'since', since, 'facts', facts))
        FROM relations_statusperiod WHERE pair_id = pair.code AND days @> current_date
    ) FROM relations_countrypair pair WHERE code = %s
"""
_pools: dict[int, AsyncConnectionPool] = {}


async def app(
    scope: Mapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[..., Awaitable[None]]
) -> None:
    if scope["type"] != "http":
        return
    pool = _pools.get(os.getpid())
    if pool is None:
        pool = _pools[os.getpid()] = AsyncConnectionPool(os.environ["DATABASE_URL"], min_size=4, max_size=4, open=False)
        await pool.open()
    async with pool.connection() as connection:
        cursor = await connection.execute(_QUERY, ["BY-US"], prepare=True)
        code, version, status = await cursor.fetchone() or ("", 0, None)
    body = orjson.dumps({"code": code, "version": version, "status": status})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
