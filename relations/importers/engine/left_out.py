"""Parts of a source that a publication leaves out whole: nobody has withdrawn what they stated, so it remains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from relations.importers.engine.statement_diff import Change
from relations.models import FACT_MODEL_OF, Citation


def left_out(change: Change) -> dict[str, str]:
    """The missing references whose texts the publication lacks, each with the title of its text.

    A mission's file that is not in the folder withdraws nothing; a record that is gone from a file that is there does.
    """
    missing = {reference: one for reference, one in change.gone.items() if reference not in change.new}
    if not missing:
        return {}
    shown = {extract.title for extract in change.reading.extracts.values()}
    titles = _cited_titles({one.fact_key: one.kind for one in missing.values()})
    own = ((reference, titles.get(one.fact_key, set[str]())) for reference, one in missing.items())
    return {reference: min(cited) for reference, cited in own if cited and not cited & shown}


def _cited_titles(kinds: Mapping[UUID, str]) -> Mapping[UUID, set[str]]:
    keys: defaultdict[str, list[UUID]] = defaultdict(list)
    for key, kind in kinds.items():
        keys[kind].append(key)
    titles: defaultdict[UUID, set[str]] = defaultdict(set)
    for kind, some in keys.items():
        column = FACT_MODEL_OF[kind].column
        cited = Citation.objects.filter(**{f"{column}__key__in": some}).order_by()
        for key, title in cited.values_list(f"{column}__key", "source__title").distinct():
            titles[key].add(title)
    return titles
