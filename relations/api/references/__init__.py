"""Endpoints of what facts refer to: countries, programmes, lists, sources."""
