"""Telling subscribers of changes: what they are told, by which rules, and the sending of it."""
