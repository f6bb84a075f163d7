"""`/`: a page for people; programs are redirected to the API's own documentation, as before there were pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView

from relations.codes import Reason, TrackKind
from relations.models import FACT_MODELS, CountryPair, Designation, Source, StatusChange
from relations.queries.cache import REFERENCE_DATA
from relations.queries.clock import today
from relations.queries.countries import CountryIndex, current_country_index
from relations.queries.due import DueChange, due_changes
from relations.representation.references import site
from relations.web.language import in_the_readers_language
from relations.web.overview.changes import by_pair, lines
from relations.web.overview.map import CountryMap, country_maps
from relations.web.overview.rows import pair_rows
from relations.web.refusals import reads
from relations.web.structured_data import website
from relations.web.words import country_names, day_in_words
from tracker.frame import accepts_html, page

EXAMPLE = "BY-US"
_LATEST = 8
_SOON = dt.timedelta(days=30)
_CENTRE = "US"
_MAPS = (TrackKind.SANCTIONS, TrackKind.TRAVEL_BAN)
"""The kinds of maps from which the page takes the one on which most is known today."""
_for_programs = RedirectView.as_view(url="/api/docs/")


@csrf_exempt  # as what `reads` decorates
def start(request: HttpRequest) -> HttpResponseBase:
    if not accepts_html(request):
        return _for_programs(request)
    response = _start(request)
    patch_vary_headers(response, ["Accept"])
    return response


@reads()
@in_the_readers_language
def _start(request: HttpRequest) -> HttpResponseBase:
    """A fixed number of queries; the counts only after a new entry of the log."""
    index, day = current_country_index(), today()
    log = StatusChange.objects.order_by("-id")
    changes = list(log.exclude(track=TrackKind.FACTS)[:_LATEST])
    (example,) = pair_rows(
        [EXAMPLE], day=day, countries=index, names=country_names(index), site=site(request)
    )  # fmt: skip
    due, until = due_changes(day, day + _SOON)
    context = {
        "section": "start",
        "data": website(site(request)),
        "day": day_in_words(day),
        "example": example,
        "map": max((country_maps(_CENTRE, kind, index, country_names(index))[0] for kind in _MAPS), key=_fresh),
        "due": by_pair(lines([_foreseen(one) for one in due[:_LATEST]], index)),
        "due_until": day_in_words(until),
        "more_due": max(len(due) - _LATEST, 0),
        "due_in_api": f"/api/relations/?changes_after={day + dt.timedelta(days=1)}&changes_before={until}",
        "changes": by_pair(lines(changes, index)),
        **_counted(index, log.first()),
    }
    return page(request, "web/start.html", context)


def _fresh(shown: CountryMap) -> int:
    return sum(not status.stale for status in shown.said.values())


def _foreseen(due: DueChange) -> StatusChange:
    """The entry that the log will have."""
    kind = due.track.kind
    return StatusChange(
        pair_id=due.pair, track=str(due.track), reason=Reason.DATE_REACHED, effective=due.day,
        old=due.old.logged_value(kind), new=due.new.logged_value(kind),
    )  # fmt: skip


def _counted(index: CountryIndex, last: StatusChange | None) -> dict[str, Any]:
    """The numbers of what is recorded, each with what it counts, up to the last entry of the log, and its day."""
    validator = None if index.epoch is None or last is None else (index.epoch, last.pk)
    counts: Sequence[int] | None = REFERENCE_DATA.get("start", validator)
    if counts is None:
        facts = sum(model.objects.current().count() for model in FACT_MODELS)
        parties = Designation.objects.current().filter(delisted_on=None).count()
        counts = (CountryPair.objects.recorded().count(), facts, Source.objects.count(), parties)
        REFERENCE_DATA.store("start", validator, counts, weight=500)
    words = (_("pairs of countries"), _("facts"), _("sources"), _("parties on sanctions lists"))
    return {
        "counts": list(zip(counts, words, strict=True)),
        "recorded_until": last.recorded_at.date() if last else None,
    }
