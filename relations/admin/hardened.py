"""Admin pages that answer any address and any form field, and the read-only ones among them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import BadRequest, ValidationError
from django.db import DataError
from django.db.models import Model, QuerySet, TextField
from django.forms import Field, ModelChoiceField
from django.http import HttpRequest, HttpResponse

from relations.admin.country_field import CountryField
from relations.admin.fields import Completed, Lines, choices_of_array
from relations.admin.generics import ModelAdmin
from relations.models import Country

NUL = "\x00"
_LAST_DAYS = {("9999", "", ""): "9999-01-01", ("9999", "12", ""): "9999-12-01", ("9999", "12", "31"): "9999-12-31"}
"""Where the spans of a hierarchy of dates begin that end with the last day there is."""


class GuardedList(ChangeList):
    """Django's own list, which looks for the day after the last of the year 9999."""

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = super().get_filters_params(params)
        names = [f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")]
        year, month, day = (found.get(name, [""])[-1] for name in names)
        begins = _LAST_DAYS.get((year, month, day))
        if begins:
            found = {name: value for name, value in found.items() if name not in names}
            found[f"{self.date_hierarchy}__gte"] = [begins]
        return found


class GuardedAdmin[M: Model](ModelAdmin[M]):
    """Django's own admin, with an answer where it has a traceback: NUL bytes, years without end, ids that are none."""

    formfield_overrides = {TextField: {"form_class": Lines}}
    view_on_site = False
    show_full_result_count = False

    class Media:
        css = {"all": ("relations/admin.css",)}
        js = ("admin/js/jquery.init.js", "relations/admin.js")  # in this order

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> M | None:
        return None if NUL in object_id else super().get_object(request, object_id, from_field)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[M], search_term: str
    ) -> tuple[QuerySet[M], bool]:
        if NUL in search_term:
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return GuardedList

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError, DisallowedModelAdminLookup) as error:
            # NUL bytes in a filter, a column that is no filter.
            self._tell_stray(request)
            raise IncorrectLookupParameters(error) from error
        except IncorrectLookupParameters:
            self._tell_stray(request)
            raise

    def _tell_stray(self, request: HttpRequest) -> None:
        """Django goes on to the whole list."""
        stray = ", ".join(sorted(set(request.GET) - {"q", "p", "o", "all"}))[:200]
        self.message_user(request, f"The address asked for what this list cannot filter by: {stray}.", messages.WARNING)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        for selected in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.opts.pk.to_python(selected)
            except ValidationError as error:
                raise BadRequest(f"{selected!r} is not an id.") from error
        return super().changelist_view(request, extra_context)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Field | None:
        field = choices_of_array(db_field) or super().formfield_for_dbfield(db_field, request, **kwargs)
        return without_deletion(field)

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.related_model is Country:
            kwargs.setdefault("form_class", CountryField)
        elif db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Completed(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def without_deletion(field: Field | None) -> Field | None:
    """What a field refers to is not deleted from beside the field: Django offers it there."""
    if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
        field.widget.can_delete_related = False
    return field


class ReadOnlyAdmin[M: Model](GuardedAdmin[M]):
    """What nobody edits here: it is loaded, computed or appended by the ledger."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
