"""The one door: every write goes through here."""

from relations.ledger.archive import StoredFile, delete_files, store_file, write_files
from relations.ledger.batch import BatchResult, FactRevision, SourceLinkDraft, date_links, hold, run_batch, tie, untie
from relations.ledger.designations import KnownVersion, PartyDraft, WrittenVersion, attach_parties, stood, write_parties
from relations.ledger.drafts import NOBODY, Author, CitationDraft, FactDraft
from relations.ledger.facts import correct, keep_known_reference, prepare_loaded_fact, record, refresh, retract
from relations.ledger.import_queue import (
    IMPORT_QUEUE,
    IMPORT_TASK,
    abandon_import,
    enqueue_import,
    finish_unchanged,
    postpone_import,
)
from relations.ledger.imports import import_run
from relations.ledger.list_changes import ListChangeDraft, append_list_changes, lock_programmes
from relations.ledger.period_store import load_periods, period_from_row
from relations.ledger.projecting import clock, today
from relations.ledger.references import (
    change_list,
    change_programme,
    delete_list,
    delete_programme,
    delete_source,
    record_list,
    record_programme,
)
from relations.ledger.sources import change_source, locate, record_source, text_digest
from relations.ledger.tokens import (
    counted,
    hit_rate_limit,
    issue_token,
    note_use,
    purge_idempotency_records,
    reserve_idempotency_key,
    revoke_token,
    store_response,
)

__all__ = [
    "IMPORT_QUEUE",
    "IMPORT_TASK",
    "NOBODY",
    "Author",
    "BatchResult",
    "CitationDraft",
    "FactDraft",
    "FactRevision",
    "KnownVersion",
    "ListChangeDraft",
    "PartyDraft",
    "SourceLinkDraft",
    "StoredFile",
    "WrittenVersion",
    "abandon_import",
    "append_list_changes",
    "attach_parties",
    "change_list",
    "change_programme",
    "change_source",
    "clock",
    "correct",
    "counted",
    "date_links",
    "delete_files",
    "delete_list",
    "delete_programme",
    "delete_source",
    "enqueue_import",
    "finish_unchanged",
    "hit_rate_limit",
    "hold",
    "import_run",
    "issue_token",
    "keep_known_reference",
    "load_periods",
    "locate",
    "lock_programmes",
    "note_use",
    "period_from_row",
    "postpone_import",
    "prepare_loaded_fact",
    "purge_idempotency_records",
    "record",
    "record_list",
    "record_programme",
    "record_source",
    "refresh",
    "reserve_idempotency_key",
    "retract",
    "revoke_token",
    "run_batch",
    "stood",
    "store_file",
    "store_response",
    "text_digest",
    "tie",
    "today",
    "untie",
    "write_files",
    "write_parties",
]
