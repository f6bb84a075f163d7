"""Signatures by Standard Webhooks 1.0 (symmetric, `v1`), with secrets that are encrypted in the database."""

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
"""Seconds by which a message may be too old or too new, as in the reference libraries."""


class Secret:
    """A signing secret in the clear, which only `reveal` shows."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def new(cls) -> Secret:
        return cls(secrets.token_bytes(_BYTES))

    @classmethod
    def from_text(cls, text: str) -> Secret:
        """Parses `whsec_…`. Raises `ValueError` for anything else."""
        if not text.startswith(PREFIX):
            raise ValueError(f"a secret begins with {PREFIX}")
        return cls(base64.b64decode(text.removeprefix(PREFIX), validate=True))

    @classmethod
    def decrypt(cls, sealed: bytes, *, subscription: int) -> Secret:
        """Raises `SecretsLocked` if the key that encrypted it is gone."""
        return cls(decrypt(sealed, subscription=subscription))

    def __repr__(self) -> str:
        return f"<Secret {self.fingerprint}>"

    @property
    def fingerprint(self) -> str:
        """Identifies a secret without revealing it: secrets have 256 random bits."""
        return hashlib.sha256(self._key).hexdigest()[:16]

    @property
    def sealed(self) -> bytes:
        """The secret as ciphertext, under the first of the keys."""
        return encrypt(self._key)

    def reveal(self) -> str:
        """`whsec_…`, for the one response that shows it."""
        return PREFIX + base64.b64encode(self._key).decode()

    def signature(self, content: bytes) -> str:
        return "v1," + base64.b64encode(hmac.digest(self._key, content, "sha256")).decode()


def encrypt(clear: bytes) -> bytes:
    """Ciphertext under the first of the keys."""
    return _fernet(*_keys()).encrypt(clear)


def decrypt(sealed: bytes, *, subscription: int) -> bytes:
    """Raises `SecretsLocked` if the key that encrypted it is gone."""
    try:
        return _decrypt(*_keys(), bytes(sealed))
    except InvalidToken:
        raise SecretsLocked(number=subscription) from None


def is_signed(
    *, message: str, timestamp: str, signatures: str, body: bytes, secret: Secret, now: float
) -> bool:  # fmt: skip
    """Verifies like a receiver: one signature is the secret's, and the message is at most 5 minutes off."""
    if not timestamp.isascii() or not timestamp.isdigit() or abs(now - int(timestamp[:12])) > _TOLERANCE:
        return False
    expected = secret.signature(f"{message}.{timestamp}.".encode() + body)
    return any(hmac.compare_digest(expected.encode(), one.encode()) for one in signatures.split(" "))


def headers(*, message: str, timestamp: int, body: bytes, sealed: Iterable[bytes], subscription: int) -> dict[str, str]:
    """The three headers of a message, with a signature for each secret in the given order (the new one first).

    Leaves out secrets that no key decrypts: after a rotation because of a lost key, the new secret signs alone. Raises
    `SecretsLocked` if none is left.
    """
    content = f"{message}.{timestamp}.".encode() + body
    decrypted, locked = [], None
    for each in sealed:
        try:
            decrypted.append(Secret.decrypt(each, subscription=subscription))
        except SecretsLocked as refusal:
            locked = refusal
    if locked and not decrypted:
        raise locked
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(secret.signature(content) for secret in decrypted),
    }


def _keys() -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(settings.WEBHOOK_SECRET_KEYS), (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=1024)
def _decrypt(keys: tuple[str, ...], site: tuple[str, ...], sealed: bytes) -> bytes:
    """Caches plaintexts: a subscription uses the same secrets again and again, and the keys are in memory, too."""
    return _fernet(keys, site).decrypt(sealed)


@cache
def _fernet(keys: tuple[str, ...], site: tuple[str, ...]) -> MultiFernet:
    """Encrypts with the first key, decrypts with any: also the site's, so that an installation may add keys later."""
    return MultiFernet([*map(Fernet, keys), *map(Fernet, map(_derive, site))])


def _derive(secret_key: str) -> bytes:
    """Key for this one purpose (RFC 5869), for installations that set none."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"relations.webhooks.signing")
    return base64.urlsafe_b64encode(kdf.derive(secret_key.encode()))
