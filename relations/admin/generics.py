"""Django's own classes, made generic at run time as they are in the type stubs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin
from django.contrib.admin import options
from django.forms.models import BaseInlineFormSet

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
