"""The rules: one file each, discovered by the registry."""
