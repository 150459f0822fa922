"""What editors show in `pyproject.toml` and `sessile.toml`: what an option means, and what may be written there."""
