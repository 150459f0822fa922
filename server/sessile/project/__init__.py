"""Configuration, files, and the facts of every module of a project."""
