"""What SQLAlchemy is: its public API as data, and what a mapped class says of itself.

Nothing here imports SQLAlchemy; tests compare every table with the installed library.
"""
