"""Machinery of imports: parse, diff, apply, dry run, archive, fetch."""
