"""Whether a value comes with a request: a parameter of a route's handler, or something that `request` holds.

Followed from the function that uses it, through parameters to the one that is analysed, and through one assignment.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.containment import is_parameter, origin_of
from sessile.flow.scopes import own_nodes, target_names

if TYPE_CHECKING:
    from sessile.flow.frames import Frame
    from sessile.flow.world import World

#: Methods of applications and routers whose decorators make a function answer requests.
HANDLES = frozenset(
    {"get", "post", "put", "patch", "delete", "head", "options", "route", "api_route", "websocket", "query", "mutation"}
)
#: What frameworks call the request at hand.
REQUEST = frozenset({"request", "req", "info"})


def of_request(world: World, node: ast.expr) -> bool:
    """Whether an expression of the running function is chosen by whoever sends the request, as far as that is seen."""
    number, node = origin_of(world, node)
    frame = world.frames[number]
    return any(_comes_along(frame, each) for each in (node, *_assigned(frame, node)))


def _comes_along(frame: Frame, node: ast.expr) -> bool:
    names = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
    return any(each.id in REQUEST or (_answers(frame) and is_parameter(frame, each)) for each in names)


def _answers(frame: Frame) -> bool:
    """Whether a function is the handler of a route."""
    calls = [each.func for each in frame.scope.decorators if isinstance(each, ast.Call)]
    return any(isinstance(each, ast.Attribute) and each.attr in HANDLES for each in calls)


def _assigned(frame: Frame, node: ast.expr) -> list[ast.expr]:
    """What the function assigns to the variables of an expression."""
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return [
        each.value
        for each in own_nodes(frame.scope.node)
        if isinstance(each, ast.Assign) and any(names & set(target_names(target)) for target in each.targets)
    ]
