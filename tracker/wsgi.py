"""The WSGI application."""

import gc
import os
import resource
import signal
import sys
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application

from tracker.launcher.orphans import die_with_parent
from tracker.overload import clients

# Before the settings are read, which have time limits of statements and locks for web processes.
os.environ["TRACKER_PROCESS"] = "web"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
# Otherwise granian's workers survive a `kill -9` of their parent.
die_with_parent(signal.SIGKILL)
# The maximum of open connections, instead of a shell's 1,024.
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
# Half a millisecond instead of five until a waiting thread gets the interpreter.
sys.setswitchinterval(0.0005)
django = get_wsgi_application()

from tracker.overload.bodies import BodyFirst  # noqa: E402  # needs Django

answer = BodyFirst(django)
# Excludes what is loaded from garbage collections, which stop every thread.
gc.collect()
gc.freeze()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    clients.watch(answer.bodies.look)
    return answer(environ, start_response)
