"""The one door: every write goes through here."""

from relations.ledger.access import (
    count_against,
    forget_old_answers,
    issue_token,
    keep_answer,
    note_use,
    reserve_answer,
    revoke_token,
)
from relations.ledger.acts import adopt, correct, record, refresh, retract
from relations.ledger.drafts import NOBODY, Author, CitationDraft, FactDraft
from relations.ledger.evidence import locate
from relations.ledger.references import (
    change_list,
    change_programme,
    delete_list,
    delete_programme,
    delete_source,
    record_list,
    record_programme,
)
from relations.ledger.settling import today
from relations.ledger.sources import change_source, record_source
from relations.ledger.stored import stored_periods

__all__ = [
    "NOBODY",
    "Author",
    "CitationDraft",
    "FactDraft",
    "adopt",
    "change_list",
    "change_programme",
    "change_source",
    "correct",
    "count_against",
    "delete_list",
    "delete_programme",
    "delete_source",
    "forget_old_answers",
    "issue_token",
    "keep_answer",
    "locate",
    "note_use",
    "record",
    "record_list",
    "record_programme",
    "record_source",
    "refresh",
    "reserve_answer",
    "retract",
    "revoke_token",
    "stored_periods",
    "today",
]
