"""How much the lazy loads of a loop matter: whether many items, or somebody who waits, are to be expected."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, TypeGuard

from sessile.flow.scopes import parameters
from sessile.flow.values import UNKNOWN, Criterion, SessionRef
from sessile.orm.api.session import WORKING
from sessile.orm.mapped import Column
from sessile.rules.around import names_session
from sessile.rules.ownership import tests
from sessile.rules.requests import answers
from sessile.rules.unattended import unattended

if TYPE_CHECKING:
    from sessile.flow.events import ItemRelationshipLoaded
    from sessile.flow.frames import Frame
    from sessile.flow.scopes import Scope
    from sessile.flow.story import Site
    from sessile.flow.values import AttributeRef
    from sessile.flow.world import ObjectState

#: So many items are few.
FEW = 10
#: Methods of a session that begin a statement, or run one sooner or later; `refresh` loads what an option would.
STATEMENTS = (WORKING | {"query", "delete"}) - {"refresh", "close", "rollback", "invalidate", "reset", "remove"}
_NAMED = re.compile(r"\bn ?\+ ?1\b", re.IGNORECASE)


def matters_little(event: ItemRelationshipLoaded) -> bool:
    """Whether there are few items for sure, nobody is seen to wait for them, each costs a statement anyway, or the
    author knows; of a many-to-one there may be few other ends."""
    scope = event.world.frames[0].scope
    return (
        tests(event.loop)
        or tests(scope.module)
        or _searches(event.loop)
        or unattended(scope)
        or _is_short(event)
        or commits(event)
        or ((event.one or event.apart) and (_belongs_to_one(event.state) or not answers(scope)))
        or _works_with_session(event)
        or _is_known(scope)
    )


def _is_known(scope: Scope) -> bool:
    """Whether a comment of the function speaks of the queries that it sends."""
    first, last = getattr(scope.node, "lineno", 1), getattr(scope.node, "end_lineno", 0)
    lines = scope.block.text.splitlines()[first - 1 : last]
    return any(_NAMED.search(line.partition("#")[2]) for line in lines)


def commits(event: ItemRelationshipLoaded) -> bool:
    """Whether a turn of the loop commits, on some path, which expires what an option has loaded for the later ones."""
    number = event.state.session
    keeps = number is not None and event.world.session(number).options.expire_on_commit is False
    return not keeps and any(each.method == "commit" for each in event.work)


def _works_with_session(event: ItemRelationshipLoaded) -> bool:
    """Whether the loop's body runs statements of its own for each item, or hands the session to what may."""
    looping = [frame for frame in event.world.frames if any(each.site.key == event.loop.key for each in frame.loops)]
    body = event.loop.node.body if isinstance(event.loop.node, ast.For | ast.AsyncFor) else []
    calls = [node for each in body for node in ast.walk(each) if isinstance(node, ast.Call)]
    return any(_takes_session(frame, each) for frame in looping for each in calls if each is not event.site.node)


def _takes_session(frame: Frame, call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=owner, attr=name) if _is_session(frame, owner):
            return name in STATEMENTS
    return any(_is_session(frame, each) for each in (*call.args, *(keyword.value for keyword in call.keywords)))


def _is_session(frame: Frame, node: ast.expr) -> bool:
    held = frame.variables.get(node.id, UNKNOWN) if isinstance(node, ast.Name) else UNKNOWN
    return isinstance(held, SessionRef) or (held is UNKNOWN and names_session(node))


def _is_short(event: ItemRelationshipLoaded) -> bool:
    """Whether a literal says that there are few items: `.limit(5)`, `[:5]`, or a parameter's default."""
    loop = event.loop.node
    iterated = loop.iter if isinstance(loop, ast.For | ast.AsyncFor | ast.comprehension) else None
    bounds = [node.args[0] for node in ast.walk(origin(event.state).node) if _is_limit(node)]
    if isinstance(iterated, ast.Subscript) and isinstance(iterated.slice, ast.Slice):
        bounds += [iterated.slice.upper] if iterated.slice.upper is not None else []
    return any(_is_few(each) or (isinstance(each, ast.Name) and _is_few(_default(event, each.id))) for each in bounds)


def _is_few(bound: ast.expr | None) -> bool:
    return isinstance(bound, ast.Constant) and isinstance(bound.value, int) and bound.value <= FEW


def _default(event: ItemRelationshipLoaded, name: str) -> ast.expr | None:
    """The default of a parameter of the function that runs the query."""
    query = origin(event.state)
    functions = (
        each for each in ast.walk(query.block.tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    around = [each for each in functions if any(inner is query.node for inner in ast.walk(each))]
    given = [default for each in around for parameter, _, default in parameters(each) if parameter.arg == name]
    return given[-1] if given else None


def _is_limit(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "limit" and len(node.args) == 1


def _belongs_to_one(state: ObjectState) -> bool:
    """Whether the items are the children of one object, not of each of several: reached through a relationship of it,
    or chosen by a foreign key."""
    item = _item(state)
    if item.through is not None:
        return _item(item.through[0]).item is None
    criteria = item.statement.criteria if item.statement is not None else ()
    columns = [each.column for each in criteria if isinstance(each, Criterion) and each.column is not None]
    return any(each.owner is item.facts and _is_foreign_key(each) for each in columns)


def _is_foreign_key(column: AttributeRef) -> bool:
    attribute = column.owner.attributes.get(column.name)
    return isinstance(attribute, Column) and attribute.foreign_key is not None


def _item(state: ObjectState) -> ObjectState:
    """The item of a loop through which an object was reached; where there is none, where it all began."""
    while state.item is None and state.through is not None:
        state = state.through[0]
    return state


def _searches(loop: Site) -> bool:
    """Whether a loop breaks off once it has found what it looks for."""
    body = loop.node.body if isinstance(loop.node, ast.For | ast.AsyncFor) else []
    inner = {node for each in body for node in ast.walk(each) if isinstance(node, ast.For | ast.AsyncFor | ast.While)}
    nested = {node for each in inner for node in ast.walk(each)}
    return any(isinstance(node, ast.Break) and node not in nested for each in body for node in ast.walk(each))


def origin(state: ObjectState) -> Site:
    """Where the query stands that loaded the object, or the one through which it was reached."""
    while state.through is not None:
        state = state.through[0]
    return state.story[0].site
