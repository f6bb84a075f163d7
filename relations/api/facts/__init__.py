"""Endpoints of the four kinds of facts."""
