"""The Django project: settings, URLs and the machinery that runs the domain in `relations`."""

import gc

# Until `relations/apps.py` has loaded everything: none of it is garbage. The launchers do without: they make no cycles.
gc.disable()
