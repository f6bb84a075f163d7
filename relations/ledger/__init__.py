"""The one door: every write goes through here."""

from relations.ledger.archive import StoredFile, delete_files, read_file, store_file, write_files
from relations.ledger.batch import BatchResult, lock_ahead, run_batch
from relations.ledger.confirmations import confirm
from relations.ledger.designations import (
    KnownVersion,
    PartyDraft,
    WrittenVersion,
    load_known_versions,
    write_parties,
)
from relations.ledger.drafts import NOBODY, Author, CitationDraft, ConfirmationDraft, FactDraft, FactRevision
from relations.ledger.editions import record_editions
from relations.ledger.facts import correct, record, retract, revise
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
from relations.ledger.locks import clock
from relations.ledger.pairs import refresh
from relations.ledger.projecting import one_projection
from relations.ledger.references import (
    change_list,
    change_programme,
    change_regime,
    delete_list,
    delete_programme,
    delete_regime,
    delete_source,
    record_list,
    record_programme,
    record_regime,
)
from relations.ledger.rehearsal import rehearsal
from relations.ledger.source_links import SourceLinkDraft, date_links, link, unlink
from relations.ledger.sources import change_source, locate, record_source, recorded_source, text_digest
from relations.ledger.tokens import (
    counted,
    hit_rate_limit,
    issue_own_token,
    issue_token,
    note_use,
    purge_idempotency_records,
    reserve_idempotency_key,
    revoke_token,
    store_response,
)
from relations.queries.clock import today

__all__ = [
    "IMPORT_QUEUE",
    "IMPORT_TASK",
    "NOBODY",
    "Author",
    "BatchResult",
    "CitationDraft",
    "ConfirmationDraft",
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
    "change_list",
    "change_programme",
    "change_regime",
    "change_source",
    "clock",
    "confirm",
    "correct",
    "counted",
    "date_links",
    "delete_files",
    "delete_list",
    "delete_programme",
    "delete_regime",
    "delete_source",
    "enqueue_import",
    "finish_unchanged",
    "hit_rate_limit",
    "import_run",
    "issue_own_token",
    "issue_token",
    "link",
    "load_known_versions",
    "locate",
    "lock_ahead",
    "lock_programmes",
    "note_use",
    "one_projection",
    "postpone_import",
    "purge_idempotency_records",
    "read_file",
    "record",
    "record_editions",
    "record_list",
    "record_programme",
    "record_regime",
    "record_source",
    "recorded_source",
    "refresh",
    "rehearsal",
    "reserve_idempotency_key",
    "retract",
    "revise",
    "revoke_token",
    "run_batch",
    "store_file",
    "store_response",
    "text_digest",
    "today",
    "unlink",
    "write_files",
    "write_parties",
]
