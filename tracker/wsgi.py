"""What granian serves."""

import os
import signal

from django.core.wsgi import get_wsgi_application

from tracker.orphans import die_with_parent

# granian's workers would go on listening, with nobody to end them, after a `kill -9` of the process above them.
die_with_parent(signal.SIGKILL)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
application = get_wsgi_application()
