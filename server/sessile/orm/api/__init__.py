"""The public API of SQLAlchemy 1.4 to 2.1 and SQLModel as data, one module per family of classes.

Every mapping is read-only and keyed by the name as a program spells it.
"""
