"""What a session or its factory was made with."""

from __future__ import annotations

from sessile.flow.records import record


@record(frozen=True, slots=True)
class SessionOptions:
    """The options of a factory that decide an object's fate; None where they cannot be seen.

    `hidden`: they are given, but by something that cannot be read, so that what is usual says nothing.
    """

    expire_on_commit: bool | None = True
    hidden: bool = False
    autoflush: bool | None = True
    close_resets_only: bool = True
    #: Of 1.4: it works as 2.0 does.
    future: bool = False
    autobegin: bool = True
    #: Of the engine, where it is in sight: the database's name, and whether each statement is its own transaction.
    dialect: str = ""
    autocommit: bool = False
