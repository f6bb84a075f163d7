"""Sessions in the database, looked up only by keys that Django can have made: the setting SESSION_ENGINE names this."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A cookie may hold anything, NUL bytes too, which PostgreSQL refuses; the keys of Django are alphanumeric."""

    def _validate_session_key(self, key: str) -> bool:
        return bool(super()._validate_session_key(key)) and key.isascii() and key.isalnum()
