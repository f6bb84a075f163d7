"""`/map/?from=US&track=sanctions`: the world by what one country does to each other one, and the same as a list."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from relations.codes import TrackKind, pair_code
from relations.models import CountryPair
from relations.queries.clock import today
from relations.queries.countries import CountryIndex, current_country_index
from relations.representation.references import site
from relations.web.language import in_the_readers_language
from relations.web.names import Names, country_names
from relations.web.overview.relations import kind_titles
from relations.web.overview.rows import PairRow, pair_rows
from relations.web.pairs.statuses import ShownStatus
from relations.web.search.countries import gazetteer
from relations.web.tags import TONES
from relations.web.words import day_in_words, value_in_words
from relations.web.world.drawing import FILE, SOURCE
from tracker.frame import page

_PATH = re.compile(r'<path id="(?P<code>[A-Z]{2})" d="(?P<d>[^"]+)"/>')
_DOT = re.compile(r'<circle id="dot-(?P<code>[A-Z]{2})" cx="(?P<x>-?\d+)" cy="(?P<y>-?\d+)" r="(?P<r>\d+)"/>')
_LAND = re.compile(r'<g class="land">\n<path d="(?P<d>[^"]*)"/>')
_BOX = re.compile(r'viewBox="(?P<box>[^"]+)"')
_FROM, _TRACK = "US", TrackKind.SANCTIONS


@dataclass(frozen=True, slots=True)
class Place:
    """A country's shape and its dot: the path of the one, centre and radius of the other."""

    code: str
    d: str
    dot: tuple[str, str, str] | None


@dataclass(frozen=True, slots=True)
class World:
    box: str
    land: str
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Coloured:
    """A place with what is said of it."""

    place: Place
    name: str
    path: str
    status: ShownStatus | None


@cache
def world() -> World:
    """The map as `manage.py draw_world` drew it."""
    text = FILE.read_text("utf-8")
    box, land = _BOX.search(text), _LAND.search(text)
    if box is None or land is None:
        raise ValueError(f"{FILE.name} is not as draw_world writes it.")
    paths = {found["code"]: found["d"] for found in _PATH.finditer(text)}
    dots = {found["code"]: (found["x"], found["y"], found["r"]) for found in _DOT.finditer(text)}
    places = [Place(code, paths.get(code, ""), dots.get(code)) for code in sorted({*paths, *dots})]
    return World(box["box"], land["d"], places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """The world relative to one country: `said` has the countries of which something is known."""

    sender: str
    track: str
    names: Names
    said: Mapping[str, ShownStatus]

    @property
    def track_title(self) -> str:
        return kind_titles()[self.track]

    @property
    def path(self) -> str:
        return self.form("/")

    def form(self, ending: str) -> str:
        """`/map.svg?from=US&track=sanctions`"""
        return f"/map{ending}?{urlencode({'from': self.sender, 'track': self.track})}"

    @property
    def places(self) -> list[Coloured]:
        unknown = ShownStatus(title=self.track_title, kind=self.track, tone="unknown", word=value_in_words("unknown"))
        return [
            Coloured(place, self.names[place.code], f"/relations/{pair_code(self.sender, place.code)}/",
                     None if place.code == self.sender else self.said.get(place.code, unknown))
            for place in world().places
        ]  # fmt: skip

    @property
    def groups(self) -> list[tuple[str, str, list[tuple[str, str, ShownStatus]]]]:
        return _groups(self.said, self.sender, self.names)


def relative(request: HttpRequest) -> tuple[Relative, bool, bool]:
    """The map that the request asks for, and whether its country and its track exist; else those of the example."""
    index = current_country_index()
    names, titles = country_names(index), kind_titles()
    asked, track = request.GET.get("from", _FROM).strip()[:100], request.GET.get("track", _TRACK)
    found = gazetteer(index).named(asked)
    sender = found[0] if len(found) == 1 else _FROM
    shown = track if track in titles else _TRACK
    said = _said(request, sender, shown, index, names)
    return Relative(sender=sender, track=shown, names=names, said=said), len(found) == 1, track == shown


@require_safe
@in_the_readers_language
def world_map(request: HttpRequest) -> HttpResponseBase:
    """The map; an unknown country or track is answered with those of the example, and says so."""
    shown, is_country, _is_track = relative(request)
    context = {
        "section": "map",
        "world": world(),
        "source": SOURCE,
        "places": shown.places,
        "sender": shown.sender, "sender_name": shown.names[shown.sender], "is_no_country": not is_country,
        "track": shown.track, "track_title": shown.track_title, "tracks": kind_titles().items(),
        "countries": sorted(shown.names.items(), key=lambda one: one[1]),
        "day": day_in_words(today()),
        "groups": shown.groups,
        "canonical": site(request) + shown.path,
        "forms": {ending: shown.form(f".{ending}") for ending in ("svg", "png", "csv", "json")},
        "image": site(request) + shown.form(".png"),
    }  # fmt: skip
    return page(request, "web/overview/map.html", context)


def _said(request: HttpRequest, sender: str, track: str, index: CountryIndex, names: Names) -> dict[str, ShownStatus]:
    """The acts of the sender by country, inherited ones too; without countries of which nothing is known."""
    organisations = [one.organisation for one in index.by_member.get(sender, ())]
    own = CountryPair.objects.recorded().filter(
        Q(first__in=[sender, *organisations]) | Q(second__in=[sender, *organisations])
    )
    others = {side for pair in own.values_list("first", "second") for side in pair} - {sender}
    codes = sorted(pair_code(sender, other) for other in others)
    rows = pair_rows(codes, day=today(), countries=index, names=names, site=site(request)) if codes else []
    strongest = {row.other(sender): _strongest(row, sender, track) for row in rows}
    return {code: status for code, status in strongest.items() if status.tone != "unknown"}


def _strongest(row: PairRow, sender: str, track: str) -> ShownStatus:
    match track:
        case TrackKind.DIPLOMATIC_RELATIONS:
            return row.relations
        case TrackKind.TREND:
            return row.trend
        case _:
            return min(row.way(sender).of(track), key=lambda status: _order(status.tone))


def _order(tone: str) -> int:
    """The gravest first, unknown last."""
    return len(TONES) if tone == "unknown" else TONES.index(tone)


def _groups(
    said: Mapping[str, ShownStatus], sender: str, names: Names
) -> list[tuple[str, str, list[tuple[str, str, ShownStatus]]]]:
    """Tone, word and the countries that have it, each with its page."""
    found: defaultdict[tuple[str, str], list[tuple[str, str, ShownStatus]]] = defaultdict(list)
    for code in sorted(said, key=lambda code: names[code]):
        status = said[code]
        found[status.tone, status.word].append((names[code], f"/relations/{pair_code(sender, code)}/", status))
    return [(tone, word, found[tone, word]) for tone, word in sorted(found, key=lambda key: (_order(key[0]), key[1]))]
