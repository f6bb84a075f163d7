"""Sessions in the database, found by a digest of their key: the setting SESSION_ENGINE names this."""

import hashlib

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.utils import timezone


def digest(key: str) -> str:
    """What is kept of a key. Who reads the table, or a dump of it, cannot turn it back into anybody's cookie.

    160 bits, since Django's column takes 40 characters.
    """
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class SessionStore(db.SessionStore):
    """Of the synchronous half: the tracker is served by WSGI."""

    def _validate_session_key(self, key: str | None) -> bool:
        """A cookie may hold anything, NUL bytes too, which PostgreSQL refuses; Django's keys are letters and digits."""
        return key is not None and 8 <= len(key) <= 40 and key.isascii() and key.isalnum()

    def _get_session_from_db(self) -> Session | None:
        kept = Session.objects.filter(session_key=digest(self.session_key or ""), expire_date__gt=timezone.now())
        found = kept.first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return super().exists(digest(session_key))

    def create_model_instance(self, data: dict[str, object]) -> AbstractBaseSession:
        row = super().create_model_instance(data)
        row.session_key = digest(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            super().delete(digest(key))
