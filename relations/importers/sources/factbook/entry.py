"""One entry of the World Factbook about one country's mission in, or from, the US."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from relations.errors import RecordRefused, Refused
from relations.importers.engine.tables import LONGEST, Phrase, meaning, phrases, table
from relations.importers.sources.factbook.words import (
    DATE,
    EXCELLENCY,
    NAME,
    NO_RELATIONS,
    cleaned,
    in_edtf,
    is_over,
    plain,
    residence,
    residence_in,
    since,
    without_asides,
)

PHRASES = "factbook_phrases"
CHIEF = "chief of mission"
OTHER_WORDS = ("text", "embassy", "chancery", "note")
"""Fields with the words on a mission without a chief."""

_NOTE = re.compile(r"(?:[;,.]\s*|\s+)note\s*[-–—:]\s*", re.IGNORECASE)
_LEADING_NOTE = re.compile(r"^note\s*[-–—:]\s*", re.IGNORECASE)
_CHARGE = r"charg[eé]\w*['’]? ?d ?['’] ?affair\w*(?:,? (?:a\.? ?i\.?|ad interim))?"
_OFFICE = rf"(?:(?:ambassador|nuncio|high commissioner|chief of mission)\b[\w/ ]*?|{_CHARGE})"
_VACANT = re.compile(
    rf"^(?P<title>{_OFFICE})?[\s-]*\((?:(?:currently|post|position|remains)\s+)*(?P<how>vacant[^()]*)\)"
    r"\s*[;,.:]?\s*"
    rf"|^(?:{_OFFICE},?(?: \w+)?[\s:-]+)?(?P<word>vacant(?: since {DATE})?)\s*(?:[;,.]\s*|$)",
    re.IGNORECASE,
)
_VACANT_SINCE = re.compile(rf"\bsince (?P<date>{DATE})", re.IGNORECASE)
_AS_OF = re.compile(
    rf"as of (?P<date>{DATE}), (?P<holder>{NAME}) (?:serves|is serving|served) as (?:the )?chief of mission\b.*",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"[()\d]|\b(?:vacant|recalled|departed|affair\w*|ambassador|secretary|counsell?or|embassy|mission|interim|acting|envoy|commissioner"
    r"|representative)\b|^(?:tb[acd]|n/?a|none|unknown|pending|to be \w+)$"
    r"|,(?! ?(?:jr|sr|[ivx]+|ph\.?d|m\.?d|esq|[ockm]\.?b\.?e)\b)",
    re.IGNORECASE,
)
"""In no person's name, or in place of one; a comma comes only before what follows a name."""
_SECOND = re.compile(r"\b(?:ambassador|charg[eé])", re.IGNORECASE)
_RECALLED = re.compile(
    r"(?:^|\b(?:ambassador|he|she|who)\b.*?\b)(?:recalled|expelled|withdrawn|resigned|departed|died)\b", re.IGNORECASE
)
_LEFT = "the source says that this person has left the post"
_SEGMENT = re.compile(r";(?![^(]*\))")
_phrases = partial(phrases, PHRASES, DATE=DATE, NAME=NAME)


@dataclass(frozen=True, slots=True)
class Assertion:
    """`on` is EDTF, empty where only the snapshot bounds it; `quote` is the field's value that says it."""

    word: str
    quote: str
    on: str = ""
    holder: str = ""
    remark: str = ""


def entry(fields: Mapping[str, str], *, ambassadors: Mapping[str, str]) -> Iterator[Assertion]:
    """Yields all that one line says; raises `RecordRefused` for words that are not understood.

    `ambassadors` are the US ambassadors of the same date by the code of the country in which they reside.
    """
    if any(len(fields.get(name, "")) > LONGEST for name in (CHIEF, *OTHER_WORDS)):
        raise RecordRefused(why=f"it has more than {LONGEST} characters")
    without = next((text for text in map(fields.get, (CHIEF, *OTHER_WORDS)) if text and NO_RELATIONS.search(text)), "")
    if not without:
        yield from _all_said(fields, ambassadors)
    elif how := re.search("interests section|protecting power", without, re.IGNORECASE):
        yield Assertion(how[0].lower().replace(" ", "_"), without)
    else:
        # Whoever is named leads no mission: the consular post of Bhutan is in its mission to the United Nations.
        yield Assertion("severed", without, remark="The source says that there are no diplomatic relations.")


def _all_said(fields: Mapping[str, str], ambassadors: Mapping[str, str]) -> Iterator[Assertion]:
    chief = fields.get(CHIEF, "").strip()
    if not chief:
        yield from _without_chief(fields, ambassadors)
        return
    words = plain(chief)
    head, *notes = _NOTE.split(words)
    vacant = _VACANT.match(head)
    is_titled = vacant is not None or _title(_SEGMENT.split(head)[0])[0] is not None
    if not is_titled and (sentence := _sentence(words, chief, ambassadors)) is not None:
        yield from sentence
        return
    is_post_vacant = vacant is not None and "charg" not in vacant[0].lower()
    persons = list(_persons(head[vacant.end() :] if vacant else head, chief, after_vacant=is_post_vacant))
    if vacant is None:
        if persons and all(person.remark == _LEFT for person in persons):
            raise RecordRefused(why=f"{head[:120]!r} names only who has left the post")
        if any(person.word == "ambassador" for person in persons) and any(map(_RECALLED.search, notes)):
            raise RecordRefused(why=f"{words[:200]!r} names an ambassador who has left the post")
        elsewhere = residence_in([*notes, *(plain(fields.get(name, "")) for name in OTHER_WORDS)])
        yield from (_residing(person, elsewhere) for person in persons)
        return
    fell = list(_how_it_fell_vacant(vacant["how"] or "", chief))
    yield from fell
    if not any(one.word in ("vacant", "operations_suspended") for one in fell) and not any(
        person.word != "ignored" for person in persons
    ):
        match = _VACANT_SINCE.search(vacant[0])
        yield from _post_without_chief(notes, fields, chief, since=in_edtf(match["date"]) if match else "")
    yield from persons


def ambassador_in(fields: Mapping[str, str]) -> str:
    """The ambassador whom an entry names; empty where it names none or is not understood."""
    try:
        chief = [one for one in entry({CHIEF: fields.get(CHIEF, "")}, ambassadors={}) if one.word == "ambassador"]
    except Refused:
        return ""
    return chief[0].holder if chief else ""


def _without_chief(fields: Mapping[str, str], ambassadors: Mapping[str, str]) -> Iterator[Assertion]:
    texts = [fields[name] for name in OTHER_WORDS if fields.get(name, "").strip()]
    if not texts:
        yield Assertion("ignored", "", remark="it says nothing of a mission")
        return
    for words in texts:
        if (sentence := _sentence(words.strip(), words, ambassadors)) is not None:
            yield from sentence
            return
    raise RecordRefused(why=f"{texts[0][:120]!r} is not understood")


def _sentence(words: str, quote: str, ambassadors: Mapping[str, str]) -> list[Assertion] | None:
    """The meaning of a sentence that names no chief by title; None where the table has no such sentence."""
    words = _LEADING_NOTE.sub("", _NOTE.sub("; note - ", plain(words)))
    matches = ((phrase, match) for phrase in _phrases(of="sentence") if (match := phrase.pattern.fullmatch(words)))
    phrase, match = next(matches, (None, None))
    if phrase is None or match is None:
        return None
    groups = match.groupdict()
    on = in_edtf(groups["date"]) if groups.get("date") else ""
    if groups.get("via"):
        shut = "operations_suspended" if groups["suspended"] else "closed"
        return [
            *([Assertion(shut, quote, on)] if on else []),
            _accredited_from(groups["via"], phrase, quote, ambassadors),
        ]
    holder = cleaned(groups["holder"]) if groups.get("holder") else ""
    return [Assertion(phrase.word, quote, on, holder, phrase.remark)]


def _accredited_from(via: str, phrase: Phrase, quote: str, ambassadors: Mapping[str, str]) -> Assertion:
    """The ambassador who resides in another country, with the name that the source gives there or here."""
    for row in sorted(table("gec"), key=lambda row: -len(row["name"])):
        if row["name"] and (via == row["name"] or via.startswith(f"{row['name']} ")):
            named = cleaned(via[len(row["name"]) :])
            holder = named or ambassadors.get(row["gec"], "")
            where = "" if named or not holder else " The name stands in the source's entry for that country."
            return Assertion(phrase.word, quote, "", holder, f"Accredited from {row['name']}.{where}")
    raise RecordRefused(why=f"the country {via!r} is not known")


def _how_it_fell_vacant(how: str, quote: str) -> Iterator[Assertion]:
    """`vacant; recalled by Belarus in 2008`."""
    reason = how.partition(";")[2].strip()
    if not reason:
        return
    for phrase in _phrases(of="vacant"):
        if match := phrase.pattern.fullmatch(reason):
            day = next(group for name, group in match.groupdict().items() if name.startswith("date") and group)
            yield Assertion(phrase.word, quote, in_edtf(day))
            return
    yield Assertion("vacant", quote, remark=f"The source adds: {reason}.")


def _post_without_chief(
    notes: list[str], fields: Mapping[str, str], quote: str, *, since: str
) -> Iterator[Assertion]:  # fmt: skip
    """A vacant post without a chargé: closed, in the care of a protecting power, or only vacant."""
    by_word: dict[str, Assertion] = {}
    texts = [(part, quote) for note in notes for part in _SEGMENT.split(note)]
    texts += [(_NOTE.sub("", f" {plain(fields['note'])}"), fields["note"])] if fields.get("note") else []
    for text, its_quote in texts:
        for phrase in _phrases(of="note"):
            if match := phrase.pattern.fullmatch(text.strip()):
                day = match.groupdict().get("date")
                one = Assertion(phrase.word, its_quote, in_edtf(day) if day else "")
                # Of "in March 2014" and "on 18 March 2014" the longer date is more exact.
                by_word[phrase.word] = max(by_word.get(phrase.word, one), one, key=lambda known: len(known.on))
                break
    yield from by_word.values() or [Assertion("vacant", quote, since)]


def _persons(text: str, quote: str, *, after_vacant: bool) -> Iterator[Assertion]:
    for segment in _SEGMENT.split(text):
        words = segment.strip(" ,;.")
        if words and not _VACANT.fullmatch(words):
            yield _person(words, quote, after_vacant=after_vacant)


def _person(words: str, quote: str, *, after_vacant: bool) -> Assertion:
    """One person, who may live elsewhere: `Ambassador Jane DOE (since 2020), resident in Colombo`."""
    named, where = residence(words)
    return _residing(_named(named, quote, after_vacant=after_vacant), where)


def _residing(one: Assertion, where: str) -> Assertion:
    """An ambassador who lives elsewhere is a non-resident one; a chargé leads the mission all the same."""
    if not where or not one.holder:
        return one
    word = "non_resident" if one.word == "ambassador" else one.word
    return replace(one, word=word, remark=" ".join(filter(None, [one.remark, f"The source adds: {where}."])))


def _named(words: str, quote: str, *, after_vacant: bool) -> Assertion:
    """`Ambassador Karen B. STEWART (since 2006)`; after a vacant post a name alone is that of the chargé."""
    if match := _AS_OF.fullmatch(words):
        return Assertion("charge", quote, f"[..{in_edtf(match['date'])}]", cleaned(match["holder"]))
    words, on, after = since(EXCELLENCY.sub("", words))
    phrase, name = _title(words)
    if phrase is None and after:  # `Jane DOE (since 2020), Ambassador`
        phrase, name = _title(f"{words}, {after.strip(' ,;')}")
        after = ""
    sentence = _sentence(words, quote, {}) if phrase is None else None
    if phrase is None and not sentence:
        phrase, name = _title_after(words)
    if sentence:
        return sentence[0]
    name, asides = without_asides(name, after)
    if asides and not name.strip():
        raise RecordRefused(why=f"{words[:120]!r} names nobody")
    if any(_SECOND.search(aside) for aside in asides):
        raise RecordRefused(why=f"{words[:120]!r} is followed by a second title: {'; '.join(asides)[:120]!r}")
    if phrase is None and not (after_vacant and words):
        raise RecordRefused(why=f"{words[:120]!r} names no title")
    if phrase is not None and phrase.word == "ignored":
        return Assertion("ignored", quote, on, remark=phrase.remark)
    holder = _holder(name, words)
    if phrase is None:
        remark = "Named as chief of mission beside a vacant post of ambassador."
        return _qualified(Assertion("charge", quote, on, holder, remark), asides)
    return _qualified(Assertion(phrase.word, quote, on, holder, phrase.remark), asides)


def _qualified(one: Assertion, asides: list[str]) -> Assertion:
    """The assertion as the words in brackets leave it: `(Acting)`, `(designate)`, `(recalled on 5 June 2025)`."""
    for aside in asides:
        for phrase in _phrases(of="vacant"):
            if match := phrase.pattern.fullmatch(aside):
                day = next(group for name, group in match.groupdict().items() if name.startswith("date") and group)
                return replace(one, word=phrase.word, on=in_edtf(day))
        if is_over(aside):
            return replace(one, word="ignored", holder="", remark=_LEFT)
    for aside in asides:
        if one.word == "ambassador" and (known := meaning(PHRASES, aside, of="aside")):
            return replace(one, word=known.word, remark=known.remark)
    added = f"The source adds: {'; '.join(asides)}." if asides else ""
    return replace(one, remark=" ".join(filter(None, [one.remark, added])))


def _holder(name: str, words: str) -> str:
    """A person's name; refuses one with brackets, figures or words of an office in it."""
    holder = cleaned(name)
    if _NO_NAME.search(holder):
        raise RecordRefused(why=f"{words[:120]!r} names nobody whose name can be separated from the rest")
    return holder


def _title(words: str) -> tuple[Phrase | None, str]:
    """The title, before the name or after it and a comma, and the name."""
    for phrase in _phrases(of="title"):
        before = re.match(rf"(?:{phrase.pattern.pattern})(?=[\s,:]|$)", words, re.IGNORECASE)
        if before:
            return phrase, words[before.end() :]
    name, comma, rest = words.partition(", ")
    for phrase in _phrases(of="title"):
        if comma and (title := re.match(rf"(?:{phrase.pattern.pattern})\b", rest, re.IGNORECASE)):
            return phrase, name if cleaned(name) else rest[title.end() :]
    return None, words


def _title_after(words: str) -> tuple[Phrase | None, str]:
    """The title that ends the words without a comma: `Jane DOE (Chargé d'Affaires)`. An office needs its comma."""
    for phrase in _phrases(of="title"):
        match = re.fullmatch(rf"(.+?)(?: [-–—])? \(?(?:{phrase.pattern.pattern})\)?", words, re.IGNORECASE)
        if match and phrase.word != "ignored":
            return phrase, match[1]
    return None, words
