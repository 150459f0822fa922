"""The run-time helpers that fixes use. SQLAlchemy is imported when one of them is first asked for, not before."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.helpers.session_helpers import (
        get_or_create,
        model_to_dict,
        query_all,
        query_exists,
        query_one,
        query_scalar,
        safe_get,
    )

__all__ = ["get_or_create", "model_to_dict", "query_all", "query_exists", "query_one", "query_scalar", "safe_get"]


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module("sessile.helpers.session_helpers"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
