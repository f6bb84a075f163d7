"""Checks and values of the tracker for schemathesis, in both forms of the test: see `tests.api.fuzzing`."""

import os
import re
from typing import Any
from urllib.parse import urlencode

import schemathesis
from schemathesis.core.failures import Failure

FORM = re.compile(
    r"This (field|list|is|must)|Ensure this|.* is not a valid choice|Null characters|There is no (field|parameter)"
    r"|The value is empty|Values must|.* is no(t a)? (whole number|day|moment|key|date(?!.*ends before)|IMO)"
    r"|.* names nothing|.* is none of|An Idempotency-Key|(An id|A key|A day|A moment|A version) is|Expected a list"
    r"|The body"
)
"""Complaints about the form of a request: one that the document allows must not be answered with any."""
OWN_TOKEN = "FUZZING_TOKEN_ID"
"""The variable that names the number of the token that the run itself uses."""
_LONGEST_QUERY = 60_000
_LINES = ("application/jsonl", "application/x-ndjson")


class RefusedForm(Failure):
    """A request that the document allows was refused for its form."""


@schemathesis.check
def form_as_documented(_ctx: Any, response: Any, case: Any) -> None:
    """Replaces `positive_data_acceptance`, which wants every request accepted that the document allows.

    Whether there is such a country, cursor, source or fact, and what fits together, no schema can say; and nothing in
    it can say that each line of JSON Lines is a row.
    """
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code != 400:
        return
    if case.media_type in _LINES:
        return
    body = response.json()
    # A table has other columns than an object has keys, and no schema can say which words of `fields` go with a format.
    of_format = "fields" if any(one.name == "format" for one in case.operation.query) else None
    wrong = [each for each in body.get("errors", [body]) if each.get("parameter", "") != of_format]
    refused = [each["detail"] for each in wrong if FORM.match(each["detail"])]
    if refused:
        raise RefusedForm(
            operation=case.operation.label, title="Documented form refused", message="\n".join(refused[:5])
        )


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Leaves the run its own token: without it every later answer would be 401, and say nothing. Shortens queries."""
    own = os.environ.get(OWN_TOKEN)
    if case.operation.label == "DELETE /api/tokens/{number}/" and str(case.path_parameters.get("number")) == own:
        case.path_parameters["number"] = 0
    # The web server itself refuses a URL of more than 64 KiB (414), which is no answer of an operation.
    if len(urlencode(case.query or {}, doseq=True)) > _LONGEST_QUERY:
        case.query = {}
