"""Serves the Model Context Protocol: over standard input and output, or HTTP on this machine."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from relations.mcp_server.answers import TOOLS
from relations.mcp_server.asking import NotAnswered

if TYPE_CHECKING:
    from mcp.server import MCPServer

_INSTRUCTIONS = (
    "Diplomatic and sanctions status between countries. Cite the quotes and addresses under `evidence`, and say both "
    "times: `as_of`, the day in the world, and `known_at`, when it was known. Unknown, none, stale and disputed differ."
)


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Serve relation, periods, changes, search and source to language models (needs the package mcp)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--http", type=int, metavar="PORT", help="streamable HTTP on 127.0.0.1 instead of stdio")

    def handle(self, *args: Any, http: int | None, **options: Any) -> None:
        try:
            server = mcp_server()
        except ImportError as error:
            raise CommandError(
                "This needs the package mcp: uv pip install --python .venv/bin/python mcp"
            ) from error  # fmt: skip
        if http:
            server.run("streamable-http", host="127.0.0.1", port=http)
        else:
            server.run("stdio")


def mcp_server() -> MCPServer[Any]:
    """The server with its five read-only tools. Raises ImportError without the optional package."""
    from mcp.server import MCPServer
    from mcp.server.mcpserver.tools import Tool
    from mcp.types import ToolAnnotations

    tools = []
    for answer in TOOLS:
        tool = Tool.from_function(_in_a_thread(answer), annotations=ToolAnnotations(read_only_hint=True))
        # An argument of another name would be ignored: the status of today for a mistyped day.
        arguments = tool.fn_metadata.arg_model
        arguments.model_config["extra"] = "forbid"
        arguments.model_rebuild(force=True)
        tools.append(tool.model_copy(update={"parameters": arguments.model_json_schema(by_alias=True)}))
    return MCPServer("tracker", instructions=_INSTRUCTIONS, log_level="WARNING", tools=tools)


def _in_a_thread(answer: Callable[..., dict[str, Any]]) -> Callable[..., Awaitable[dict[str, Any]]]:
    """The tool as the event loop may call it: the database blocks. A refusal is the text of the tool's error."""
    from mcp.server.mcpserver.exceptions import ToolError

    @wraps(answer)
    async def tool(**arguments: Any) -> dict[str, Any]:
        try:
            return await asyncio.to_thread(_answered, answer, arguments)
        except NotAnswered as refusal:
            raise ToolError(str(refusal)) from refusal

    return tool


def _answered(answer: Callable[..., dict[str, Any]], arguments: dict[str, Any]) -> dict[str, Any]:
    """The answer; the next one may have another thread, and with it another connection."""
    try:
        return answer(**arguments)
    finally:
        connections.close_all()
