"""Names of countries in addition to CLDR's English ones: those in official lists, and those that people type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from babel import Locale

_IN_LISTS: Mapping[str, Sequence[str]] = {
    "AE": ["UAE"],
    "AG": ["Antigua and Barbuda"],
    "BA": ["Bosnia and Herzegovina", "Bosnia-Herzegovina"],
    "BN": ["Brunei Darussalam"],
    "BO": ["Bolivia (Plurinational State of)"],
    "BS": ["Bahamas", "Bahamas, The", "The Bahamas"],
    "CD": [
        "Congo (Democratic Republic)",
        "Congo, Democratic Republic of the",
        "Congo, The Democratic Republic of the",
        "Democratic Republic of the Congo",
    ],
    "CG": ["Congo, Republic of the", "Congo", "Republic of the Congo"],
    "CI": ["Cote d'Ivoire", "Côte d'Ivoire", "Ivory Coast"],
    "CV": ["Cabo Verde"],
    "CZ": ["Czech Republic"],
    "FM": ["Micronesia (Federated States of)", "Micronesia, Federated States of"],
    "GB": ["Great Britain", "United Kingdom of Great Britain and Northern Ireland"],
    "GM": ["Gambia", "Gambia, The", "The Gambia"],
    "HK": ["China, Hong Kong Special Administrative Region", "Hong Kong", "Hong Kong Special Administrative Region"],
    "IR": ["Iran (Islamic Republic of)", "Iran, Islamic Republic of", "Islamic Republic of Iran"],
    "KG": ["Kyrgyz Republic"],
    "KN": ["Saint Kitts and Nevis"],
    "KP": ["DPRK", "Democratic People's Republic of Korea", "Korea, Democratic People's Republic of", "Korea, North"],
    "KR": ["Korea, Republic of", "Korea, South", "Republic of Korea"],
    "LA": ["Lao People's Democratic Republic"],
    "LC": ["Saint Lucia"],
    "LY": ["Libyan Arab Jamahiriya"],
    "MD": ["Moldova, Republic of", "Republic of Moldova"],
    "MK": ["Macedonia", "Macedonia, The Former Yugoslav Republic of", "The Former Yugoslav Republic of Macedonia"],
    "MM": ["Burma", "Myanmar"],
    "MO": ["China, Macao Special Administrative Region", "Macau"],
    "NL": ["Netherlands (Kingdom of the)"],
    "OM": ["Sultanate of Oman"],
    "PS": [
        "Occupied Palestinian Territories",
        "Palestine",
        "Palestine, State of",
        "Palestinian",
        "Palestinian Territory, Occupied",
        "State of Palestine",
    ],
    "RU": ["Russian Federation"],
    "SS": ["Republic of South Sudan"],
    "ST": ["Sao Tome and Principe"],
    "SY": ["Syrian Arab Republic"],
    "SZ": ["Swaziland"],
    "TC": ["Turks and Caicos Islands"],
    "TL": ["East Timor", "Timor-Leste"],
    "TR": ["Turkey", "Türkiye"],
    "TT": ["Trinidad and Tobago"],
    "TW": ["China (Taiwan)", "Taiwan, Province of China"],
    "TZ": ["Tanzania, United Republic of", "United Republic of Tanzania"],
    "US": ["United States of America", "USA"],
    "VA": ["Holy See"],
    "VC": ["Saint Vincent and the Grenadines"],
    "VE": ["Venezuela (Bolivarian Republic of)", "Venezuela, Bolivarian Republic of"],
    "VN": ["Viet Nam"],
}
"""By code, names as issuers of sanctions lists write them, where CLDR's differ.

UN: names of the Member States, https://www.un.org/en/about-us/member-states, and the list's own wordings. OFAC and the
World Factbook: names with the main word first. EU and UK: wordings of their lists. Former states are left out: nobody
is their national any more.
"""

_TYPED: Mapping[str, Sequence[str]] = {
    "AE": ["Emirates"],
    "BF": ["Upper Volta"],
    "BJ": ["Dahomey"],
    "BY": ["Belorussia", "Byelorussia", "Byelorussian SSR"],
    "CD": ["DRC", "DR Congo", "Democratic Republic of Congo", "Zaire"],
    "CF": ["CAR"],
    "CG": ["Republic of Congo"],
    "CN": ["PRC", "People's Republic of China"],
    "CS": ["Czechoslovakia"],
    "DD": ["East Germany", "GDR"],
    "DE": ["Federal Republic of Germany", "FRG", "West Germany"],
    "EH": ["SADR", "Sahrawi Arab Democratic Republic"],
    "ET": ["Abyssinia"],
    "EU": ["EEC", "European Communities", "European Community", "European Economic Community"],
    "FK": ["Malvinas"],
    "FM": ["Federated States of Micronesia"],
    "GB": ["UK", "Britain", "England", "Scotland", "Wales", "Northern Ireland"],
    "GR": ["Hellenic Republic"],
    "IE": ["Eire", "Irish Republic", "Republic of Ireland"],
    "IR": ["Persia"],
    "JO": ["Transjordan"],
    "KG": ["Kirghizia"],
    "KH": ["Kampuchea"],
    "KR": ["ROK"],
    "LA": ["Lao PDR"],
    "LK": ["Ceylon"],
    "MD": ["Moldavia"],
    "MK": ["FYROM"],
    "NL": ["Holland", "Kingdom of the Netherlands"],
    "PG": ["PNG"],
    "PS": ["Gaza", "Palestinian Authority", "West Bank"],
    "SA": ["Kingdom of Saudi Arabia", "KSA"],
    "SR": ["Surinam"],
    "SU": ["USSR", "Soviet Union", "Union of Soviet Socialist Republics"],
    "TH": ["Siam"],
    "TW": ["Formosa", "Republic of China", "ROC"],
    "US": ["America"],
    "VA": ["Vatican"],
    "VD": ["Democratic Republic of Vietnam", "North Vietnam"],
    "YD": ["South Yemen"],
    "YE": ["North Yemen", "Yemen Arab Republic"],
    "YU": ["FRY", "Serbia and Montenegro", "SFRY", "Yugoslavia"],
    "ZA": ["RSA"],
    "ZW": ["Rhodesia"],
}
"""By code, other names that people type: abbreviations, short and former names, and parts without foreign relations of
their own. A former name is that of a country that only changed its name (`docs/countries.md`), never a colony's.
"""


_SHORT: Mapping[str, tuple[str, ...]] = {
    "AE": ("ОАЭ",), "BY": ("Белоруссия",), "CD": ("ДР Конго", "RDC"), "CF": ("ЦАР",), "CN": ("КНР",), "DE": ("ФРГ",),
    "KP": ("Северная Корея",), "MM": ("Birmanie", "Birmania", "Бирма"), "KR": ("Южная Корея",),
    "NL": ("Голландия", "Hollande"), "US": ("US", "США", "EE.UU.", "EEUU"), "ZA": ("ЮАР",),
    "VA": ("Saint-Siège", "Святой Престол", "Santa Sede"),
}  # fmt: skip
"""Short and former names in English, French, Russian and Spanish that CLDR does not have first."""
_GERMAN: Mapping[str, Sequence[str]] = {
    "BY": ["Weißrussland", "Weißrußland", "Belorussland"],
    "BF": ["Obervolta"],
    "CD": ["DR Kongo", "Demokratische Republik Kongo"],
    "CF": ["Zentralafrika"],
    "CI": ["Elfenbeinküste"],
    "CN": ["VR China", "Volksrepublik China"],
    "CS": ["Tschechoslowakei", "CSSR"],
    "CV": ["Kap Verde", "Kapverden", "Kapverdische Inseln"],
    "CZ": ["Tschechische Republik", "Tschechei"],
    "DD": ["DDR", "Deutsche Demokratische Republik", "Ostdeutschland"],
    "DE": ["BRD", "Bundesrepublik Deutschland", "Westdeutschland"],
    "EU": ["EG", "EWG", "Europäische Gemeinschaft"],
    "GB": ["Großbritannien", "Schottland"],
    "IR": ["Persien"],
    "KG": ["Kirgisien", "Kirgistan"],
    "KP": ["DVR Korea"],
    "MD": ["Moldawien"],
    "MK": ["Mazedonien"],
    "MM": ["Birma"],
    "NL": ["Holland"],
    "PS": ["Palästina", "Westjordanland"],
    "RU": ["Russische Föderation"],
    "SU": ["Sowjetunion", "UdSSR"],
    "SZ": ["Swasiland"],
    "TL": ["Osttimor"],
    "UN": ["UNO"],
    "US": ["Amerika", "Vereinigte Staaten von Amerika"],
    "VA": ["Vatikan", "Heiliger Stuhl"],
    "YU": ["Jugoslawien"],
    "ZA": ["Südafrikanische Republik"],
}
"""By code, names that German readers type and CLDR's German does not have."""


_ANY_STYLE = (
    "republic of", "kingdom of", "state of", "commonwealth of", "principality of", "grand duchy of", "sultanate of",
    "independent state of",
)  # fmt: skip
"""Styles that may precede the name of any country."""

_STYLES: Mapping[str, Sequence[str]] = {
    "arab republic of": ["EG"],
    "bolivarian republic of": ["VE"],
    "co-operative republic of": ["GY"],
    "democratic republic of": ["ST", "TL"],
    "democratic socialist republic of": ["LK"],
    "federal democratic republic of": ["ET", "NP"],
    "federal republic of": ["DE", "NG", "SO"],
    "federated states of": ["FM"],
    "federative republic of": ["BR"],
    "former yugoslav republic of": ["MK"],
    "hashemite kingdom of": ["JO"],
    "islamic republic of": ["AF", "IR", "MR", "PK"],
    "oriental republic of": ["UY"],
    "people's democratic republic of": ["DZ"],
    "people's republic of": ["BD", "CN"],
    "plurinational state of": ["BO"],
    "republic of union of": ["MM"],
    "socialist republic of": ["VN"],
    "union of": ["KM", "MM"],
    "united republic of": ["TZ"],
}
"""Styles of these countries alone: the Democratic Republics of Yemen and of Germany were not `YE` and `DE`."""

_INVERTED = re.compile(r"(?P<name>.+?)(?:, | \()(?P<style>[^,()]+ of)\)?")
_PLAIN = re.compile(rf"(?P<style>{'|'.join(sorted((*_ANY_STYLE, *_STYLES), key=len, reverse=True))}) (?P<name>.+)")


@cache
def _codes() -> dict[str, str]:
    english = {name_key(str(name)): code for code, name in Locale("en").territories.items() if len(code) == 2}
    return english | {name_key(name): code for code, names in _IN_LISTS.items() for name in names}


@cache
def _other_codes() -> dict[str, str]:
    return {name_key(name): code for code, names in _TYPED.items() for name in names}


def name_key(name: str) -> str:
    """The name without case, accents and articles: `Gambia, The` and `the Gambia` are one."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    text = " ".join(text.replace("’", "'").replace("&", "and").split())
    text = re.sub(r"\bst\. ", "saint ", text).removesuffix(" (the)").removesuffix(", the")
    return re.sub(r"(?<= of) the\b|(?<=, )the |(?<= \()the |^the ", "", text)


@lru_cache(maxsize=4096)
def code_by_name(name: str) -> str:
    """The alpha-2 code: `Korea, North` -> KP; `North Macedonia, The Republic of`, `Republic of North Macedonia` -> MK.

    Empty for a former country, for additional words, and for the style of another country.
    """
    codes, key = _codes(), name_key(name)
    parts = _INVERTED.fullmatch(key) or _PLAIN.fullmatch(key)
    if key in codes or parts is None:
        return codes.get(key, "")
    straight = f"{parts['style']} {parts['name']}"
    if straight in codes:
        return codes[straight]
    code = codes.get(parts["name"], "")
    fits = parts["style"] in _ANY_STYLE or code in _STYLES.get(parts["style"], ())
    return code if fits and _other_codes().get(straight, code) == code else ""


def other_names(code: str) -> list[str]:
    """`CI` -> Cote d'Ivoire, Ivory Coast, …: the country's other names, without codes."""
    return [*_IN_LISTS.get(code, ()), *_TYPED.get(code, ())]


def typed_names(code: str) -> list[str]:
    """Every name by which people may search for the country, in addition to CLDR's and to codes."""
    return [*other_names(code), *_GERMAN.get(code, ()), *_SHORT.get(code, ())]
