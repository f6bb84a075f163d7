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
    message: the problem has them as members (RFC 9457, section 3.2). These and `status` are arguments of the class.
    """

    status: ClassVar[int] = 400
    place: ClassVar[str] = "pointer"
    members: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(
        cls, *, status: int | None = None, place: str | None = None, members: tuple[str, ...] | None = None
    ) -> None:
        super().__init_subclass__()
        for name, value in (("status", status), ("place", place), ("members", members)):
            if value is not None:
                setattr(cls, name, value)

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


class UnknownCountry(Refused, status=404):
    """There is no country {code!r}.{suggestion}"""


class NoSuchPair(Refused, status=404):
    """{code!r} names no pair of countries: {why}."""


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


class NoSuchFact(Refused, status=404):
    """No fact {key} is recorded here."""


class AlreadyRetracted(Refused, status=410):
    """Fact {key} was retracted on {when}; it can no longer be changed."""


class StaleVersion(Refused, status=412, place="header"):
    """Another edit came first: the current version is {current}, yours was {expected}."""


class ReasonRequired(Refused, place="parameter"):
    """A retraction needs a reason."""


class InUse(Refused, status=409):
    """{what} cannot be {done}. Facts that refer to it: {count} ({examples})."""


class Conflict(Refused, status=409):
    """{why}"""


class TooManyRows(Refused, status=413):
    """One request may write at most {most} rows; this one has {count}."""


class KeyReused(Refused, status=422, place="header"):
    """The Idempotency-Key was used before with another request."""


class TooManyRequests(Refused, status=429):
    """Too many {what}: try again in {seconds} seconds."""


class UnknownParameter(Refused, place="parameter"):
    """There is no parameter {name!r} here.{suggestion}"""


class BadParameter(Refused, place="parameter"):
    """{why}"""


class BadCursor(Refused, place="parameter"):
    """This cursor belongs to another list, ordering or filter, or is not a cursor at all: start without one."""


class NotFinished(Refused, status=409, place="parameter", members=("newest",)):
    """{moment} is not finished: more may be recorded at it or before. The newest one that known_at accepts is {newest}.

    A command that began before the moment is still running, or the moment is in the future. `newest` is text in UTC.
    """


class BeyondTheLog(Refused, status=410, place="parameter", members=("end",)):
    """The change log ends at {end}: there is nothing after {position} to go on from.

    `end` is the id of the last entry, 0 in an empty log. Nobody was given the position by this log.
    """


class OtherLog(Refused, status=410, place="parameter", members=("end",)):
    """This cursor is of another change log, as it was before a restore: begin again; this log ends at {end}.

    `end` is the id of the last entry, 0 in an empty log.
    """


class BadHeader(Refused, place="header"):
    """{why}"""


class LengthRequired(Refused, status=411, place="header"):
    """The request must announce the length of its body: send Content-Length."""


class PreconditionRequired(Refused, status=428, place="header"):
    """Say which version you have seen: send its ETag as If-Match."""


class Busy(Refused, status=503):
    """{what} are taken; try again in {seconds} seconds."""


class TooExpensive(Refused, status=503):
    """The answer takes the database longer than {seconds} seconds: {narrower}."""


class NoSuchSubscription(Refused, status=404):
    """You have no subscription {number}."""


class UrlRefused(Refused):
    """Webhooks are not sent to this URL: {why}."""


class SecretsLocked(Refused, status=500):
    """The secret of subscription {number} was encrypted with a key that is not among WEBHOOK_SECRET_KEYS."""


class SomeRefused(Refused):
    """Rows refused: {count}. Nothing was recorded.

    `rows` maps the index of a row in the request to its refusals.
    """

    def __init__(self, rows: dict[int, list[Refused]]) -> None:
        self.rows = rows
        super().__init__(count=len(rows))


class FileRefused(Refused, status=422):
    """{file} is refused whole: {why}."""


class RecordRefused(Refused, status=422):
    """{why}"""


class Unfit(Refused):
    """{why}

    `word` is the machine-readable code, such as `required`, `unknown_field` or `max_length`.
    """

    @property
    def code(self) -> str:
        return str(self.particulars["word"])


class Retracted(Refused, status=410):
    """Fact {key} was retracted on {when}; all its versions are at {history}."""


class NotKnownThen(Refused, status=404):
    """Fact {key} was not known at {moment}."""


class NoSuchDesignation(Refused, status=404):
    """No party {key} is known here."""


class NotArchived(Refused, status=404):
    """Import {run} has no archived file with the SHA-256 {sha256!r}."""


class NoLongerArchived(Refused, status=410):
    """{file} is no longer in the archive: of old files it has those of each list's last good import."""


class ArchiveDamaged(Refused, status=500):
    """The archive's copy of {file} is damaged: it does not have the SHA-256 {sha256}."""


class FetchFailed(Refused, status=502):
    """{url} could not be fetched: {why}."""
