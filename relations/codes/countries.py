"""Countries and the sources of what is known of them."""

from __future__ import annotations

from django.db.models import TextChoices


class CountryKind(TextChoices):
    STATE = "state"
    ORGANISATION = "organisation"
    TERRITORY = "territory"


class SourceKind(TextChoices):
    ARTICLE = "article"
    LEGAL_ACT = "legal_act"
    OFFICIAL_LIST = "official_list"
    DATASET = "dataset"


class Stance(TextChoices):
    """What a citation's words do to the fact."""

    SUPPORTS = "supports"
    DISPUTES = "disputes"
