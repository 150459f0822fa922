"""The formats by name; a format is loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.output.context import Format

_MODULES = {"full": "full", "concise": "concise", "json": "json_array", "json-lines": "json_lines"}

FOR_PEOPLE = frozenset({"full", "concise"})


def format_of(name: str) -> Format:
    """The format of this name, one of `settings.FORMATS`."""
    render: Format = import_module(f"sessile.output.{_MODULES[name]}").render
    return render
