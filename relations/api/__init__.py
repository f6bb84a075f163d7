"""The HTTP API: rows as JSON, and requests as commands of the ledger."""
