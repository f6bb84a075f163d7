"""Answers for language models over the Model Context Protocol: read-only, each with its evidence."""
