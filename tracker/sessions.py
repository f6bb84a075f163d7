"""Sessions in the database, looked up only by keys that Django can have made: the setting SESSION_ENGINE names this."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A cookie may hold anything, NUL bytes too, which PostgreSQL refuses; Django's keys are letters and digits."""

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and 8 <= len(key) <= 40 and key.isascii() and key.isalnum()
