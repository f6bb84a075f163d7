"""Admin pages that answer any address and any form input, and read-only ones; Django's classes made generic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import options
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import ActionLocation, IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import BadRequest, ValidationError
from django.db import DataError
from django.db.models import Model, QuerySet, TextField
from django.forms import Field, ModelChoiceField
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from relations.admin.fields import Completed, CountryField, Lines, choices_of_array
from relations.models import Country

if TYPE_CHECKING:
    BaseModelAdmin = options.BaseModelAdmin
    InlineFormSet = BaseInlineFormSet
    ModelAdmin = admin.ModelAdmin
    ModelForm = forms.ModelForm
    StackedInline = admin.StackedInline
    TabularInline = admin.TabularInline
else:

    class BaseModelAdmin[Model](options.BaseModelAdmin): ...

    class InlineFormSet[Child, Parent, Form](BaseInlineFormSet): ...

    class ModelAdmin[Model](admin.ModelAdmin): ...

    class ModelForm[Model](forms.ModelForm): ...

    class StackedInline[Child, Parent](admin.StackedInline): ...

    class TabularInline[Child, Parent](admin.TabularInline): ...


NUL = "\x00"
_LAST_DAYS = {("9999", "", ""): "9999-01-01", ("9999", "12", ""): "9999-12-01", ("9999", "12", "31"): "9999-12-31"}
"""First days of the spans of a hierarchy of dates that end with the last day there is."""


class HardenedList(ChangeList):
    """Django's own list, without its search for the day after the year 9999."""

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        filters: dict[str, Any] = super().get_filters_params(params)
        names = [f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")]
        year, month, day = (filters.get(name, [""])[-1] for name in names)
        first_day = _LAST_DAYS.get((year, month, day))
        if first_day:
            filters = {name: value for name, value in filters.items() if name not in names}
            filters[f"{self.date_hierarchy}__gte"] = [first_day]
        return filters


class HardenedFields[M: Model](BaseModelAdmin[M]):
    """Fields of arrays, countries and completed references, for pages and inlines."""

    formfield_overrides = {TextField: {"form_class": Lines}}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Field | None:
        field = choices_of_array(db_field) or super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, Field) and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.related_model is Country:
            kwargs.setdefault("form_class", CountryField)
        elif db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Completed(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class HardenedAdmin[M: Model](HardenedFields[M], ModelAdmin[M]):
    """Django's own admin without its tracebacks: for NUL bytes, years beyond 9999, malformed ids."""

    view_on_site = False
    show_full_result_count = False
    deletes_selected = False
    """Offers Django's action for deleting several rows."""

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
        return HardenedList

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError, DisallowedModelAdminLookup) as error:
            self._warn_of_unknown_filter(request)
            raise IncorrectLookupParameters(error) from error
        except IncorrectLookupParameters:
            self._warn_of_unknown_filter(request)
            raise

    def _warn_of_unknown_filter(self, request: HttpRequest) -> None:
        """Django redirects to the whole list without saying why."""
        names = ", ".join(sorted(set(request.GET) - {"q", "p", "o", "all"}))[:200]
        self.message_user(request, f"This list has no such filter or value: {names}.", messages.WARNING)

    def get_actions(self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST) -> Any:
        actions = super().get_actions(request, action_location=action_location)
        if not self.deletes_selected:
            actions.pop("delete_selected", None)
        return actions

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        for selected in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.opts.pk.to_python(selected)
            except ValidationError as error:
                raise BadRequest(f"{selected!r} is not an id.") from error
        return super().changelist_view(request, extra_context)

    def _page(self, request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        request.current_app = self.admin_site.name
        page = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **context}
        return TemplateResponse(request, template, page, status=status)

    def _redirect(self, page: str = "changelist", *args: object) -> HttpResponse:
        return HttpResponseRedirect(reverse(f"admin:relations_{self.opts.model_name}_{page}", args=args))


class ReadOnly:
    """Permissions of a page or an inline whose rows nobody edits here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


class ReadOnlyAdmin[M: Model](ReadOnly, HardenedAdmin[M]):
    """Rows that are loaded, computed or appended by the ledger."""

    actions = None
