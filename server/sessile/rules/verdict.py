"""What the rules said of one block, as it is remembered until something that was read for it changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast

    from sessile.rules.rule import Problem


@dataclass(slots=True)
class Verdict:
    """The problems found while a block was analysed, and the calls that were followed from it."""

    problems: list[Problem] = field(default_factory=list)
    followed: dict[ast.AST, set[int]] = field(default_factory=dict)
