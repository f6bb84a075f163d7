"""Operations in the OpenAPI document that need a token, and commands that record nothing."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from relations.api.http.errors import ProblemResponse
from relations.api.schema import PROBLEMS, Fragment, Schema, schema_of
from relations.api.webhooks.requests import EmptyRequest

_REFUSALS = {
    "GET": ("400", "401", "403", "404", "406", "429", "503"),
    "POST": ("400", "401", "403", "404", "406", "409", "411", "413", "415", "429", "503"),
    "PATCH": ("400", "401", "403", "404", "406", "411", "412", "413", "415", "429", "503"),
    "DELETE": ("400", "401", "403", "404", "406", "412", "429", "503"),
}


class OwnSchema(Schema):
    """An `OwnEndpoint`: nobody reads without a token, and only some write with a condition."""

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

    def _answers(self, ref: Fragment) -> Fragment:
        if self.method != "POST":
            return super()._answers(ref)
        status, meaning = self.view.accepted
        response = getattr(self.view, "posted_response_type", self.view.response_type)
        content = {"application/json": {"schema": schema_of(response, self.registry)}}
        return {status: {"description": meaning, "content": content}}

    def _problems(self) -> Fragment:
        content = {"application/problem+json": {"schema": schema_of(ProblemResponse, self.registry)}}
        return {code: {"description": PROBLEMS[code], "content": content} for code in _REFUSALS[self.method]}
