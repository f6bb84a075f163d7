"""What facts refer to: programmes and lists; made, changed, and deleted only while nothing refers to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, models, transaction

from relations.errors import Conflict, Contradiction, InUse
from relations.ledger.clean import refuse_unclean
from relations.models import FACT_MODELS, SanctionEvent, SanctionProgramme, Source, TravelBanEntry, TravelBanList

_NAMED = 5
"""How many of the facts that stand in the way a refusal names."""


@transaction.atomic
def record_programme(values: Mapping[str, Any]) -> SanctionProgramme:
    programme = SanctionProgramme()
    _write(programme, values, ("issuer", "target", "title", "legal_basis", "url"))
    return programme


@transaction.atomic
def change_programme(programme: SanctionProgramme, values: Mapping[str, Any]) -> SanctionProgramme:
    """Changes a programme; its direction only while no fact refers to it."""
    programme = SanctionProgramme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if _differs(programme, values, ("issuer", "target")):
        _refuse_use(f"The direction of programme {programme.pk}", SanctionEvent.objects.filter(programme=programme))
    _write(programme, values, ("issuer", "target", "title", "legal_basis", "url"))
    return programme


@transaction.atomic
def delete_programme(programme: SanctionProgramme) -> None:
    _refuse_use(f"Programme {programme.pk}", SanctionEvent.objects.filter(programme=programme))
    programme.delete()


@transaction.atomic
def record_list(values: Mapping[str, Any]) -> TravelBanList:
    ban_list = TravelBanList()
    _write(ban_list, values, ("issuer", "title", "instrument", "legal_basis", "url", "subject"))
    return ban_list


@transaction.atomic
def change_list(ban_list: TravelBanList, values: Mapping[str, Any]) -> TravelBanList:
    """Changes a list; its issuer and its subject only while no entry refers to it."""
    ban_list = TravelBanList.objects.select_for_update(no_key=True).get(pk=ban_list.pk)
    if _differs(ban_list, values, ("issuer", "subject")):
        _refuse_use(f"The issuer of list {ban_list.pk}", TravelBanEntry.objects.filter(list=ban_list))
    _write(ban_list, values, ("issuer", "title", "instrument", "legal_basis", "url", "subject"))
    return ban_list


@transaction.atomic
def delete_list(ban_list: TravelBanList) -> None:
    _refuse_use(f"List {ban_list.pk}", TravelBanEntry.objects.filter(list=ban_list))
    ban_list.delete()


@transaction.atomic
def delete_source(source: Source) -> None:
    # Waits for acts that are about to cite it, so that they are counted.
    source = Source.objects.select_for_update().get(pk=source.pk)
    _refuse_use(f"Source {source.pk}", *(model.objects.citing([source.pk]) for model in FACT_MODELS))
    reprints = list(source.reprints.values_list("pk", flat=True)[:_NAMED])
    if reprints:
        raise Conflict(why=f"Source {source.pk} cannot be deleted: sources {reprints} are reprints of it.")
    source.delete()


def _differs(row: models.Model, values: Mapping[str, Any], names: Iterable[str]) -> bool:
    return any(name in values and values[name] != getattr(row, name) for name in names)


def _write(row: models.Model, values: Mapping[str, Any], names: Iterable[str]) -> None:
    for name in names:
        if name in values:
            setattr(row, name, values[name])
    if isinstance(row, SanctionProgramme) and row.issuer_id == row.target_id:
        raise Contradiction(field="target", why="A programme is aimed at another country than its issuer.")
    refuse_unclean(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict(field="title", why=f"The issuer has one with the title {row.title!r} already.") from error  # type: ignore[attr-defined]  # both kinds have a title


def _refuse_use(what: str, *users: models.QuerySet[Any]) -> None:
    keys = sorted({str(key) for facts in users for key in facts.values_list("key", flat=True).distinct()})
    if keys:
        raise InUse(what=what, count=len(keys), examples=", ".join(keys[:_NAMED]))
