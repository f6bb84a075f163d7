"""`/map/?from=US&track=sanctions`: the world by what one country does to each other one, and the same as a list.

With `to=BY`, by what each other one does to it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from relations.codes import DIRECTED, TrackKind, pair_code
from relations.queries.clock import today
from relations.queries.countries import CountryIndex, current_country_index
from relations.representation.references import site
from relations.web.language import in_the_readers_language
from relations.web.markup import by_word, options
from relations.web.overview.one_track import OneTrack
from relations.web.pairs.statuses import ShownStatus
from relations.web.refusals import Wrong, answered, reads, wrong_country, wrong_word
from relations.web.search.countries import gazetteer
from relations.web.tones import by_gravity, classes, hatch, hatches
from relations.web.words import Names, country_names, day_in_words, in_order, key_in_words, kind_titles
from relations.web.world.drawing import FILE, SOURCE
from tracker.frame import page

_PATH = re.compile(r'<path id="(?P<code>[A-Z]{2})" d="(?P<d>[^"]+)"/>')
_DOT = re.compile(r'<circle id="dot-(?P<code>[A-Z]{2})" cx="(?P<x>-?\d+)" cy="(?P<y>-?\d+)" r="(?P<r>\d+)"/>')
_LAND = re.compile(r'<g class="land">\n<path d="(?P<d>[^"]*)"/>')
_BOX = re.compile(r'viewBox="(?P<box>[^"]+)"')
_FROM, _TRACK = "US", TrackKind.SANCTIONS
SIDES = ("from", "to")


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
    paths = {shape["code"]: shape["d"] for shape in _PATH.finditer(text)}
    dots = {shape["code"]: (shape["x"], shape["y"], shape["r"]) for shape in _DOT.finditer(text)}
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
        numbers = Counter((one.tone, key_in_words(one.value, stale=one.stale)) for one in self.said.values())
        return [(*key, numbers[key]) for key in sorted(numbers, key=lambda key: (by_gravity(key[0]), key[1]))]

    @property
    def hatches(self) -> list[str]:
        return hatches(status.tone for status in self.said.values())

    @property
    def groups(self) -> list[tuple[str, str, int, SafeString]]:
        """Tone, word and the countries that have it: their number and the list; the gravest first."""
        codes = sorted(self.said, key=lambda code: in_order(self.names[code]))
        paths = (f"/relations/{pair_code(self.country, code)}/" for code in codes)
        return by_word((self.names[code], path, self.said[code]) for code, path in zip(codes, paths, strict=True))


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


def asked_map(query: QueryDict, index: CountryIndex) -> tuple[CountryMap, CountryMap]:
    """The map that is asked for, or that of the example, and the one of the other direction."""
    is_received = bool(query.get("to")) and not query.get("from")
    country = gazetteer(index).one(query.get("to" if is_received else "from") or _FROM) or _FROM
    sent, received = country_maps(country, query.get("track") or _TRACK, index, country_names(index))
    return (received, sent) if is_received else (sent, received)


def _ends(texts: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Name, label and content of the two fields for a country."""
    return [(side, label, texts.get(side, "")) for side, label in zip(SIDES, (_("From"), _("To")), strict=True)]


def wrong_map(query: QueryDict, index: CountryIndex) -> list[Wrong]:
    countries = (one for side in SIDES for one in wrong_country(query, side, index, is_one=True))
    return [*countries, *wrong_word(query, "track", kind_titles())]


@reads(*SIDES, "track")
@in_the_readers_language
def world_map(request: HttpRequest) -> HttpResponseBase:
    """The map; with both ends named, the page of the pair."""
    index, query = current_country_index(), request.GET
    wrong, names = wrong_map(query, index), country_names(index)
    form = {
        "section": "map", "title": _("Map"), "tracks": kind_titles().items(), "track": query.get("track") or _TRACK,
        "countries": options((name, "") for name in sorted(names.values(), key=in_order)),
        "sides": _ends({side: query.get(side, "") for side in SIDES}),
    }  # fmt: skip
    if wrong:
        return answered(request, "web/overview/map.html", form, wrong)
    ends = {code for side in SIDES if (code := gazetteer(index).one(query.get(side, "")))}
    if len(ends) == len(SIDES):
        return HttpResponseRedirect(f"/relations/{pair_code(*ends)}/")
    shown, other = asked_map(query, index)
    own = {
        "map": shown, "title": shown.title, "other": other, "has_other": shown.kind in DIRECTED,
        "sides": _ends({"to" if shown.is_received else "from": shown.name}),
        "day": day_in_words(today()),
        "canonical": site(request) + shown.path, "image": site(request) + shown.form(".png"),
        "forms": {ending: shown.form(f".{ending}") for ending in ("svg", "png", "csv", "json")},
    }  # fmt: skip
    return page(request, "web/overview/map.html", {**form, **own})
