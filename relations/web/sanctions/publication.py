"""`/imports/3/`: one publication that was read: its files, what it changed, and the words of one of its records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from relations.codes import ImportedList, ListCode, PartyChange
from relations.models import Designation, ImportRun
from relations.representation.official_lists import official_list_ref
from relations.web.language import in_the_readers_language
from relations.web.refusals import Wrong, answered, no_value, reads
from relations.web.sanctions.archived import passages
from relations.web.sanctions.listed import change_in_words
from relations.web.sanctions.publications import doubts_of, list_changes
from relations.web.sanctions.record import sections
from relations.web.words import day_in_words

_MOST_CHANGES = 100
"""Programmes whose parties the publication changed; the API has all of them."""


@reads("party")
@in_the_readers_language
def publication(request: HttpRequest, number: int) -> HttpResponseBase:
    """The page of an import that succeeded; `?party=<key>` has the words from which it made this party's version."""
    run = get_object_or_404(ImportRun.objects.read(), pk=number)
    key = request.GET.get("party", "")
    version = _version(run, key)
    changes = list_changes(run.list, [run], most=_MOST_CHANGES + 1)
    context = {
        "section": "sanctions" if run.list in ListCode.values else "data", "room": "lists", "run": run,
        "doubts": doubts_of(run), "label": ImportedList(run.list).label,
        "list": official_list_ref(run.list), "is_of_parties": run.list in ListCode.values,
        "files": [(one["name"], filesizeformat(one["bytes"]), one["sha256"]) for one in run.files],
        "changes": changes[:_MOST_CHANGES], "is_cut": len(changes) > _MOST_CHANGES, **_record(version),
    }  # fmt: skip
    wrong = [Wrong("party", no_value(key), [(_("without it"), "")])] if key and version is None else ()
    return answered(request, "web/sanctions/publication.html", context, wrong)


def _version(run: ImportRun, key: str) -> Designation | None:
    """The version that the import made of the party, the last one if there are several."""
    try:
        versions = Designation.objects.filter(run=run, party__key=UUID(key))
    except ValueError:
        return None
    return versions.select_related("party", "run").order_by("version").last()


def _record(version: Designation | None) -> Mapping[str, Any]:
    """The words of a record; of one that is gone, those of the publication that had it last."""
    if version is None:
        return {}
    words = version
    if version.change == PartyChange.DELISTED:
        earlier = Designation.objects.filter(party=version.party_id, version__lt=version.version)
        shown = earlier.exclude(change=PartyChange.DELISTED).select_related("party", "run")
        words = shown.order_by("version").last() or version
    places, why = passages(words)
    return {
        "version": version, "words": words, "change": change_in_words(version.change),
        "since": day_in_words(version.since), "record": sections(words.content), "passages": places, "unfound": why,
        "earlier": day_in_words(words.run.dated) if words is not version and words.run.dated else "",
    }  # fmt: skip
