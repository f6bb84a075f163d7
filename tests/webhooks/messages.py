"""One message to a URL, sent without a database."""

import asyncio
import uuid

from relations.delivery import Claim
from relations.delivery.sending import Sender
from relations.delivery.signing import Secret

SECRET = Secret.new()
BODY = b'{"type":"webhook.ping"}'


def sent(url, *, number=1):
    """What comes of a message to the URL; of several at once, the last."""
    claim = Claim(
        delivery=1, lease=uuid.uuid4(), subscription=1, url=url, event_type="webhook.ping", message="msg_1", body=BODY,
        sealed=(SECRET.sealed,), attempts=1, counted=True, probe=False, replayed=False,
    )  # fmt: skip

    async def send():
        sender = Sender(at_once=number)
        try:
            return (await asyncio.gather(*(sender.send(claim) for _ in range(number))))[-1]
        finally:
            sender.close()

    return asyncio.run(send())
