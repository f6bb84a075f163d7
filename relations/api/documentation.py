"""`/api/schema/` and `/api/docs/`: the OpenAPI document, its pages, and the page of the types of problems."""

from __future__ import annotations

import json
import re
from functools import cache
from http import HTTPStatus
from typing import Any

import orjson
import yaml
from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from drf_spectacular import renderers
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request

from relations.api.http.conditional import etag, tagged
from relations.api.http.endpoints import Endpoint
from relations.api.http.problem_types import CODES, in_print, problem_types
from relations.api.openapi.finish import name_countries
from relations.representation.openapi import generated_document
from tracker.frame import page


class SchemaView(Endpoint, SpectacularAPIView):
    """OpenAPI 3.1, as JSON or YAML."""

    renderer_classes = [
        renderers.OpenApiJsonRenderer2, renderers.OpenApiJsonRenderer, renderers.OpenApiYamlRenderer2,
        renderers.OpenApiYamlRenderer,
    ]  # fmt: skip

    def _get_schema_response(self, request: Request) -> HttpResponse:
        renderer: Any = request.accepted_renderer
        content = _written(renderer.format)
        response = tagged(request, content, etag(settings.VERSION, content))
        if response.status_code == HTTPStatus.OK:
            response.headers["Content-Type"] = renderer.media_type
            response.headers["Content-Disposition"] = f'inline; filename="openapi.{renderer.format}"'
        return response


@cache
def _written(kind: str) -> bytes:
    """Made once a process: nothing in it depends on who asks."""
    if kind == "yaml":
        return as_yaml(orjson.loads(_written("json")))
    # By way of JSON, which has only types that both forms have.
    document = json.loads(renderers.OpenApiJsonRenderer().render(generated_document(), renderer_context={}))
    name_countries(document)
    return orjson.dumps(document)


class DocsView(Endpoint, SpectacularSwaggerSplitView):
    """Swagger UI from the installation: its script is a file of its own, as the site's CSP demands."""

    parameters = {"GET": {"script"}}
    template_name = "api/swagger.html"


class ProblemTypesView(Endpoint):
    """The page to which the `type` of a problem leads."""

    schema = None
    renderer_classes = [TemplateHTMLRenderer]

    def get(self, request: Request) -> HttpResponseBase:
        types = [(slug, status, in_print(text)) for slug, status, text in problem_types()]
        context = {"section": "docs", "types": types, "codes": sorted(CODES.items())}
        return page(request._request, "api/errors.html", context)  # noqa: SLF001  # Django's request of the page


# --- YAML of which every text is a text to readers of YAML 1.1 and of 1.2 -------------------------------------------

_OTHER = re.compile(r"[-+]?(?:\d+|(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)|0o[0-7]+|0x[0-9a-fA-F]+|[yYnN]")
"""Plain scalars that PyYAML reads as texts and others do not: numbers of the core schema (YAML 1.2.2, 10.3.2) such as
`085` and `1e3`, and 1.1's short truth values. PyYAML itself quotes what it would read as something else."""


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # PyYAML's
        return True


def _text(dumper: Any, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else "'" if _OTHER.fullmatch(text) else None
    node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
    return node


_Dumper.add_representer(str, _text)


def as_yaml(document: Any) -> bytes:
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, encoding="utf-8")


urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    path("docs/errors/", ProblemTypesView.as_view(), name="problem-types"),
]
