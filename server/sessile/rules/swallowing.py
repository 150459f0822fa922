"""Whether a handler that catches failures of the database tells anybody; EXC001 to EXC003 share the answer."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from sessile.flow.machine import Kind
from sessile.flow.scopes import own_nodes
from sessile.flow.values import CollectionRef, Const, Tuple
from sessile.rules.aftermath import following, known_later, tries_something_else
from sessile.rules.around import around_session, changes_rows
from sessile.rules.handlers import Deed, deeds, is_broad, is_log, is_stand_in, selects
from sessile.rules.intent import explained, is_commented, is_secondary
from sessile.rules.probing import only_probes
from sessile.rules.serving import serves

if TYPE_CHECKING:
    from sessile.flow.events import HandlerReached
    from sessile.flow.machine import Outcome
    from sessile.flow.values import Value
    from sessile.flow.world import World


#: So often a function gives up in the same way, and says why in its log.
REFUSALS = 2


class Way(Enum):
    """How a failure is hidden."""

    STAND_IN = "a stand-in is returned"
    SILENT = "nothing is done"
    LOGGED = "only a log knows"


@dataclass(frozen=True, slots=True)
class Swallowed:
    """A failure that nobody hears of; `returned` is the `return` that gives the stand-in, if one is written."""

    way: Way
    returned: ast.Return | None = None


def swallowed(event: HandlerReached) -> Swallowed | None:
    """How the handler of an event hides failures of the database; None if it is narrow, or tells of them."""
    handler, function = event.handler, event.world.frame.scope.node
    if handler is None or not is_broad(handler.type) or selects(handler) or only_probes(event) or explained(event):
        return None
    done = deeds(handler, function)
    if Deed.OTHER in done:
        return None
    for outcome in event.outcomes:
        found = _stand_in(event, outcome, function)
        if found is not None:
            return None if _is_the_usual_refusal(found.returned, handler, function) else found
    if Deed.ABSENCE in done or not any(_goes_on(outcome) for outcome in event.outcomes):
        return None
    if (
        tries_something_else(event.statement, function)
        or not around_session(event)
        or not changes_rows(event)
        or is_secondary(event)
        or is_commented(event)
    ):
        return None
    if Deed.LOG in done:
        told = known_later(event.statement, function) or serves(event.statement, event.world.frame.scope)
        return None if told else Swallowed(Way.LOGGED)
    return Swallowed(Way.SILENT) if done <= {Deed.SILENCE, Deed.RETURN} else None


def _is_the_usual_refusal(returned: ast.Return | None, handler: ast.ExceptHandler, function: ast.AST) -> bool:
    """Whether the function says "no" in this way wherever it does, with a line in the log that tells why."""
    if returned is None or returned.value is None or not any(is_log(each) for each in handler.body):
        return False
    bodies = [
        body
        for node in own_nodes(function)
        if node is not handler
        for name in ("body", "orelse")
        if isinstance(body := getattr(node, name, None), list) and len(body) > 1
    ]
    ends = [body for body in bodies if isinstance(body[-1], ast.Return) and is_log(body[-2])]
    return sum(ast.dump(body[-1]) == ast.dump(returned) for body in ends) >= REFUSALS


def _goes_on(outcome: Outcome) -> bool:
    """Whether the program continues as if the work had been done."""
    if outcome.kind is Kind.RETURN:
        node = outcome.site.node if outcome.site is not None else None
        return isinstance(node, ast.Return) and is_stand_in(node.value)
    return outcome.kind is not Kind.RAISE


def _stand_in(event: HandlerReached, outcome: Outcome, function: ast.AST) -> Swallowed | None:
    if outcome.kind is Kind.RAISE or not _gives_values(function):
        return None
    if outcome.kind is Kind.RETURN:
        node = outcome.site.node if outcome.site is not None else None
    elif outcome.kind is Kind.NORMAL:
        node = following(function, event.statement)
    else:
        return None
    if not isinstance(node, ast.Return):
        return Swallowed(Way.STAND_IN) if node is function and _returns_value(event.statement) else None
    plain = is_stand_in(node.value) and (outcome.kind is Kind.RETURN or _returns_value(event.statement))
    return Swallowed(Way.STAND_IN, node) if plain or _left_empty(event, outcome.world, node) else None


def _left_empty(event: HandlerReached, world: World, node: ast.Return) -> bool:
    """Whether a variable is returned that the work should have set and that is still, or again, empty."""
    if not isinstance(node.value, ast.Name):
        return False
    name, handler = node.value.id, event.handler
    values = [each for part in getattr(event.statement, "body", []) for each in _assigned(part, name)]
    if any(isinstance(each, ast.Constant) for each in values):
        return False
    values += [each for part in (handler.body if handler is not None else []) for each in _assigned(part, name)]
    held = world.lookup(name)
    return bool(values) and held is not None and _is_empty(world, held)


def _assigned(tree: ast.AST, name: str) -> list[ast.expr]:
    """What is assigned to a variable in a statement."""
    found: list[ast.expr] = []
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                if any(getattr(each, "id", "") == name for target in targets for each in ast.walk(target)):
                    found.append(value)
            case ast.AnnAssign(target=ast.Name(id=found_name), value=ast.expr() as value) if found_name == name:
                found.append(value)
    return found


def _is_empty(world: World, value: Value) -> bool:
    match value:
        case Const(value=None | False | 0 | ""):
            return True
        case CollectionRef(handle=handle):
            state = world.collection(handle)
            return not state.items and state.each is None
        case Tuple(items=items):
            return all(_is_empty(world, item) for item in items)
    return False


def _gives_values(function: ast.AST) -> bool:
    return any(isinstance(node, ast.Return) and not is_none(node.value) for node in own_nodes(function))


def is_none(value: ast.expr | None) -> bool:
    """No value, or a literal None."""
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _returns_value(statement: ast.stmt) -> bool:
    """Whether the work of a `try` ends in a `return` of what it found."""
    nodes = [node for part in getattr(statement, "body", []) for node in ast.walk(part)]
    return any(isinstance(node, ast.Return) and not is_none(node.value) for node in nodes)
