"""Regimes, programmes, lists and sources: recorded, changed, and deleted only while nothing refers to them.

A command locks what it refers to (`lock_references`) before its first pair; whoever deletes the same row or changes its
direction waits for the commit, and then finds the fact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, models, transaction

from relations.codes import pair_code
from relations.errors import Conflict, InUse, Invalid
from relations.ledger.pairs import reproject_pairs
from relations.ledger.refusals import refuse_field_errors
from relations.ledger.rules import constraint_of
from relations.models import (
    FACT_MODELS,
    Regime,
    SanctionEvent,
    SanctionProgramme,
    Source,
    TravelBanEntry,
    TravelBanList,
)

_WRITTEN: Mapping[type[models.Model], tuple[str, ...]] = {
    Regime: ("code", "issuer", "target", "title", "legal_basis", "url", "status", "status_on", "aliases"),
    SanctionProgramme: ("issuer", "target", "title", "legal_basis", "url", "list", "code", "regime", "thematic"),
    TravelBanList: ("issuer", "title", "instrument", "legal_basis", "url", "subject"),
}
"""The fields of each that somebody may write."""
_DIRECTION = ("issuer", "target")
_PROJECTED = ("regime", "thematic")
"""Fields of a programme on which the statuses of a pair depend."""
_TITLED_ONCE = ("a_regime_has_one_title", "a_programme_has_one_title", "a_travel_ban_list_has_one_title")
_NAMED = 5
"""Facts in the way that a refusal names."""

_REFERENCES: Mapping[str, type[models.Model]] = {"programme": SanctionProgramme, "list": TravelBanList}
"""The values of a fact, apart from its countries, that are rows of their own."""

type LockedReferences = Mapping[tuple[str, int], models.Model]


def lock_references(drafts: Iterable[Mapping[str, Any]]) -> LockedReferences:
    """Locks the programmes and lists that values of facts name, as they are now, until the commit.

    Before any pair is locked, and in one order. Other references do not wait for this lock: only a deletion does, and
    a change of what a fact's countries have to agree with.
    """
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for values in drafts:
        for name in _REFERENCES:
            if (row := values.get(name)) is not None:
                wanted[name].add(row.pk)
    locked: dict[tuple[str, int], models.Model] = {}
    for name, model in _REFERENCES.items():
        if wanted[name]:
            locking = f"SELECT * FROM {model._meta.db_table} WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"  # noqa: S608  # a table of ours
            rows = model._default_manager.raw(locking, [list(wanted[name])])
            locked |= {(name, row.pk): row for row in rows}
    return locked


def with_locked_references(values: Mapping[str, Any], locked: LockedReferences) -> dict[str, Any]:
    """The values with the locked rows. Raises `Invalid` for one that was deleted since it was looked up."""
    current = dict(values)
    for name, model in _REFERENCES.items():
        row = values.get(name)
        if row is None:
            continue
        if (name, row.pk) not in locked:
            raise Invalid(field=name, why=f"There is no {model._meta.verbose_name} {row.pk} any more.")
        current[name] = locked[name, row.pk]
    return current


def record_regime(values: Mapping[str, Any]) -> Regime:
    return _write(Regime(), values)


@transaction.atomic
def change_regime(regime: Regime, values: Mapping[str, Any]) -> Regime:
    """Changes a regime; its direction only while no programme belongs to it."""
    redirects = not values.keys().isdisjoint(_DIRECTION)
    regime = Regime.objects.select_for_update(no_key=not redirects).get(pk=regime.pk)
    if _differs(regime, values, _DIRECTION):
        _refuse_programmes(regime, "be aimed otherwise")
    return _write(regime, values)


@transaction.atomic
def delete_regime(regime: Regime) -> None:
    regime = Regime.objects.select_for_update().get(pk=regime.pk)
    _refuse_programmes(regime, "be deleted")
    regime.delete()


@transaction.atomic
def record_programme(values: Mapping[str, Any]) -> SanctionProgramme:
    _lock_regime(values)
    return _write(SanctionProgramme(), values)


@transaction.atomic
def change_programme(programme: SanctionProgramme, values: Mapping[str, Any]) -> SanctionProgramme:
    """Changes a programme; its direction only while no fact refers to it. `list` and `code` are an import's to give.

    Where it comes under another regime or becomes thematic, the pair of its countries is projected again.
    """
    # Waits for the commands that are about to refer to it, so that their facts are seen here, and they see the change.
    is_in_facts = not values.keys().isdisjoint((*_DIRECTION, *_PROJECTED))
    programme = SanctionProgramme.objects.select_for_update(no_key=not is_in_facts).get(pk=programme.pk)
    _lock_regime(values)
    if _differs(programme, values, _DIRECTION):
        what, events = f"The direction of programme {programme.pk}", SanctionEvent.objects.filter(programme=programme)
        _refuse_use(what, events, done="changed")
        _refuse_announced(programme, "be aimed otherwise")
    is_projected = _differs(programme, values, _PROJECTED)
    _write(programme, values)
    if is_projected and SanctionEvent.objects.filter(programme=programme).exists():
        reproject_pairs({pair_code(programme.issuer_id, programme.target_id)})
    return programme


@transaction.atomic
def delete_programme(programme: SanctionProgramme) -> None:
    programme = SanctionProgramme.objects.select_for_update().get(pk=programme.pk)
    _refuse_use(f"Programme {programme.pk}", SanctionEvent.objects.filter(programme=programme))
    _refuse_announced(programme, "be deleted")
    programme.delete()


def record_list(values: Mapping[str, Any]) -> TravelBanList:
    return _write(TravelBanList(), values)


@transaction.atomic
def change_list(ban_list: TravelBanList, values: Mapping[str, Any]) -> TravelBanList:
    """Changes a list; its issuer and its subject only while no entry refers to it."""
    redirects = not values.keys().isdisjoint(("issuer", "subject"))
    ban_list = TravelBanList.objects.select_for_update(no_key=not redirects).get(pk=ban_list.pk)
    if changed := _differs(ban_list, values, ("issuer", "subject")):
        what, entries = f"The {changed[0]} of list {ban_list.pk}", TravelBanEntry.objects.filter(list=ban_list)
        _refuse_use(what, entries, done="changed")
    return _write(ban_list, values)


@transaction.atomic
def delete_list(ban_list: TravelBanList) -> None:
    ban_list = TravelBanList.objects.select_for_update().get(pk=ban_list.pk)
    _refuse_use(f"List {ban_list.pk}", TravelBanEntry.objects.filter(list=ban_list))
    ban_list.delete()


@transaction.atomic
def delete_source(source: Source) -> None:
    # Waits for commands that are about to cite it, so that they are counted.
    source = Source.objects.select_for_update().get(pk=source.pk)
    citing = (model.objects.citing([source.pk]) for model in FACT_MODELS)
    _refuse_use(f"Source {source.pk}", *citing, *(model.objects.confirmed_by([source.pk]) for model in FACT_MODELS))
    reprints = list(source.reprints.values_list("pk", flat=True)[:_NAMED])
    if reprints:
        raise Conflict(why=f"Source {source.pk} cannot be deleted: sources {reprints} are reprints of it.")
    source.delete()


def _lock_regime(values: Mapping[str, Any]) -> None:
    """Locks the regime that a programme is about to name. Raises `Invalid` for one that was deleted.

    As with `lock_references`, only a deletion or a change of its direction waits for this.
    """
    regime = values.get("regime")
    locking = "SELECT * FROM relations_regime WHERE id = %s FOR KEY SHARE"
    if regime is not None and not list(Regime.objects.raw(locking, [regime.pk])):
        raise Invalid(field="regime", why=f"There is no regime {regime.pk} any more.")


def _refuse_programmes(regime: Regime, what: str) -> None:
    programmes = list(regime.programmes.order_by("pk").values_list("pk", flat=True)[:_NAMED])
    if programmes:
        raise Conflict(why=f"Regime {regime.code} cannot {what}: programmes {programmes} belong to it.")


def _refuse_announced(programme: SanctionProgramme, what: str) -> None:
    if programme.list_changes.exists():
        raise Conflict(why=f"Programme {programme.pk} cannot {what}: subscribers were notified of parties under it.")


def _differs(row: models.Model, values: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    return [name for name in names if name in values and values[name] != getattr(row, name)]


def _write[R: Regime | SanctionProgramme | TravelBanList](row: R, values: Mapping[str, Any]) -> R:
    for name in _WRITTEN[type(row)]:
        if name in values:
            setattr(row, name, values[name])
    refuse_field_errors(row)
    for refused in () if isinstance(row, TravelBanList) else row.contradictions():
        raise refused
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if isinstance(row, SanctionProgramme) and constraint_of(error) == "a_code_of_a_list_names_one_programme":
            why = f"The list {row.list!r} has a programme under the word {row.code!r} already."
            raise Conflict(field="code", why=why) from error
        if isinstance(row, Regime) and constraint_of(error) == "a_code_names_one_regime":
            raise Conflict(field="code", why=f"There is a regime {row.code} already.") from error
        if constraint_of(error) in _TITLED_ONCE:
            raise Conflict(field="title", why=f"The issuer has one with the title {row.title!r} already.") from error
        raise
    return row


def _refuse_use(what: str, *users: models.QuerySet[Any], done: str = "deleted") -> None:
    keys = sorted({str(key) for facts in users for key in facts.values_list("key", flat=True).distinct()})
    if keys:
        raise InUse(what=what, done=done, count=len(keys), examples=", ".join(keys[:_NAMED]))
