"""Rewrites of code that is right: an editor offers them where somebody asks for `refactor.rewrite`.

Each is a rule whose problems nobody is told of, so that its edits are built and verified like those of a fix. Its code
is the last part of the kind of its code action.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.rules.rule import Rule

CODES = ("loadWithQuery", "scalars")


@cache
def all_rewrites() -> tuple[Rule, ...]:
    """Every rewrite."""
    return tuple(import_module(f"sessile.rules.rewrites.{name}").RULE for name in ("load_with_query", "scalars"))
