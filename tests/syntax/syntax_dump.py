"""Prints what a file means, in the same words on every host; needs nothing but the package itself.

Positions within strings with fields are left out save for those of their expressions, as `nodes` says.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from sessile.syntax import nodes, parse
from sessile.text import Document

_MEANINGS = {
    "alias": nodes.is_type_alias,
    "lazy": nodes.is_lazy_import,
    "group": nodes.is_group_handler,
    "template": nodes.is_template,
    "hole": nodes.is_hole,
}
_IGNORED = ("kind", "type_comment", "type_ignores", "type_params")


def dump(value: object) -> str:
    """A node, with its meaning and its place."""
    if isinstance(value, list):
        return "[" + ", ".join(map(dump, value)) + "]"
    if not isinstance(value, ast.AST):
        return ascii(value)
    place, meaning = "", "".join(f"!{name}" for name, holds in _MEANINGS.items() if holds(value))
    if isinstance(value, ast.JoinedStr):
        return f"JoinedStr{meaning}[{', '.join(filter(None, map(_part, value.values)))}]"
    if isinstance(value, (ast.expr, ast.stmt, ast.excepthandler, ast.arg, ast.keyword, ast.alias)):
        found = nodes.range_of(value)
        place = f"@{found.start.line}:{found.start.column}-{found.end.line}:{found.end.column}"
    fields = [f"{name}={dump(item)}" for name, item in ast.iter_fields(value) if name not in _IGNORED]
    return f"{type(value).__name__}{meaning}{place}({', '.join(fields)})"


def _part(value: ast.expr) -> str:
    if isinstance(value, ast.FormattedValue):
        return f"{{{dump(value.value)} {value.conversion} {dump(value.format_spec)}}}"
    return ascii(value.value) if isinstance(value, ast.Constant) and value.value else ""


def lines(text: str) -> list[str]:
    """One line for each statement of a file, and one for each problem."""
    found = []
    for block, line in parse(Document("/a.py", text)).blocks:
        found += [f"{line}: broken, without {[str(hole) for hole in block.holes]}"] if block.problem else []
        found += [f"{line}: {dump(statement)}" for statement in block.tree.body]
    return found


if __name__ == "__main__":
    for path in sys.argv[1:]:
        sys.stdout.write("\n".join(lines(Path(path).read_bytes().decode("utf-8"))) + "\n")
