"""Mechanics of every endpoint: paging, filters, formats, errors, permissions, throttles."""
