"""Endpoints of listed parties."""
