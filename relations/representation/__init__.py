"""Facts, statuses, changes and references as JSON, for the API, webhooks, feeds and exports alike."""
