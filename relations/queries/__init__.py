"""Reads that several rooms share, and the caches."""
