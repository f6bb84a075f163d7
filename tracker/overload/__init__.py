"""Overload protection: admission control, request bodies with deadlines, slow clients."""
