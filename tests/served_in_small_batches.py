"""The application that granian serves in `test_clients`: exports come in batches of ten, time-outs are short.

As many rows as make whole batches outgrow the buffers on the way would take a test too long to record.
"""

from tracker.wsgi import application  # first: what follows needs Django set up

__all__ = ["application"]

from relations.api.http import formats
from tracker.overload import bodies

formats.BATCH = 10
bodies.PATIENCE = 3.0
