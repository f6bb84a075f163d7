"""The Django project: settings, URLs and the machinery that runs the domain in `relations`."""
