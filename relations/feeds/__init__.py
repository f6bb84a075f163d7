"""The change log as Atom feeds."""
