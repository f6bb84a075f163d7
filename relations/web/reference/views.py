"""`/docs/api/…`: an overview, and one page for each resource."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from relations.web.docs.library import library
from relations.web.language import made_once
from relations.web.reference import document
from relations.web.refusals import reads
from tracker.frame import page


@reads()
@made_once
def overview(request: HttpRequest) -> HttpResponseBase:
    """All operations by resource, how to log in, and the shape of an error."""
    context = {
        **_navigation(""),
        "resources": [(tag, document.operations_of(tag)) for tag in document.tags()],
        "ways": document.ways_to_log_in(),
        "problems": document.problems(),
        "schemas": document.problem_schemas(),
    }
    return page(request, "web/reference/overview.html", context)


@reads()
@made_once
def resource(request: HttpRequest, tag: str) -> HttpResponseBase:
    """The operations of a resource. Raises `Http404` for every other name."""
    if tag not in document.tags():
        raise Http404
    operations = document.operations_of(tag)
    messages = document.messages() if tag == "webhooks" else ()
    context = {
        **_navigation(tag),
        "operations": operations,
        "messages": messages,
        "schemas": document.schemas_of((*operations, *messages)),
        "guide": library().pages.get(f"/docs/{tag}/"),
    }
    return page(request, "web/reference/resource.html", context)


def _navigation(tag: str) -> dict[str, object]:
    return {"section": "api", "tags": document.tags(), "tag": tag}
