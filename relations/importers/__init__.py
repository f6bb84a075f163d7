"""Official sources, read without guessing and taken into the ledger."""

from relations.importers.engine.publications import import_list
from relations.importers.registry import LISTS
