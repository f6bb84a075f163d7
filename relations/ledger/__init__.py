"""The one door: every write goes through here."""

from relations.ledger.access import (
    count_against,
    counted,
    forget_old_answers,
    issue_token,
    keep_answer,
    note_use,
    reserve_answer,
    revoke_token,
)
from relations.ledger.acts import adopt, correct, leave_standing, record, refresh, retract
from relations.ledger.archive import Kept, forget_files, keep_file, restore_files
from relations.ledger.asking import IMPORT_QUEUE, IMPORT_TASK, ask_for_import, give_up, leave_as_it_was, put_off
from relations.ledger.designations import PartyDraft, Stood, Written, put_behind, stood, write_parties
from relations.ledger.drafts import NOBODY, Author, CitationDraft, FactDraft
from relations.ledger.list_changes import ListChangeDraft, append_list_changes, hold_programmes
from relations.ledger.references import (
    change_list,
    change_programme,
    delete_list,
    delete_programme,
    delete_source,
    record_list,
    record_programme,
)
from relations.ledger.revising import Revised, Revision, Tie, date_ties, hold, revise, tie, untie
from relations.ledger.runs import import_run
from relations.ledger.settling import clock, today
from relations.ledger.sources import change_source, locate, record_source, text_digest
from relations.ledger.stored import period_of, stored_periods

__all__ = [
    "IMPORT_QUEUE",
    "IMPORT_TASK",
    "NOBODY",
    "Author",
    "CitationDraft",
    "FactDraft",
    "Kept",
    "ListChangeDraft",
    "PartyDraft",
    "Revised",
    "Revision",
    "Stood",
    "Tie",
    "Written",
    "adopt",
    "append_list_changes",
    "ask_for_import",
    "change_list",
    "change_programme",
    "change_source",
    "clock",
    "correct",
    "count_against",
    "counted",
    "date_ties",
    "delete_list",
    "delete_programme",
    "delete_source",
    "forget_files",
    "forget_old_answers",
    "give_up",
    "hold",
    "hold_programmes",
    "import_run",
    "issue_token",
    "keep_answer",
    "keep_file",
    "leave_as_it_was",
    "leave_standing",
    "locate",
    "note_use",
    "period_of",
    "put_behind",
    "put_off",
    "record",
    "record_list",
    "record_programme",
    "record_source",
    "refresh",
    "reserve_answer",
    "restore_files",
    "retract",
    "revise",
    "revoke_token",
    "stood",
    "stored_periods",
    "text_digest",
    "tie",
    "today",
    "untie",
    "write_parties",
]
