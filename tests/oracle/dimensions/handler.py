"""What catches the failure, and what it makes of it."""

from __future__ import annotations

from ..option import Option

_NEVER = {"opening": ("nested function", "opened by self")}


def _handler(name: str, caught: str, body: str) -> Option:
    return Option(name, f"try:\n    {{}}\nexcept {caught}:\n    {body}", never=_NEVER if "return" in body else {})


OPTIONS = (
    _handler("pass", "Exception", "pass"),
    _handler("pass, SQLAlchemyError", "SQLAlchemyError", "pass"),
    _handler("None", "Exception", "return None"),
    _handler("False", "SQLAlchemyError", "return False"),
    _handler("empty list", "Exception", "return []"),
    _handler("rolled back, None", "Exception", "$await session.rollback()\n    return None"),
    _handler("logged", "Exception as error", 'logging.error("failed: %s", error)'),
    _handler("logged by exception", "Exception", 'logging.exception("failed")'),
    _handler("printed", "Exception as error", "print(error)"),
    _handler("rolled back, logged", "SQLAlchemyError", '$await session.rollback()\n    logging.warning("failed")'),
    _handler("raised", "Exception", "$await session.rollback()\n    raise"),
    _handler("another raised", "SQLAlchemyError as error", 'raise ValueError("failed") from error'),
    _handler("specific", "IntegrityError", "$await session.rollback()"),
)
