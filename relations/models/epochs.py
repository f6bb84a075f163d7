"""The epoch of the reference data: one number that validates cached answers."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from relations.codes import ListCode, RunState


class ReferenceEpoch(models.Model):
    """One row, counted up in each transaction that changes a country, a membership, a programme, a list or a source,
    or that takes a publication of a list of parties in.

    A pair's own version covers its facts; the epoch covers everything else that an answer about it names.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    changes = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(name="there_is_one_stamp", condition=Q(id=1)),)

    def __str__(self) -> str:
        return str(self.changes)


# Deferred to the commit, so that its row is the last that a transaction locks: no deadlock between commands on sources
# and on pairs. One count for each transaction is enough, however many rows it changes.
_COUNT_UP = """
    INSERT INTO relations_referenceepoch AS stamp (id, changes) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET changes = stamp.changes + 1
        WHERE stamp.xmin::text <> (pg_current_xact_id()::xid)::text;
    RETURN NULL;
"""

ANY_CHANGE_STARTS_AN_EPOCH = pgtrigger.Trigger(
    name="every_change_is_stamped",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    timing=pgtrigger.Deferred,
    func=_COUNT_UP,
)
"""Guards countries and memberships: answers depend on them even where no fact refers to them."""

CORRECTION_STARTS_AN_EPOCH = pgtrigger.Trigger(
    name="every_correction_is_stamped",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    timing=pgtrigger.Deferred,
    condition=pgtrigger.AnyChange(),
    func=_COUNT_UP,
)
"""Guards rows to which only facts refer: a new one is in no answer yet, and one in use is not deleted."""

IMPORT_STARTS_AN_EPOCH = pgtrigger.Trigger(
    name="every_import_is_stamped",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    timing=pgtrigger.Deferred,
    condition=pgtrigger.Q(new__state=RunState.SUCCEEDED, new__dry_run=False, new__list__in=ListCode.values)
    & ~pgtrigger.Q(new__added=0, new__amended=0, new__ended=0),
    func=_COUNT_UP,
)
"""Guards designations, which answers count: one run covers the thousands that an import writes."""
