"""Rows turned into JSON, and requests into acts of the ledger."""
