"""What is said behind a line of what becomes of objects there, as plain data; see `finding.py` for what holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.rules.finding import Location
    from sessile.text import Position


@dataclass(frozen=True, slots=True)
class Part:
    """What is said of some variables; `tooltip` is Markdown with their story, `cause` the place that did it if that is
    elsewhere."""

    text: str
    tooltip: str
    cause: Location | None


@dataclass(frozen=True, slots=True)
class StateHint:
    """Shown behind a statement, at `position` (absolute). `moment` says when it is so, if that is not at once."""

    position: Position
    moment: str
    parts: tuple[Part, ...]
