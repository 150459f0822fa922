"""Repairs of SQL text: `text(...)` around it, `params=` before what is bound."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from sessile.fixes import calls, tree
from sessile.fixes.changes import Changes
from sessile.flow.story import Site
from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem

#: What `text()` takes for a parameter: https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.text
PARAMETER = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
_DRIVER = re.compile(r"\?|%s|%\(\w+\)s")


def name_params(problem: Problem, source: Source) -> Iterator[Draft]:
    """Write `params=` before the second argument."""
    call, argument = problem.data["call"], problem.data["argument"]
    if not isinstance(call, Site) or not isinstance(argument, ast.expr) or isinstance(argument, ast.Starred):
        raise NotRepairable("the argument cannot be named")
    changes = Changes(source)
    changes.insert(call.path, _start(changes, at(call, argument)), "params=")
    yield changes.draft()


def _start(changes: Changes, site: Site) -> int:
    """Where an argument begins, the brackets around it included."""
    start, _ = changes.source.offsets(site)
    text = changes.text(site.path)
    before = text[:start].rstrip()
    while before.endswith("("):
        start = len(before) - 1
        before = before[:-1].rstrip()
    return start


def wrap_in_text(problem: Problem, source: Source) -> Iterator[Draft]:
    """Wrap the string in `text(...)`: where it is run, or where it is chosen if other choices are statements."""
    call, argument = problem.data["call"], problem.data["argument"]
    if not isinstance(call, Site) or not isinstance(argument, ast.expr):
        raise NotRepairable("the string is out of sight")
    strings = _strings(at(call, argument))
    bound = len(calls.arguments(calls.call(call))) > 1
    for node in strings:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            _check_parameters(node.value, bound=bound)
    changes = Changes(source)
    for node in strings:
        changes.wrap(at(call, node), f"{changes.imported(at(call, node), 'sqlalchemy', 'text')}(", ")")
    yield changes.draft()


def _strings(argument: Site) -> list[ast.expr]:
    """The expressions to wrap."""
    node = argument.node
    assert isinstance(node, ast.expr)
    leaves = list(_leaves(node))
    if isinstance(node, ast.Name):
        leaves = [leaf for value in _assigned(argument, node.id) for leaf in _leaves(value)]
    plain = [leaf for leaf in leaves if _is_string(leaf)]
    return plain if plain and len(plain) < len(leaves) else [node]


def _leaves(node: ast.expr) -> Iterator[ast.expr]:
    """The values that an expression may have."""
    if isinstance(node, ast.IfExp):
        yield from _leaves(node.body)
        yield from _leaves(node.orelse)
    else:
        yield node


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _assigned(site: Site, name: str) -> Iterator[ast.expr]:
    """What a variable is assigned in the function of a site."""
    around = tree.function(site)
    for node in ast.walk(around.node if around is not None else site.block.tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if isinstance(value, ast.expr) and any(isinstance(each, ast.Name) and each.id == name for each in targets):
            yield value


def _check_parameters(text: str, *, bound: bool) -> None:
    """Refuse what `text()` would read otherwise than the driver does."""
    if bound and _DRIVER.search(text):
        raise NotRepairable("the string has parameters of the driver's own kind")
    if not bound and PARAMETER.search(text):
        raise NotRepairable("a colon in the string would become a parameter")
