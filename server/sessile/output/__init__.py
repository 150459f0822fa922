"""How findings are written: one file per format."""
