"""Sessions in the database under digests of their keys: the setting SESSION_ENGINE."""

import hashlib

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.utils import timezone


def digest(key: str) -> str:
    """The stored form of a key, from which nobody who reads the table can compute a cookie.

    160 bits, since Django's column has 40 characters.
    """
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class SessionStore(db.SessionStore):
    """Overrides the synchronous methods only: the tracker uses WSGI."""

    def _validate_session_key(self, key: str | None) -> bool:
        """Accepts Django's keys alone, letters and digits: PostgreSQL refuses NUL bytes."""
        return key is not None and 8 <= len(key) <= 40 and key.isascii() and key.isalnum()

    def _get_session_from_db(self) -> Session | None:
        rows = Session.objects.filter(session_key=digest(self.session_key or ""), expire_date__gt=timezone.now())
        session = rows.first()
        if session is None:
            self._session_key = None
        return session

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
