"""The oracle: programs over every dimension that decides an object's fate, run on the real library, and what
`sessile check` says of them.

`python -m tests.oracle` at the project's root runs it; `dimensions/` is the data, one file per dimension. The truth is
only ever what the library did: which line raised what, whether a write reached the database, how many SELECTs a line
sent. Nothing here states what the engine ought to find.
"""
