"""The test's database, as other processes and pools find it."""

from django.db import connection
from psycopg.conninfo import make_conninfo


def conninfo() -> str:
    """Wherever it is: the throw-away server's socket, or the host, port and password that DATABASE_URL named."""
    told = connection.settings_dict
    return make_conninfo(
        dbname=told["NAME"], user=told["USER"], host=told["HOST"], port=told["PORT"] or None,
        password=told["PASSWORD"] or None,
    )  # fmt: skip
