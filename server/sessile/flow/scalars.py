"""Plain values of which something is known where they become part of SQL text."""

from __future__ import annotations

from sessile.flow.values import Scalar

#: What cannot carry SQL: made a number, or chosen from literals of the program.
SAFE = Scalar(kind="safe")
#: What is declared to be a number, or of another type whose text cannot be SQL.
NUMBER, FIXED = Scalar(kind="number"), Scalar(kind="fixed")
