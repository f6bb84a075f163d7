"""Refusals: every error that the tracker reports.

The first line of a class's docstring is the message (with the keyword arguments filled in), `status` is the HTTP
number, `code` the machine-readable word, and `field` names the input that has to change.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar


class Refused(Exception):
    """The request was refused.

    `place` is where `field` occurs: in the body (`pointer`), the query (`parameter`) or the headers (`header`).
    `headers` are sent with the response. `members` names the keyword arguments that a program may need apart from the
    message: the problem has them as members (RFC 9457, section 3.2).
    """

    status: ClassVar[int] = 400
    place: ClassVar[str] = "pointer"
    members: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, field: str = "", **particulars: Any) -> None:
        self.field = field
        self.particulars = particulars
        self.headers: dict[str, str] = {}
        doc = (type(self).__doc__ or "").partition("\n\n")[0]
        super().__init__(" ".join(doc.split()).format(**particulars))

    @property
    def code(self) -> str:
        """`NotADate` -> `not_a_date`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    @property
    def detail(self) -> str:
        return str(self)


class NotADate(Refused):
    """{text!r} is not a date that the tracker understands: {why}.

    Accepted are the EDTF (ISO 8601-2) forms 2008-03-12, 2008-03, 2008, each followed by ~ or ? (or %),
    [..2020-02-01], [2008-03-12..2008-05-03].
    """


class UnknownCountry(Refused):
    """There is no country {code!r}.{suggestion}"""

    status = 404


class NoSuchPair(Refused):
    """{code!r} names no pair of countries: {why}."""

    status = 404


class Contradiction(Refused):
    """{why}"""


class Invalid(Refused):
    """{why}"""


class MissingEvidence(Refused):
    """A fact needs at least one citation that supports it."""


class QuoteNotFound(Refused):
    """The words {quote!r} are not in the archived text of source {source}."""


class CannotBeCorrected(Refused):
    """{what} cannot be corrected: retract the fact and record it again."""


class NothingToCorrect(Refused):
    """The correction changes nothing of the current version."""


class NoSuchFact(Refused):
    """No fact {key} is recorded here."""

    status = 404


class AlreadyRetracted(Refused):
    """Fact {key} was retracted on {when}; it can no longer be changed."""

    status = 410


class StaleVersion(Refused):
    """Another edit came first: the current version is {current}, yours was {expected}."""

    status = 412
    place = "header"


class ReasonRequired(Refused):
    """A retraction needs a reason."""

    place = "parameter"


class InUse(Refused):
    """{what} cannot be {done}: {count} facts refer to it ({examples})."""

    status = 409


class Conflict(Refused):
    """{why}"""

    status = 409


class TooManyRows(Refused):
    """One request may write at most {most} rows; this one has {count}."""

    status = 413


class KeyReused(Refused):
    """The Idempotency-Key was used before with another request."""

    status = 422
    place = "header"


class TooManyRequests(Refused):
    """Too many {what}: try again in {seconds} seconds."""

    status = 429


class UnknownParameter(Refused):
    """There is no parameter {name!r} here.{suggestion}"""

    place = "parameter"


class BadParameter(Refused):
    """{why}"""

    place = "parameter"


class BadCursor(Refused):
    """This cursor belongs to another list, ordering or filter, or is not a cursor at all: start without one."""

    place = "parameter"


class NotFinished(Refused):
    """{moment} is not finished: more may be recorded at it or before. The newest one that known_at takes is {newest}.

    A command that began before the moment is still running, or the moment is in the future. `newest` is text in UTC.
    """

    status = 409
    place = "parameter"
    members = ("newest",)


class BeyondTheLog(Refused):
    """The change log ends at {end}: there is nothing after {position} to go on from.

    `end` is the id of the last entry, 0 in an empty log. Nobody was given the position by this log.
    """

    status = 410
    place = "parameter"
    members = ("end",)


class OtherLog(Refused):
    """This cursor is of another change log, as it was before a restore: begin again; this log ends at {end}.

    `end` is the id of the last entry, 0 in an empty log.
    """

    status = 410
    place = "parameter"
    members = ("end",)


class BadHeader(Refused):
    """{why}"""

    place = "header"


class LengthRequired(Refused):
    """The request must announce the length of its body: send Content-Length."""

    status = 411
    place = "header"


class PreconditionRequired(Refused):
    """Say which version you have seen: send its ETag as If-Match."""

    status = 428
    place = "header"


class Busy(Refused):
    """{what} are taken; try again in {seconds} seconds."""

    status = 503


class TooExpensive(Refused):
    """The answer takes the database longer than {seconds} seconds: {narrower}."""

    status = 503


class NoSuchSubscription(Refused):
    """There is no subscription {number} of yours."""

    status = 404


class UrlRefused(Refused):
    """Webhooks are not sent to this URL: {why}."""


class SecretsLocked(Refused):
    """The secret of subscription {number} was sealed with a key that is not among WEBHOOK_SECRET_KEYS."""

    status = 500


class SomeRefused(Refused):
    """{count} of the rows were refused; nothing was recorded.

    `rows` maps the index of a row in the request to its refusals.
    """

    def __init__(self, rows: dict[int, list[Refused]]) -> None:
        self.rows = rows
        super().__init__(count=len(rows))


class FileRefused(Refused):
    """{file} is refused whole: {why}."""

    status = 422


class RecordRefused(Refused):
    """{why}"""

    status = 422


class Unfit(Refused):
    """{why}

    `word` is the machine-readable code, such as `required`, `unknown_field` or `max_length`.
    """

    @property
    def code(self) -> str:
        return str(self.particulars["word"])


class Retracted(Refused):
    """Fact {key} was retracted on {when}; all its versions are at {history}."""

    status = 410


class NotKnownThen(Refused):
    """Fact {key} was not known at {moment}."""

    status = 404


class NoSuchDesignation(Refused):
    """No party {key} is known here."""

    status = 404


class NotArchived(Refused):
    """Import {run} has no archived file with the SHA-256 {sha256!r}."""

    status = 404


class NoLongerArchived(Refused):
    """{file} is no longer in the archive: of old files it has those of each list's last good import."""

    status = 410


class ArchiveDamaged(Refused):
    """The archive's copy of {file} is damaged: it does not have the SHA-256 {sha256}."""

    status = 500


class FetchFailed(Refused):
    """{url} could not be fetched: {why}."""

    status = 502
