"""The peer: a bare ASGI application with a psycopg pool and orjson: one nested resource by its key, or 100 facts.

The nearest thing to a limit: no framework, no routing, no negotiation, one query whose JSON PostgreSQL builds.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

_QUERY = """
    SELECT pair.code, pair.version, (
        SELECT jsonb_agg(jsonb_build_object('track', track, 'value', value, 'since', since, 'facts', facts))
        FROM relations_statusperiod WHERE pair_id = pair.code AND days @> current_date
    ) FROM relations_countrypair pair WHERE code = %s
"""
_FACTS = """
    SELECT json_build_object('results', json_agg(fact), 'next', null, 'previous', null)::text FROM (
        SELECT key, version, from_country_id AS from, to_country_id AS to, action, measures, scope,
            programme_id AS programme, instrument, expires_on, extends, "on", earliest, latest, nature, announced_on,
            quantity, in_response_to, recorded_at, superseded_at, note, false AS disputed, (
                SELECT json_agg(json_build_object('quote', quote, 'start', citation.start, 'end', citation."end",
                    'stance', stance, 'verified', source.sha256 <> '', 'source', json_build_object('id', source.id,
                    'kind', source.kind, 'publisher', publisher, 'title', title, 'url', url, 'published_on',
                    published_on, 'syndication_of', syndication_of_id)) ORDER BY citation.id)
                FROM relations_citation citation JOIN relations_source source ON source.id = source_id
                WHERE sanction_event_id = event.id
            ) AS citations, (
                SELECT count(DISTINCT coalesce(syndication_of_id, source.id))
                FROM relations_citation JOIN relations_source source ON source.id = source_id
                WHERE sanction_event_id = event.id AND stance = 'supports'
            ) AS independent_sources, (
                SELECT count(*) FROM relations_confirmation WHERE sanction_event_id = event.id
            ) AS confirmations, 'http://127.0.0.1/api/sanction-events/' || key || '/' AS url
        FROM relations_sanctionevent event WHERE superseded_at IS NULL ORDER BY latest DESC, id DESC LIMIT 100
    ) AS fact
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
        body = await (_facts if scope["path"] == "/facts" else _relation)(connection)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _relation(connection: AsyncConnection[Any]) -> bytes:
    cursor = await connection.execute(_QUERY, ["BY-US"], prepare=True)
    code, version, status = await cursor.fetchone() or ("", 0, None)
    return orjson.dumps({"code": code, "version": version, "status": status})


async def _facts(connection: AsyncConnection[Any]) -> bytes:
    cursor = await connection.execute(_FACTS, prepare=True)
    (body,) = await cursor.fetchone() or ("",)
    return str(body).encode()
