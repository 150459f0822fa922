"""Checking many files: what is known already is taken from the cache, the rest is shared out among processes."""
