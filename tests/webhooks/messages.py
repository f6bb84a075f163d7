"""Messages sent by a sender alone, without a worker and a database."""

import asyncio
import uuid

from relations.delivery import Claim
from relations.delivery.outcomes import Outcome
from relations.delivery.sending import Sender
from relations.delivery.signing import Secret

SECRET = Secret.new()
BODY = b'{"type":"webhook.ping"}'


def claim_of(url: str) -> Claim:
    return Claim(
        delivery=1, lease=uuid.uuid4(), subscription=1, url=url, event_type="webhook.ping", message="msg_1", body=BODY,
        sealed=(SECRET.sealed,), attempts=1, counted=True, probe=False, replayed=False,
    )  # fmt: skip


def sent(url: str, *, number: int = 1) -> Outcome:
    """Outcome of a message to the URL; of several at once, that of the last."""

    async def send() -> Outcome:
        sender = Sender(at_once=number)
        try:
            return (await asyncio.gather(*(sender.send(claim_of(url)) for _ in range(number))))[-1]
        finally:
            sender.close()

    return asyncio.run(send())
