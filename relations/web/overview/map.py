"""`/map/?from=US&track=sanctions`: the world by what one country does to each other one, and the same as a list.

With `to=BY`, by what each other one does to it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from http import HTTPStatus

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from relations.codes import DIRECTED, TrackKind, pair_code
from relations.queries.clock import today
from relations.queries.countries import CountryIndex, current_country_index
from relations.representation.references import site
from relations.web.language import in_the_readers_language
from relations.web.markup import joined, linked, options
from relations.web.names import Names, country_names, in_order
from relations.web.overview.one_track import OneTrack
from relations.web.overview.refusals import wrong_word
from relations.web.pairs.statuses import ShownStatus
from relations.web.search.countries import gazetteer
from relations.web.tones import by_gravity, classes, hatch, hatches
from relations.web.words import day_in_words, key_in_words, kind_titles
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

    def drawn(self, attributes: str) -> str:
        """The shape and the dot with these attributes."""
        shape = f'<path {attributes} d="{self.d}"/>' if self.d else ""
        if self.dot:
            x, y, radius = self.dot
            shape += f'<circle {attributes} cx="{x}" cy="{y}" r="{radius}"/>'
        return shape


@dataclass(frozen=True, slots=True)
class World:
    box: str
    land: str
    places: Sequence[Place]


@dataclass(slots=True)
class Coloured:
    """A place with what is said of it."""

    place: Place
    name: str
    path: str
    status: ShownStatus | None

    @property
    def shape(self) -> str:
        """The shape, linked to its pair. A template takes ten times as long for 250 of them."""
        if self.status is None:
            return self.place.drawn('class="centre"')
        title = escape(f"{self.name}: {self.status.word}")
        drawn = self.place.drawn(f'class="{classes(self.status.tone)}"{hatch(self.status.tone)}')
        return f'<a href="{self.path}" tabindex="-1"><title>{title}</title>{drawn}</a>'


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


@dataclass(frozen=True, slots=True)
class CountryMap:
    """The world by the statuses of one kind from one country, or towards it; `said` are those that are known."""

    country: str
    name: str
    kind: str
    is_received: bool
    said: Mapping[str, ShownStatus]
    track: OneTrack

    @property
    def names(self) -> Names:
        return self.track.names

    @property
    def title(self) -> str:
        """`Sanctions: Belarus → the world`: names need no article and no case, in any language."""
        if self.kind not in DIRECTED:
            ends = _("%(country)s and the world")
        else:
            ends = _("the world → %(country)s") if self.is_received else _("%(country)s → the world")
        return _("%(track)s: %(ends)s") % {"track": self.track.unknown.title, "ends": ends % {"country": self.name}}

    @property
    def has_members(self) -> bool:
        """True for a map on which members of an organisation are coloured by what it does."""
        return self.is_received and any(status.via for status in self.said.values())

    def publishers(self) -> list[str]:
        """Publishers of the sources of what is known: one query."""
        return self.track.publishers([pair_code(self.country, other) for other in self.said])

    @property
    def path(self) -> str:
        return self.form("/")

    def form(self, ending: str) -> str:
        """`/map.svg?from=US&track=sanctions`"""
        return f"/map{ending}?{'to' if self.is_received else 'from'}={self.country}&track={self.kind}"

    @property
    def world(self) -> World:
        return world()

    @property
    def source(self) -> str:
        return _(SOURCE)

    @property
    def places(self) -> list[Coloured]:
        unknown = self.track.unknown
        return [
            Coloured(place, self.names[place.code], f"/relations/{pair_code(self.country, place.code)}/",
                     None if place.code == self.country else self.said.get(place.code, unknown))
            for place in world().places
        ]  # fmt: skip

    @property
    def shapes(self) -> SafeString:
        return mark_safe("\n".join(place.shape for place in self.places))  # noqa: S308  # escaped

    @property
    def keys(self) -> list[tuple[str, str, int]]:
        """Tone, word and number of the countries that have it, the gravest first."""
        found = Counter((one.tone, key_in_words(one.value, stale=one.stale)) for one in self.said.values())
        return [(*key, found[key]) for key in sorted(found, key=lambda key: (by_gravity(key[0]), key[1]))]

    @property
    def hatches(self) -> list[str]:
        return hatches(status.tone for status in self.said.values())

    @property
    def groups(self) -> list[tuple[str, str, int, SafeString]]:
        """Tone, word and the countries that have it: their number and the list; the gravest first."""
        found: defaultdict[tuple[str, str], list[SafeString]] = defaultdict(list)
        for code in sorted(self.said, key=lambda code: in_order(self.names[code])):
            status = self.said[code]
            path = f"/relations/{pair_code(self.country, code)}/"
            found[status.tone, status.word].append(linked(self.names[code], path, status))
        ordered = sorted(found, key=lambda key: (by_gravity(key[0]), key[1]))
        return [(*key, len(found[key]), joined(found[key])) for key in ordered]


def country_maps(country: str, kind: str, index: CountryIndex, names: Names) -> tuple[CountryMap, CountryMap]:
    """The maps from a country and towards it: one query."""
    track = OneTrack(kind, today(), index, names)
    said = track.of(track.around(country))
    sent = {other: status for (sender, other), status in said.items() if sender == country}
    received = {other: status for (other, receiver), status in said.items() if receiver == country}
    return (
        CountryMap(country, names[country], kind, False, sent, track),
        CountryMap(country, names[country], kind, True, received, track),
    )


def asked_map(request: HttpRequest) -> tuple[CountryMap, CountryMap, bool, bool]:
    """The map that is asked for, the one of the other direction, and whether its country and its track exist.

    Where they do not, those of the example are in their place.
    """
    index = current_country_index()
    is_received = "to" in request.GET
    asked = request.GET.get("to" if is_received else "from", _FROM).strip()[:100]
    track = request.GET.get("track", _TRACK)
    found = gazetteer(index).one(asked)
    is_track = track in kind_titles()
    sent, received = country_maps(found or _FROM, track if is_track else _TRACK, index, country_names(index))
    shown, other = (received, sent) if is_received else (sent, received)
    return shown, other, bool(found), is_track


@require_safe
@in_the_readers_language
def world_map(request: HttpRequest) -> HttpResponseBase:
    """The map; an unknown country is answered with that of the example, and says so; an unknown track is refused."""
    shown, other, is_country, is_track = asked_map(request)
    wrong = [] if is_track else [wrong_word(request.GET, "track", kind_titles())]
    context = {
        "section": "map", "wrong": wrong, "map": shown, "other": other, "has_other": shown.kind in DIRECTED,
        "is_no_country": not is_country, "tracks": kind_titles().items(),
        "countries": options((name, "") for name in sorted(shown.names.values(), key=in_order)),
        "day": day_in_words(today()),
        "canonical": site(request) + shown.path, "image": site(request) + shown.form(".png"),
        "forms": {ending: shown.form(f".{ending}") for ending in ("svg", "png", "csv", "json")},
    }  # fmt: skip
    return page(request, "web/overview/map.html", context, status=HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK)
