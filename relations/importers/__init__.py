"""Official sources, read without guessing and taken into the ledger."""

from relations.importers.engine.publications import LISTS, import_list

__all__ = ["LISTS", "import_list"]
