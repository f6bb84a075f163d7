"""The domain: sourced facts about pairs of countries, and the statuses computed from them."""
