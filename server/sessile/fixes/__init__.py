"""Edits that repair findings and keep the user's formatting; see `repair`."""
