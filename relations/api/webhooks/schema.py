"""Operations in the OpenAPI document that need a token, and commands that record nothing."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from relations.api.http.writing import WRITE
from relations.api.response_schemas import Fragment
from relations.api.schema import ONCE, Schema, in_header
from relations.api.webhooks.requests import EmptyRequest


class OwnSchema(Schema):
    """An `OwnEndpoint`: nobody reads without a token, and only some write with a condition."""

    problems = {
        "GET": ("400", "401", "403", "404", "406", "429", "503"),
        "POST": ("400", "401", "403", "404", "406", "409", "411", "413", "415", "422", "429", "503"),
        "PATCH": ("400", "401", "403", "404", "406", "411", "412", "413", "415", "422", "429", "503"),
        "DELETE": ("400", "401", "403", "404", "406", "412", "422", "429", "503"),
    }

    def get_auth(self) -> list[Fragment]:
        return [way for way in super().get_auth() if way]

    def _headers(self) -> list[OpenApiParameter]:
        if self.method == "GET":
            return super()._headers()
        meaning = self.view.request_headers.get(self.method)
        seen = [in_header("If-Match", False, meaning)] if meaning else []
        is_write = set(self.view.parameters.get(self.method, ())) >= WRITE
        return [*seen, *([in_header(*ONCE)] if is_write else [])]

    def get_request_serializer(self) -> Any:
        return None if self.view.serializer_class is EmptyRequest else super().get_request_serializer()
