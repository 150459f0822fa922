"""SQL text that is put together at run time, as literal pieces and what is put between them.

Understood are f-strings, `%` and `.format()` on a literal, and `+`; anything else is not repaired.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.fixes import scan, tree
from sessile.fixes.literals import Literal, fields, literal, literals
from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.fixes.changes import Changes
    from sessile.flow.story import Site

_PERCENT = re.compile(r"%(?:(%)|\((\w+)\)s|s|d)")


@dataclass(frozen=True)
class Piece:
    """A stretch of the source between two offsets: SQL as it is written, or (with a `node`) what is put in.

    `tail` is what has to follow a parameter that takes this place: the quote that ends a literal.
    """

    start: int
    end: int
    node: ast.expr | None = None
    expression: str = ""
    tail: str = ""


@dataclass
class Template:
    """The pieces in order, the literals that they are from, and what is removed once no value is put in any more."""

    pieces: list[Piece] = field(default_factory=list)
    tokens: list[Literal] = field(default_factory=list)
    removed: list[tuple[int, int]] = field(default_factory=list)
    escapes: str = ""


def template(changes: Changes, site: Site) -> Template:
    """The template that an expression is."""
    text = changes.text(site.path)
    match site.node:
        case ast.JoinedStr():
            return _f_string(changes, site, text)
        case ast.BinOp(op=ast.Mod(), left=left, right=right):
            return _percent(changes, site, left, right)
        case ast.Call(func=ast.Attribute(value=left, attr="format")):
            return _format(changes, site, site.node, left)
        case ast.BinOp(op=ast.Add()):
            return _sum(changes, site)
    raise NotRepairable("the text is built in a way that is not understood")


def _f_string(changes: Changes, site: Site, text: str) -> Template:
    found = Template(tokens=literals(text, *changes.source.offsets(site)), escapes="{}")
    assert isinstance(site.node, ast.JoinedStr)
    values = iter([each for each in site.node.values if isinstance(each, ast.FormattedValue)])
    for token in found.tokens:
        offset = token.body
        for each in fields(text, token) if token.formatted else ():
            value = next(values, None)
            if value is None or not each.plain or not _agree(each.expression, value.value):
                raise NotRepairable("a field that is not understood")
            found.pieces += [Piece(offset, each.start), Piece(each.start, each.end, value.value, each.expression)]
            offset = each.end
        found.pieces.append(Piece(offset, token.body_end))
    if next(values, None) is not None:
        raise NotRepairable("a field that is not understood")
    return found


def _agree(expression: str, node: ast.expr) -> bool:
    try:
        return ast.dump(ast.parse(f"({expression})", mode="eval").body) == ast.dump(node)
    except SyntaxError:
        return False


def _percent(changes: Changes, site: Site, left: ast.expr, right: ast.expr) -> Template:
    text = changes.text(site.path)
    start, end = changes.source.offsets(at(site, _written(site, left)))
    found = Template(tokens=literals(text, start, end), escapes="%")
    given = list(right.elts) if isinstance(right, ast.Tuple) else [right]
    named = dict(_items(right)) if isinstance(right, ast.Dict) else None
    for token in found.tokens:
        offset = token.body
        for match in _PERCENT.finditer(text, token.body, token.body_end):
            if match[1]:
                continue
            value = named.get(match[2]) if named is not None else given.pop(0) if given and not match[2] else None
            if value is None:
                raise NotRepairable("a value that is not understood")
            expression = changes.source.text(at(site, value))
            found.pieces += [Piece(offset, match.start()), Piece(match.start(), match.end(), value, expression)]
            offset = match.end()
        found.pieces.append(Piece(offset, token.body_end))
    found.removed.append(_behind(changes, site, left))
    return found


def _behind(changes: Changes, site: Site, left: ast.expr) -> tuple[int, int]:
    """What stands behind the template itself."""
    _, end = changes.source.offsets(at(site, left))
    _, limit = changes.source.offsets(site)
    return scan.after_brackets(changes.text(site.path), end, limit), limit


def _written(site: Site, left: ast.expr) -> ast.expr:
    """The literal: as it stands, or as it was assigned to a variable that nothing else reads."""
    if not isinstance(left, ast.Name):
        return left
    around = tree.function(site)
    nodes = list(ast.walk(around.node)) if around is not None else []
    uses = [node for node in nodes if isinstance(node, ast.Name) and node.id == left.id]
    for node in nodes:
        if isinstance(node, ast.Assign) and len(uses) == 2 and any(target in uses for target in node.targets):
            return node.value
    raise NotRepairable("the template is used elsewhere")


def _items(node: ast.Dict) -> Iterator[tuple[str, ast.expr]]:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value, value


def _format(changes: Changes, site: Site, call: ast.Call, left: ast.expr) -> Template:
    text = changes.text(site.path)
    start, end = changes.source.offsets(at(site, _written(site, left)))
    found = Template(tokens=literals(text, start, end), escapes="{}")
    named: dict[str, ast.expr] = {str(index): each for index, each in enumerate(call.args)}
    named.update({each.arg: each.value for each in call.keywords if each.arg is not None})
    count = 0
    for token in found.tokens:
        offset = token.body
        for each in fields(text, token):
            value = named.get(each.expression or str(count))
            count += not each.expression
            if value is None or not each.plain or isinstance(value, ast.Starred):
                raise NotRepairable("a value that is not understood")
            expression = changes.source.text(at(site, value))
            found.pieces += [Piece(offset, each.start), Piece(each.start, each.end, value, expression)]
            offset = each.end
        found.pieces.append(Piece(offset, token.body_end))
    found.removed.append(_behind(changes, site, left))
    return found


def _sum(changes: Changes, site: Site) -> Template:
    text = changes.text(site.path)
    leaves = list(_leaves(site.node))
    found = Template()
    if not _is_text(leaves[0]):
        raise NotRepairable("the text begins with a value")
    for index, leaf in enumerate(leaves):
        start, end = changes.source.offsets(at(site, leaf))
        if _is_text(leaf):
            token = literal(text, start)
            if token.end != end or (found.tokens and token.quote != found.tokens[0].quote) or token.formatted:
                raise NotRepairable("literals of several kinds")
            found.tokens.append(token)
            found.pieces.append(Piece(token.body, token.body_end))
            continue
        last = index == len(leaves) - 1
        if not _is_text(leaves[index - 1]) or not (last or _is_text(leaves[index + 1])):
            raise NotRepairable("values side by side")
        before = found.tokens[-1].body_end
        after = literal(text, changes.source.offsets(at(site, leaves[index + 1]))[0]).body if not last else end
        expression = text[start:end]
        found.pieces.append(Piece(before, after, leaf, expression, found.tokens[-1].quote if last else ""))
    return found


def _leaves(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _leaves(node.left)
        yield node.right
    elif isinstance(node, ast.expr):
        yield node


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
