"""Signatures by Standard Webhooks 1.0 (symmetric, `v1`), and the secrets behind them, sealed for the database."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from functools import cache, lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from relations.errors import SecretsLocked

PREFIX = "whsec_"
_BYTES = 32
_TOLERANCE = 300.0
"""Seconds by which a message may be too old or too new, as the reference libraries have it."""


class Secret:
    """A signing secret in the clear. It shows itself to nobody who does not ask by name."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def new(cls) -> Secret:
        return cls(secrets.token_bytes(_BYTES))

    @classmethod
    def told(cls, text: str) -> Secret:
        """Of `whsec_…`, as it was shown. Raises `ValueError` for anything else."""
        if not text.startswith(PREFIX):
            raise ValueError(f"a secret begins with {PREFIX}")
        return cls(base64.b64decode(text.removeprefix(PREFIX), validate=True))

    @classmethod
    def opened(cls, sealed: bytes, *, subscription: int) -> Secret:
        """Raises `SecretsLocked` where the key that sealed it is gone."""
        try:
            return cls(_opened(*_keys(), bytes(sealed)))
        except InvalidToken:
            raise SecretsLocked(number=subscription) from None

    def __repr__(self) -> str:
        return f"<Secret {self.fingerprint}>"

    @property
    def fingerprint(self) -> str:
        """Tells secrets apart and gives nothing away: they have 256 random bits."""
        return hashlib.sha256(self._key).hexdigest()[:16]

    @property
    def sealed(self) -> bytes:
        return _lock_of(*_keys()).encrypt(self._key)

    def shown(self) -> str:
        """`whsec_…`, for the one answer that shows it."""
        return PREFIX + base64.b64encode(self._key).decode()

    def signature(self, content: bytes) -> str:
        return "v1," + base64.b64encode(hmac.digest(self._key, content, "sha256")).decode()


def is_signed(
    *, message: str, timestamp: str, signatures: str, body: bytes, secret: Secret, now: float
) -> bool:  # fmt: skip
    """What a receiver asks: whether one of the signatures is the secret's, and the message at most 5 minutes off."""
    if not timestamp.isascii() or not timestamp.isdigit() or abs(now - int(timestamp[:12])) > _TOLERANCE:
        return False
    expected = secret.signature(f"{message}.{timestamp}.".encode() + body)
    return any(hmac.compare_digest(expected.encode(), one.encode()) for one in signatures.split(" "))


def resealed(sealed: bytes, *, subscription: int) -> bytes:
    """The same secret under the first of the keys: after that the others may be taken away."""
    return Secret.opened(sealed, subscription=subscription).sealed


def headers(*, message: str, timestamp: int, body: bytes, sealed: Iterable[bytes], subscription: int) -> dict[str, str]:
    """The three headers of a message; a signature for each secret, in the order given (the new one first)."""
    content = f"{message}.{timestamp}.".encode() + body
    opened = _those_that_open(sealed, subscription)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(secret.signature(content) for secret in opened),
    }


def _those_that_open(sealed: Iterable[bytes], subscription: int) -> list[Secret]:
    """Whoever rotates because the key to the old secret is gone is sent messages that the new one signs."""
    opened, locked = [], None
    for each in sealed:
        try:
            opened.append(Secret.opened(each, subscription=subscription))
        except SecretsLocked as refusal:
            locked = refusal
    if locked and not opened:
        raise locked
    return opened


def _keys() -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(settings.WEBHOOK_SECRET_KEYS), (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=1024)
def _opened(keys: tuple[str, ...], site: tuple[str, ...], sealed: bytes) -> bytes:
    """Of one subscription after the other the same few are opened, over and over; the keys lie beside them anyway."""
    return _lock_of(keys, site).decrypt(sealed)


@cache
def _lock_of(keys: tuple[str, ...], site: tuple[str, ...]) -> MultiFernet:
    """The first key seals, all of them open: the site's, too, so that an installation may get keys of its own later."""
    return MultiFernet([*map(Fernet, keys), *map(Fernet, map(_derived, site))])


def _derived(secret_key: str) -> bytes:
    """A key of its own for this one purpose (RFC 5869), for installations that set none."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"relations.webhooks.signing")
    return base64.urlsafe_b64encode(kdf.derive(secret_key.encode()))
