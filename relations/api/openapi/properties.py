"""Descriptions of properties by their names, for those whose type says nothing more.

A name with a component (`Retraction.at`) describes that one; a name alone, every property of that name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from relations.api.response_schemas import Fragment

OF_FACTS = {
    "action": "What the act does",
    "basis": "The strongest kind of source that the value rests on; empty without evidence",
    "cameo": "Code of CAMEO for this kind of event",
    "citations": "The evidence: sources with their exact words",
    "codes": "Codes of other vocabularies of events",
    "disputed": "Sources contradict each other",
    "effective": "The day from which the new value is true in the world",
    "expires_on": "The day on which it ends unless it is extended; null where none is known",
    "holder": "Name of the head of mission or designated successor; empty where nobody is",
    "identifiers": "Numbers of documents of the person",
    "instrument": "The legal act",
    "measures": "The kinds of measure",
    "note": "Remarks of the user who recorded it",
    "person": "The person, of a list of persons",
    "plover": "Code of PLOVER for this kind of event",
    "previous": "The address of the page before, or null",
    "programme": "The programme, if the act names one",
    "quote": "The exact words of the source",
    "recorded_at": "When it was recorded",
    "recorded_by": "Name of the user who recorded it; null for imports",
    "retraction": "When, by whom and why it was retracted; null where it was not",
    "scope": "How much of it the act concerns",
    "stance": "The source supports the fact or disputes it",
    "superseded_at": "When a later version or a retraction took its place; null for the current version",
    "uncertain": "Keys of facts that may or may not have happened by then",
    "visa_classes": "Classes of visa",
    "why": "Reason that was given for the correction or retraction",
}
OF_REFERENCES = {
    "alpha3": "ISO 3166-1 alpha-3",
    "author": "Author of the source",
    "covers_to": "The last day that the source speaks of",
    "from_year": "The first year, of a former country",
    "good_for": "Days for which it can be relied on",
    "issuer": "Code of the country or organisation that issues it",
    "language": "Language of the source (BCP 47)",
    "legal_basis": "The legal act on which it rests",
    "licence": "Licence of the source",
    "members": "Members of the organisation, with the days of membership",
    "memberships": "Organisations that the country is a member of, with the days",
    "nationalities": "Codes of nationalities, as the list names them",
    "numeric": "ISO 3166-1 numeric",
    "published_on": "The day of publication",
    "publisher": "Who published it",
    "sha256": "SHA-256 of the content",
    "subject": "What its entries are: countries or persons",
    "syndication_of": "The source of which this one is a reprint",
    "target": "Code of the country at which it aims",
    "to_year": "The last year, of a former country",
    "status_on": "The day of which the status is",
}
OF_PARTIES = {
    "about": "What is compared",
    "birth": "Whether a year of birth agrees as well",
    "coverage": "The publications that the answer rests on",
    "delisted": "Parties that were delisted",
    "delisted_on": "The day of delisting; null while the party is listed",
    "event": "Listed or delisted",
    "latest": "The last possible day",
    "list_title": "Title of the list",
    "listed": "Parties that were listed",
    "listed_on": "The day of listing",
    "listings": "Spans of days for which the party is listed",
    "official_list": "The list's title, publisher, licence and address",
    "programmes": "Programmes under which the party is listed, as the list names them",
    "publication": "The publication that says so",
    "queries": "The parties to look for",
    "reasons": "The comparison of each attribute",
    "reference": "The issuer's own reference",
    "result": "The result of the comparison",
    "run": "Number of the import that recorded it",
    "score": "1 for the very name, less for near ones",
    "turn": "What the version did: the party was listed, amended or delisted",
}
OF_IMPORTS = {
    "accept_shrink": "Many parties may end with this publication",
    "added": "Records that were new",
    "amended": "Records that had changed",
    "dated": "The day of the publication",
    "dry_run": "Only tried: nothing is recorded",
    "ended": "Records that were gone",
    "job": "Number of the job that ran it",
    "read": "Records that were read",
    "refused": "Records that could not be read",
    "started_at": "When it began",
    "started_by": "Name of the user who asked for it",
    "RunResponse.source": "Number of the source as which it is cited",
}
OF_WEBHOOKS = {
    "attempts": "Every attempt, the first one first",
    "created_at": "When it was made",
    "data": "The message itself",
    "deliveries": "Deliveries of it: their number, or their address",
    "delivered": "How many arrived",
    "description": "A note of the owner",
    "directions": "Directions that pass: `US>BY`",
    "disabled_reason": "Why it is disabled; null while it is not",
    "error": "Why the attempt failed, where no answer came",
    "event_type": "Type of the event",
    "event_types": "Types of event that pass",
    "failing_since": "When the failures began; null without one",
    "failures": "Failures in a row",
    "finished_at": "When it ended; null while it goes on",
    "include": "The change alone, or with a snapshot of the relation",
    "last_attempt": "The newest attempt; null before the first",
    "last_failure_at": "When an attempt last failed",
    "last_success_at": "When an attempt last succeeded",
    "looked_at": "How many changes were examined",
    "milliseconds": "How long it took",
    "next_attempt_at": "When it is tried next; null where it is not",
    "ordered": "Strictly in order for each pair",
    "owner": "Name of the user who owns it",
    "paused_until": "When it goes on; null while it is not paused",
    "replay_of": "The delivery that it repeats",
    "replayed": "It was sent by a replay",
    "requested_at": "When it was asked for",
    "snapshot": "The relation at that version, where the subscription asks for it",
    "state_since": "Since when it is in that state",
    "subscription": "Number of the subscription",
    "timestamp": "When the message was made",
    "tracks": "Tracks that pass",
    "transitions": "Transitions that pass, from a value to another",
    "undelivered": "Only what never arrived",
    "until": "Up to and including this change",
    "after": "Changes after this one",
}
OF_ANSWERS = {
    "as_of": "The day in the world",
    "at": "When",
    "by": "Name of the user",
    "cause": "The fact that caused it; null where there is none",
    "changes": "Changes of the log",
    "count": "How many there are; in a list only with `count=1`",
    "country": "The country's code",
    "csv": "The same as CSV",
    "cursor": "Where to go on: send it as `after`",
    "detail": "What is wrong, for people",
    "docs": "The documentation of the API",
    "errors": "What is wrong, place by place",
    "from": "The acting side: a country's code, or the value before",
    "header": "The header that is wrong",
    "id": "The number",
    "instance": "The path of the request",
    "key": "The permanent key",
    "known_at": "The moment as of which it was known; null for now",
    "links": "Addresses of what belongs to it",
    "new": "The value after; null on the track `facts`",
    "next": "The address of the next page, or null",
    "old": "The value before; null on the track `facts`",
    "pair": "Code of the pair",
    "pairs": "Codes of pairs",
    "parameter": "The query parameter that is wrong",
    "period": "The period that begins or ends",
    "periods": "Periods of statuses",
    "post": "Who leads the mission",
    "request_id": "The X-Request-ID of the request",
    "results": "The rows, in order",
    "self": "Its own address",
    "source": "The source: its number, or all of it",
    "timeline": "The timeline of the pair",
    "to": "The side acted upon: a country's code, or the value after",
    "track": "The track: `sanctions:US>BY`",
    "trend": "The trend of the relation",
    "url": "Its address",
    "version": "Number of the version",
    "with": "The other country",
    "MissionResponse.next": "The designated successor",
    "ErrorResponse.code": "What is wrong, for programs: docs/errors.md has the codes",
    "ProblemResponse.title": "The type in words",
    "ProblemResponse.status": "The HTTP status",
    "Retraction.why": "Why it was retracted",
}
_ALL: Mapping[str, str] = OF_FACTS | OF_REFERENCES | OF_PARTIES | OF_IMPORTS | OF_WEBHOOKS | OF_ANSWERS


def described(document: Fragment) -> None:
    """Adds a description to every property that has none."""
    for component, schema in document["components"]["schemas"].items():
        _describe(schema, component)
    _describe([document["paths"], document.get("webhooks", {})], "")


def _describe(part: Any, component: str) -> None:
    if isinstance(part, list):
        for each in part:
            _describe(each, component)
    if not isinstance(part, dict):
        return
    properties = part.get("properties")
    if isinstance(properties, dict):
        for name, schema in properties.items():
            if not schema.get("description"):
                schema["description"] = _ALL.get(f"{component}.{name}") or _ALL.get(name) or _in_words(name)
    for name, each in part.items():
        if name not in ("example", "examples", "default"):
            _describe(each, component)


def _in_words(name: str) -> str:
    """`diplomatic_events` -> `Diplomatic events`: of collections the name says it all."""
    return name.replace("_", " ").capitalize()


def pascal(name: str) -> str:
    """`facts_list` -> `FactsList`."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))
