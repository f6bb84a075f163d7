"""Sessions in the database, looked up only by keys that Django can have made: the setting SESSION_ENGINE names this."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A cookie may hold anything, NUL bytes too, which PostgreSQL refuses; Django makes its keys of 32 letters and digits."""

    def _validate_session_key(self, key: str) -> bool:
        return 8 <= len(key) <= 40 and key.isascii() and key.isalnum()
