"""Text with styles, so that a format is written once for terminals and for files.

rich is loaded when colours are wanted, never before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessile.rules.finding import Severity


class Styled(NamedTuple):
    """A piece of text; `style` in rich's words, empty for none."""

    text: str
    style: str = ""


SEVERITY_STYLES = {"error": "bold red", "warning": "bold yellow", "information": "bold blue", "hint": "bold cyan"}


def severity_style(severity: Severity) -> str:
    """How a severity looks, in its label and under the code that it speaks of."""
    return SEVERITY_STYLES[severity.value]


def plain(pieces: Iterable[Styled]) -> str:
    """The text alone."""
    return "".join(piece.text for piece in pieces)


def coloured(pieces: Iterable[Styled]) -> str:
    """The text with the escape sequences of a terminal, links included."""
    from rich.color import ColorSystem
    from rich.style import Style

    def paint(piece: Styled) -> str:
        text = piece.text.rstrip("\n")
        ending = piece.text[len(text) :]
        return Style.parse(piece.style).render(text, color_system=ColorSystem.STANDARD) + ending

    return "".join(paint(piece) if piece.style else piece.text for piece in pieces)
