"""The one door: every write goes through here."""

from relations.ledger.archive import StoredFile, delete_files, read_file, scan_file, store_file, write_files
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
from relations.ledger.facts import correct, record, retract, revise
from relations.ledger.import_queue import IMPORT_QUEUE, IMPORT_TASK, enqueue_import, finish_unchanged, set_import_state
from relations.ledger.imports import import_run
from relations.ledger.list_changes import ListChangeDraft, append_list_changes, lock_programmes
from relations.ledger.locks import clock
from relations.ledger.modes import rehearsal
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
from relations.ledger.source_links import SourceLinkDraft, date_links, link, unlink
from relations.ledger.sources import (
    change_source,
    locate,
    lock_source,
    record_editions,
    record_source,
    recorded_source,
    text_digest,
)
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
