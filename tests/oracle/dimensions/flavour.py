"""Which session class, and in which style the classes are mapped."""

from __future__ import annotations

from ..option import ASYNC, SQLMODEL, SYNC, Option

OPTIONS = (
    Option("sync, classic", "classic", flavours=(SYNC,)),
    Option("sync, annotated", "annotated", flavours=(SYNC,), since=(2, 0, 0)),
    Option("async, classic", "classic", flavours=(ASYNC,)),
    Option("async, annotated", "annotated", flavours=(ASYNC,), since=(2, 0, 0)),
    Option("SQLModel", "sqlmodel", flavours=(SQLMODEL,), since=(2, 0, 0)),
)
