"""Endpoints of relations: current and past status, timeline, exports."""
