"""What granian serves."""

import os
import signal
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tracker.orphans import die_with_parent
from tracker.silent_clients import Body, drop_after

# granian's workers would go on listening, with nobody to end them, after a `kill -9` of the process above them.
die_with_parent(signal.SIGKILL)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django = get_wsgi_application()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    drop_after(settings.SILENT_CLIENT_SECONDS)
    environ["wsgi.input"] = Body(environ["wsgi.input"], address=environ.get("REMOTE_ADDR", ""))
    return django(environ, start_response)
