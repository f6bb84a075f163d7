"""What the OpenAPI document says of what is not everybody's, and acts that record nothing."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from relations.api.schema import PROBLEMS, Fragment, Schema
from relations.api.webhooks.requests import Empty
from relations.representation.shapes import ProblemShape

_REFUSALS = {
    "GET": ("400", "401", "403", "404", "406", "429", "503"),
    "POST": ("400", "401", "403", "404", "406", "409", "411", "413", "415", "429", "503"),
    "PATCH": ("400", "401", "403", "404", "406", "411", "412", "413", "415", "429", "503"),
    "DELETE": ("400", "401", "403", "404", "406", "412", "429", "503"),
}


class OwnSchema(Schema):
    """Of an `OwnEndpoint`: nobody reads without a token, and only some write with a condition."""

    def get_auth(self) -> list[Fragment]:
        return [way for way in super().get_auth() if way]

    def _headers(self) -> list[OpenApiParameter]:
        told = self.view.request_headers.get(self.method)
        if self.method == "GET":
            return super()._headers()
        if told is None:
            return []
        return [OpenApiParameter("If-Match", type=str, location=OpenApiParameter.HEADER, description=told)]

    def get_request_serializer(self) -> Any:
        return None if getattr(self.view, "body", Empty) is Empty else super().get_request_serializer()

    def _answers(self, ref: Fragment) -> Fragment:
        if self.method != "POST":
            return super()._answers(ref)
        status, meaning = self.view.accepted
        shape = getattr(self.view, "posted_shape", self.view.shape)
        content = {"application/json": {"schema": self._component(shape, "response")}}
        return {status: {"description": meaning, "content": content}}

    def _problems(self) -> Fragment:
        content = {"application/problem+json": {"schema": self._component(ProblemShape, "response")}}
        return {code: {"description": PROBLEMS[code], "content": content} for code in _REFUSALS[self.method]}
