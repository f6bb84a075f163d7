"""What granian serves."""

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

# Time limits of statements and locks are those of a process that serves anybody: said before the settings are read.
os.environ["TRACKER_PROCESS"] = "web"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
# granian's workers would go on listening, with nobody to end them, after a `kill -9` of the process above them.
die_with_parent(signal.SIGKILL)
# Every connection is a file: as many as the system allows, where a shell allows 1,024.
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
# Milliseconds: who waits for the interpreter beside a request that computes should get it sooner than in five.
sys.setswitchinterval(0.0005)
django = get_wsgi_application()

from tracker.overload.bodies import BodyFirst  # noqa: E402  # it needs Django set up

answer = BodyFirst(django)
# What is loaded stays: the collector, which stops every thread, need not look at it again.
gc.collect()
gc.freeze()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    clients.watch(answer.bodies.look)
    return answer(environ, start_response)
