"""Adding, replacing and removing simple statements, in the indentation and with the line endings that are there.

A statement that shares its line (after `;`, or behind the colon of `if x:`) gets its neighbour on that line.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.fixes import scan, tree
from sessile.rules.repair import at

if TYPE_CHECKING:
    from sessile.fixes.changes import Changes
    from sessile.flow.story import Site


def insert_before(changes: Changes, site: Site, text: str, blank: int = 0) -> None:
    """Insert a simple statement before another one, above the comments that belong to that one.

    `blank` lines are put between the two, here and below, where they do not share a line.
    """
    whole = changes.text(site.path)
    start = _start(changes, site)
    if not scan.begins_line(whole, start):
        changes.insert(site.path, start, f"{text}; ")
        return
    indent = scan.indentation(whole, start)
    line = start
    while (above := _comment_above(whole, line, indent)) is not None:
        line = above
    changes.insert(site.path, line, f"{text}{changes.newline(site.path) * (1 + blank)}{indent}")


def insert_after(changes: Changes, site: Site, text: str, blank: int = 0) -> None:
    """Insert a simple statement after another one, which may be a compound one."""
    whole = changes.text(site.path)
    start, (_, end) = _start(changes, site), changes.source.offsets(site)
    following = _same_line(whole, end)
    if not scan.begins_line(whole, start) or (following < len(whole) and whole[following] == ";"):
        changes.insert(site.path, end, f"; {text}")
        return
    line = scan.line_end(whole, end)
    gap = changes.newline(site.path) * (1 + blank)
    changes.insert(site.path, line, f"{gap}{scan.indentation(whole, start)}{text}")


def remove(changes: Changes, site: Site) -> None:
    """Remove a simple statement, with its line where nothing else is on it; an empty suite gets a `pass`."""
    whole = changes.text(site.path)
    start, end = changes.source.offsets(site)
    if len(tree.suite(site).statements) == 1:
        changes.put(site.path, start, end, "pass")
        return
    following = _same_line(whole, end)
    if following < len(whole) and whole[following] == ";":
        changes.put(site.path, start, _same_line(whole, following + 1), "")
    elif not scan.begins_line(whole, start):
        changes.put(site.path, whole.rindex(";", 0, start), end, "")
    elif following < len(whole) and whole[following] == "#":
        changes.put(site.path, start, following, "")
    else:
        changes.put(site.path, scan.line_start(whole, start), scan.next_line(whole, end), "")


def _same_line(text: str, offset: int) -> int:
    """The offset of the next character in the line that is no blank."""
    while offset < len(text) and text[offset] in " \t\f":
        offset += 1
    return offset


def _start(changes: Changes, site: Site) -> int:
    """Where a statement starts, its decorators included."""
    decorators = getattr(site.node, "decorator_list", [])
    starts = [changes.source.offsets(site)[0]]
    text = changes.text(site.path)
    for each in decorators:
        offset, _ = changes.source.offsets(at(site, each))
        starts.append(text.rindex("@", 0, offset))
    return min(starts)


def _comment_above(text: str, offset: int, indent: str) -> int | None:
    """Where a comment line directly above the line of `offset` starts, if it is indented alike."""
    line = scan.line_start(text, offset)
    if line == 0:
        return None
    end = line - 2 if text.startswith("\r\n", line - 2) else line - 1
    above = scan.line_start(text, end)
    return above + len(indent) if text.startswith(indent + "#", above) else None


def is_docstring(node: ast.stmt) -> bool:
    """Whether a statement is a bare string."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
