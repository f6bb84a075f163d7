"""What granian serves in `test_clients`: the tracker, with exports that come in batches of ten.

As many rows as make whole batches outgrow the buffers on the way would take a test too long to record.
"""

from tracker.wsgi import application  # first: what follows needs Django set up

__all__ = ["application"]

from relations.api import formats

formats.BATCH = 10
