"""Changing calls: another argument, another method in a chain, another name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.fixes import scan
from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from sessile.fixes.changes import Changes
    from sessile.flow.story import Site


def call(site: Site) -> ast.Call:
    """The call that a site names."""
    if not isinstance(site.node, ast.Call):
        raise NotRepairable("this is no call")
    return site.node


def method(site: Site) -> ast.Attribute:
    """The `receiver.name` of a method call."""
    function = call(site).func
    if not isinstance(function, ast.Attribute):
        raise NotRepairable("this is no method call")
    return function


def receiver(changes: Changes, site: Site) -> str:
    """What a method is called on, as it is written."""
    return changes.source.text(at(site, method(site).value))


def rename(changes: Changes, site: Site, name: str) -> None:
    """Call another method."""
    _, end = changes.source.offsets(at(site, method(site)))
    start = scan.skip(changes.text(site.path), _gap(changes, site)[1] + 1)
    changes.put(site.path, start, end, name)


def insert_before(changes: Changes, site: Site, link: str) -> None:
    """Put a link such as `.scalars()` into a chain, right before the called method, in the layout of the chain."""
    start, dot = _gap(changes, site)
    changes.insert(site.path, dot, link + _layout(changes, site.path, start, dot))


def append(changes: Changes, site: Site, link: str) -> None:
    """Put a link such as `.options(...)` right after a call, in the layout of its chain."""
    text = changes.text(site.path)
    _, end = changes.source.offsets(site)
    own = _gap(changes, site) if isinstance(call(site).func, ast.Attribute) else None
    layout = _layout(changes, site.path, *own) if own else ""
    following = scan.skip(text, end)
    if not layout and text.startswith(".", following):
        layout = _layout(changes, site.path, end, following)
    changes.insert(site.path, end, layout + link)


def _gap(changes: Changes, site: Site) -> tuple[int, int]:
    """The offsets after the receiver of a called method, its brackets included, and of the dot."""
    text = changes.text(site.path)
    _, end = changes.source.offsets(at(site, method(site).value))
    dot = scan.find(text, end, ".")
    return scan.after_brackets(text, end, dot), dot


def _layout(changes: Changes, path: str, start: int, dot: int) -> str:
    """The blanks before a dot that begins its line, a continuation included; nothing for any other dot."""
    text = changes.text(path)
    if not scan.begins_line(text, dot):
        return ""
    gap = text[start:dot]
    return gap if "#" not in gap else changes.newline(path) + scan.indentation(text, dot)


def arguments(node: ast.Call) -> list[ast.expr | ast.keyword]:
    """Arguments of all kinds in the order in which they are written."""
    given: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
    return sorted(given, key=lambda each: (each.lineno, each.col_offset))


def add_argument(changes: Changes, site: Site, text: str) -> None:
    """Add an argument, at the end."""
    given = arguments(call(site))
    _, end = changes.source.offsets(site)
    if not given:
        changes.insert(site.path, end - 1, text)
        return
    start, last = changes.source.offsets(at(site, given[-1]))
    if last >= end:
        changes.insert(site.path, start, "(")
        changes.insert(site.path, end - 1, f"), {text}")
        return
    add_item(changes, site.path, (start, last), end - 1, text)


def add_positional(changes: Changes, site: Site, text: str) -> None:
    """Add a positional argument behind those that there are."""
    node = call(site)
    if not node.args or not node.keywords:
        add_argument(changes, site, text)
        return
    _, end = changes.source.offsets(at(site, node.args[-1]))
    _, limit = changes.source.offsets(site)
    changes.insert(site.path, scan.after_brackets(changes.text(site.path), end, limit), f", {text}")


def keep_positional(changes: Changes, site: Site) -> None:
    """Drop the arguments that are given by keyword, where all others come before them."""
    node = call(site)
    given = arguments(node)
    if not node.keywords:
        return
    if not node.args or given != [*node.args, *node.keywords]:
        raise NotRepairable("the arguments are mixed")
    text, closing = changes.text(site.path), changes.source.offsets(site)[1] - 1
    start = scan.after_brackets(text, changes.source.offsets(at(site, node.args[-1]))[1], closing)
    end = scan.after_brackets(text, changes.source.offsets(at(site, node.keywords[-1]))[1], closing)
    changes.put(site.path, start, end, "")


def add_item(changes: Changes, path: str, last: tuple[int, int], closing: int, text: str) -> None:
    """Add an item behind the last one of a list in brackets, in its layout; `closing` is where the bracket closes."""
    whole = changes.text(path)
    end = scan.after_brackets(whole, last[1], closing)
    comma = scan.skip(whole, end)
    if not scan.begins_line(whole, last[0]):
        changes.insert(path, end, f", {text}")
        return
    line = changes.newline(path) + scan.indentation(whole, last[0])
    line_end = scan.line_end(whole, end)
    if line_end > closing:
        changes.insert(path, end, f",{line}{text}")
    elif whole.startswith(",", comma) and comma < closing:
        changes.insert(path, min(scan.line_end(whole, comma), closing), f"{line}{text},")
    else:
        changes.insert(path, end, ",")
        changes.insert(path, line_end, line + text)
