"""Sessile finds, explains and repairs SQLAlchemy and SQLModel session bugs."""

__version__ = "0.1.0"
