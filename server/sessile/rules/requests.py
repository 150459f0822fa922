"""Requests: which functions answer one, and whether a value comes with it.

What a route's handler takes and what `request` holds come with it. A value is followed from the function that uses it,
through parameters to the one that is analysed, and through one assignment there.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.containment import is_parameter, origin_of
from sessile.flow.scopes import own_nodes, target_names

if TYPE_CHECKING:
    from sessile.flow.frames import Frame
    from sessile.flow.scopes import Scope
    from sessile.flow.world import World

#: HTTP's methods, by which routers register functions and views name their methods.
VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
#: Methods of applications and routers whose decorators make a function answer requests.
HANDLES = VERBS | {"route", "api_route", "websocket", "query", "mutation"}
#: What frameworks call the request at hand.
REQUEST = frozenset({"request", "req", "info"})


def answers(scope: Scope) -> bool:
    """Whether a function is the handler of a route, or a method of a view: `@router.get(...)`, `def get(self)`."""
    calls = [each.func for each in scope.decorators if isinstance(each, ast.Call)]
    if any(isinstance(each, ast.Attribute) and each.attr in HANDLES for each in calls):
        return True
    view = scope.parent is not None and isinstance(scope.parent.node, ast.ClassDef) and scope.parent.node.bases
    return bool(view) and getattr(scope.node, "name", "") in VERBS


def of_request(world: World, node: ast.expr) -> bool:
    """Whether an expression of the running function is chosen by whoever sends the request, as far as that is seen."""
    number, node = origin_of(world, node)
    frame = world.frames[number]
    return any(_comes_along(frame, each) for each in (node, *_assigned(frame, node)))


def _comes_along(frame: Frame, node: ast.expr) -> bool:
    names = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
    return any(each.id in REQUEST or (answers(frame.scope) and is_parameter(frame, each)) for each in names)


def _assigned(frame: Frame, node: ast.expr) -> list[ast.expr]:
    """What the function assigns to the variables of an expression."""
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return [
        each.value
        for each in own_nodes(frame.scope.node)
        if isinstance(each, ast.Assign) and any(names & set(target_names(target)) for target in each.targets)
    ]
