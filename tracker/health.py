"""Liveness and readiness probes."""

from http import HTTPStatus
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from psycopg_pool import PoolTimeout

from tracker.layer import Layer
from tracker.problems import problem, wrong_method

_POOL_TIMEOUT = 2.0  # seconds


def livez(request: HttpRequest) -> HttpResponseBase:
    """200 whenever the process responds; an orchestrator restarts one that does not."""
    return JsonResponse({"status": "up"})


def readyz(request: HttpRequest) -> HttpResponseBase:
    """200 when requests can be served, for load balancers; else 503 with the reason (RFC 9457)."""
    reason = why_not_ready()
    if reason is None:
        return JsonResponse({"status": "ready"})
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, reason)


def why_not_ready() -> str | None:
    """None, or a sentence without the driver's message, which can name hosts and users."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    try:
        if connection.pool:
            # Django opens the pool with its first connection, and with a longer timeout than a probe's.
            connection.pool.open()
            with connection.pool.connection(timeout=_POOL_TIMEOUT):
                pass
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, PoolTimeout):
        return "The database cannot be reached."
    if waiting:
        return f"{len(waiting)} migrations have not been applied to the database; run `manage.py migrate`."
    return None


_VIEWS = {"/livez": livez, "/readyz": readyz}


class Probes(Layer):
    """Answers `/livez` and `/readyz` before other middleware can redirect, refuse or delay them.

    Orchestrators use plain HTTP and addresses instead of names, which HTTPS_ONLY and ALLOWED_HOSTS refuse.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        view = _VIEWS.get(request.path_info)
        if view is None:
            return self.get_response(request)
        is_read = request.method in {"GET", "HEAD"}
        response = view(request) if is_read else wrong_method(request, HttpResponseNotAllowed(["GET", "HEAD"]))
        response.headers["Cache-Control"] = "no-store"
        return response
