"""What the admin's first page tells."""

from __future__ import annotations

from typing import Any

from django import template

from relations.admin.fact_display import who
from relations.admin.history import line_told
from relations.models import StatusChange

register = template.Library()


@register.simple_tag
def latest_changes(most: int) -> list[dict[str, Any]]:
    """The last lines of the change log, the latest first."""
    lines = StatusChange.objects.select_related("recorded_by").order_by("-id")[:most]
    return [{"line": line, "what": line_told(line), "who": who(line.recorded_by)} for line in lines]
