"""What people read: pages and feeds, made from facts, statuses and changes."""
