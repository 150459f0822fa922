"""Why a block does not parse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.text import Position


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A syntax error in Python's own words, without line numbers; `position` is relative to the block."""

    message: str
    position: Position
