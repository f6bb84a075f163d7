"""Makes `loaddata` safe with concurrent commands: no deadlock, no reused ids, no overwritten edits.

A fixture's rows are saved past the ledger. Signals prepare each of them, and sequences are raised after the last one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import AutoField, Model
from django.db.models.signals import pre_save

from relations.ledger.pairs import make_pairs, refresh
from relations.ledger.projecting import PROJECTION_PENDING
from relations.models import FACT_MODELS, Confirmation, CountryPair, Fact, Regime, Source, TravelBanList


def connect_signals() -> None:
    for model in FACT_MODELS:
        pre_save.connect(prepare_loaded_fact, sender=model, dispatch_uid=f"prepare {model.__name__}")
    pre_save.connect(prepare_loaded_confirmation, sender=Confirmation, dispatch_uid="prepare Confirmation")
    for reference in (Source, TravelBanList, Regime):
        pre_save.connect(restore_known_reference, sender=reference, dispatch_uid=f"restore {reference.__name__}")


def prepare_loaded_fact(sender: type[Fact], *, instance: Fact, raw: bool, **_: object) -> None:
    """Fills the derived columns of a fixture's fact, creates its pair, and asks for a refresh at the commit."""
    if not raw:
        return
    instance.derive()
    if sender.objects.filter(key=instance.key, version=instance.version).exists():
        return
    _await_projection(instance.pair_id)


def prepare_loaded_confirmation(
    sender: type[Confirmation], *, instance: Confirmation, raw: bool, **_: object
) -> None:  # fmt: skip
    """Asks for a refresh of the pair of the fact that a fixture's confirmation is about, unless it is recorded."""
    if raw and not sender.objects.filter(key=instance.key).exists():
        for model in FACT_MODELS:
            for pair in model.objects.filter(pk=getattr(instance, f"{model.column}_id")).values_list(
                "pair_id", flat=True
            ):
                _await_projection(pair)


def _await_projection(pair: str) -> None:
    _lock_out_commands()
    make_pairs({pair})
    fresh = CountryPair.objects.filter(code=pair).exclude(next_change_on=PROJECTION_PENDING)
    if fresh.update(next_change_on=PROJECTION_PENDING):
        transaction.on_commit(refresh)


def restore_known_reference(
    sender: type[Source | TravelBanList | Regime], *, instance: Source | TravelBanList | Regime, raw: bool, **_: object
) -> None:  # fmt: skip
    """Gives a fixture's source, list or regime the values of the recorded row: editors may have changed it."""
    known = sender._default_manager.filter(key=instance.key).first() if raw else None
    if known is not None:
        for field in known._meta.concrete_fields:
            setattr(instance, field.attname, getattr(known, field.attname))


def _lock_out_commands() -> None:
    """Waits for every command that has locked a pair, and locks others out until the commit.

    A fixture comes upon pairs one by one and cannot lock them in the order of their codes: a deadlock otherwise.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE relations_countrypair IN EXCLUSIVE MODE")


_RAISE = """
    SELECT setval(sequence, highest)
    FROM (SELECT pg_get_serial_sequence(%s, %s)::regclass AS sequence, max({column}) AS highest FROM {table}) AS loaded
    WHERE highest > coalesce(pg_sequence_last_value(sequence), 0)
"""


def raise_sequences(models: Iterable[type[Model]], *, using: Any) -> None:
    """Raises the sequences that a file with ids of its own has overtaken.

    Django sets each sequence to the highest id that it sees, and so would reuse the ids of uncommitted rows.
    """
    quoted = using.ops.quote_name
    with using.cursor() as cursor:
        for model in models:
            key, table = model._meta.pk, quoted(model._meta.db_table)
            if isinstance(key, AutoField):
                cursor.execute(_RAISE.format(column=quoted(key.column), table=table), [table, key.column])
