"""What the shop can do; each module opens the sessions that it needs."""
