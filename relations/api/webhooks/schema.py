"""Operations in the OpenAPI document that need a token, and commands that record nothing."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from relations.api.response_schemas import Fragment
from relations.api.schema import Schema
from relations.api.webhooks.requests import EmptyRequest


class OwnSchema(Schema):
    """An `OwnEndpoint`: nobody reads without a token, and only some write with a condition."""

    problems = {
        "GET": ("400", "401", "403", "404", "406", "429", "503"),
        "POST": ("400", "401", "403", "404", "406", "409", "411", "413", "415", "429", "503"),
        "PATCH": ("400", "401", "403", "404", "406", "411", "412", "413", "415", "429", "503"),
        "DELETE": ("400", "401", "403", "404", "406", "412", "429", "503"),
    }

    def get_auth(self) -> list[Fragment]:
        return [way for way in super().get_auth() if way]

    def _headers(self) -> list[OpenApiParameter]:
        meaning = self.view.request_headers.get(self.method)
        if self.method == "GET":
            return super()._headers()
        if meaning is None:
            return []
        return [OpenApiParameter("If-Match", type=str, location=OpenApiParameter.HEADER, description=meaning)]

    def get_request_serializer(self) -> Any:
        return None if self.view.serializer_class is EmptyRequest else super().get_request_serializer()
