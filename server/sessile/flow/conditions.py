"""Which conditions of a function are asked more than once, so that their answer has to be remembered on a path.

Remembering every condition would keep paths apart that differ in nothing else. A flag that is handed on to a call, or
that a function inside mentions, may be asked for there: then both share one answer.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.containment import origin_of
from sessile.flow.scopes import own_nodes, parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.scopes import Scope
    from sessile.flow.world import World

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
#: Conditions longer than this are not remembered.
LONGEST = 400


def asked(world: World, test: ast.expr) -> tuple[int, str] | None:
    """What identifies the condition on this path, if it is asked again; the same for `is` and `is not`."""
    scope = world.frame.scope
    if isinstance(test, ast.Name) and test.id not in scope.assigned:
        number, origin = origin_of(world, test)
        asker = world.frames[number].scope
        if number == len(world.frames) - 1:
            asker = _around(world, test)
            outer = [place for place, frame in enumerate(world.frames) if frame.scope is asker and asker is not scope]
            if outer and test.id not in asker.assigned:
                number, origin = origin_of(world, test, outer[-1])
                asker = world.frames[number].scope
        key = ast.dump(origin)
        if asker is not scope and isinstance(origin, ast.Name) and key in conditions_of(asker).values():
            return id(asker), key
    condition = conditions_of(scope).get(id(test))
    return None if condition is None else (id(scope), condition)


def _around(world: World, name: ast.Name) -> Scope:
    """The running function whose variable a function inside asks for; the innermost one if that is its own."""
    scope = world.frame.scope
    while scope.parent is not None and isinstance(scope.node, FUNCTIONS):
        if name.id in scope.assigned or any(each.arg == name.id for each, _, _ in parameters(scope.node)):
            break
        scope = scope.parent
    return scope if any(frame.scope is scope for frame in world.frames) else world.frame.scope


def conditions_of(scope: Scope) -> dict[int, str]:
    """What identifies each condition that is asked again, by the identity of its node."""
    if scope.conditions is None:
        scope.conditions = _repeated(scope.node)
    return scope.conditions


def _handed_on(node: ast.AST) -> frozenset[str]:
    """Names that a function gives to the calls that it makes, as they are, or that functions inside of it mention."""
    own = list(own_nodes(node))
    calls = [each for each in own if isinstance(each, ast.Call)]
    given: list[ast.AST] = [each for call in calls for each in (*call.args, *(named.value for named in call.keywords))]
    given += [each for inner in own if isinstance(inner, FUNCTIONS) for each in ast.walk(inner)]
    return frozenset(value.id for value in given if isinstance(value, ast.Name))


def _repeated(node: ast.AST) -> dict[int, str]:
    handed_on = _handed_on(node)
    keys: dict[int, str] = {}
    seen: dict[str, int] = {}
    again: set[str] = set()
    for test, loop in _tests(node, False):
        for atom in _atoms(test):
            if not _stable(atom):
                continue
            key = _key(atom)
            if len(key) > LONGEST:
                continue
            keys[id(atom)] = key
            seen[key] = seen.get(key, 0) + 1
            if loop or (isinstance(atom, ast.Name) and atom.id in handed_on):
                again.add(key)
    return {number: key for number, key in keys.items() if seen[key] > 1 or key in again}


def _tests(node: ast.AST, loop: bool) -> Iterator[tuple[ast.expr, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        inside = loop or isinstance(node, ast.For | ast.AsyncFor | ast.While)
        match child:
            case ast.If(test=test) | ast.IfExp(test=test) | ast.Assert(test=test) | ast.While(test=test):
                yield test, inside
            case ast.BoolOp():
                yield child, inside
        yield from _tests(child, inside)


def _atoms(test: ast.expr) -> Iterator[ast.expr]:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _atoms(operand)
        case ast.BoolOp(values=values):
            for each in values:
                yield from _atoms(each)
        case _:
            yield test


def _key(test: ast.expr) -> str:
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.IsNot | ast.NotEq):
        positive = ast.Is() if isinstance(test.ops[0], ast.IsNot) else ast.Eq()
        return ast.dump(ast.Compare(test.left, [positive], test.comparators))
    return ast.dump(test)


def _stable(test: ast.expr) -> bool:
    """Whether asking again gives the same answer: no calls, nothing awaited."""
    return not any(isinstance(node, ast.Call | ast.Await | ast.Yield | ast.NamedExpr) for node in ast.walk(test))
