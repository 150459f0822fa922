"""What a session holds already: a row that is fetched again is the same object, and what was expired of it is loaded.

Source: https://docs.sqlalchemy.org/en/20/orm/session_basics.html#is-the-session-a-cache
"""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow import reloading
from sessile.flow.loading import eager_strategy, initial_columns
from sessile.flow.values import ClassRef, Entity, Value
from sessile.flow.world import Life, Status, World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessile.flow.machine import Machine
    from sessile.flow.story import Site
    from sessile.flow.values import LoaderOption, Statement
    from sessile.flow.world import ObjectState
    from sessile.orm.mapped import ClassFacts


#: Marks in a statement's chain: it overwrites what objects hold; what leaves no row out.
POPULATE = "populate_existing"
WHOLE = frozenset({POPULATE, "options", "order_by", "execution_options", "distinct"})


def key_of(world: World, node: ast.Call) -> str:
    """The key of `get(Model, key)` as the source spells it, if it says the same all through the function."""
    key = node.args[1] if len(node.args) > 1 else None
    if isinstance(key, ast.Constant):
        return repr(key.value)
    if isinstance(key, ast.Name):
        scope = world.frame.scope.node
        stored = any(
            isinstance(each, ast.Name) and each.id == key.id and isinstance(each.ctx, ast.Store)
            for each in ast.walk(scope)
        )
        return "" if stored else f"{id(scope)} {key.id}"
    return ""


def present(m: Machine, world: World, handle: int, facts: object, key: str, site: Site) -> Entity | None:
    """The object of that key which the session holds already; `get` gives it without SQL unless it is expired."""
    if not key or facts is None:
        return None
    for number, state in world.objects_of(handle):
        if state.facts is not facts or state.identity != key or state.life is not Life.PERSISTENT:
            continue
        found = Entity(number)
        if state.columns is Status.EXPIRED:
            reloading.reloaded(m, world, found, site)
        if world.object(number).columns is Status.LOADED:
            return found
    return None


def held(world: World, handle: int, node: ast.AST) -> bool:
    """Whether `get` is surely answered without SQL: nothing is written before, and nothing can fail."""
    if not isinstance(node, ast.Call) or not node.args or any(each.arg != "options" for each in node.keywords):
        return False
    key, name = key_of(world, node), getattr(node.args[0], "attr", getattr(node.args[0], "id", ""))
    return bool(key) and any(
        state.identity == key and state.facts is not None and state.facts.name == name
        for _, state in world.objects_of(handle)
        if state.life is Life.PERSISTENT and state.columns is Status.LOADED and state.certain
    )


def may_be_held(world: World, handle: int, node: ast.AST) -> bool:
    """Whether `get` may be answered without SQL, by an object that the session has."""
    if not isinstance(node, ast.Call) or not node.args:
        return False
    key, name = key_of(world, node), getattr(node.args[0], "attr", getattr(node.args[0], "id", ""))
    return any(
        (state.facts is None or any(each.name == name for each in state.facts.mro))
        and not (key and state.identity and _differ(key, state.identity))
        for _, state in world.objects_of(handle)
        if state.life is Life.PERSISTENT and state.columns is not Status.EXPIRED
    )


def heal(
    world: World,
    handle: int,
    target: Value | None,
    statement: Statement | None = None,
    key: str = "",
) -> None:
    """Rows of a class are fetched again: what was expired of it may be loaded now. `key`: only the row of that key."""
    facts = target.facts if isinstance(target, ClassRef) else None
    options = statement.options if statement is not None else ()
    for number, state in world.objects_of(handle):
        if facts is not None and state.facts is not None and state.facts is not facts:
            continue
        if key and state.identity and _differ(key, state.identity):
            continue
        if key and state.columns is Status.EXPIRED and _has_twin(world, handle, number, state):
            world.update(number, certain=False)
        elif state.columns is Status.EXPIRED:
            known = state.kept is None and (statement is None or statement.known_options)
            unloaded = _unloaded(state, options) if known else {}
            world.update(
                number,
                columns=Status.UNKNOWN,
                relationships=Status.UNKNOWN,
                attributes=MappingProxyType({**unloaded, **state.attributes}),
            )
        elif options or (statement is not None and facts is not None):
            names = {option.path[0] for option in options if option.path} | _filled_in(state, facts, options)
            unknown = dict.fromkeys(sorted(names), Status.UNKNOWN)
            attributes = {**state.attributes, **unknown, **_loaded(state.attributes)}
            world.update(number, attributes=MappingProxyType(attributes))


def _filled_in(state: ObjectState, facts: ClassFacts | None, options: tuple[LoaderOption, ...]) -> set[str]:
    """What a query loads of an instance that it finds in the session, if that had not loaded it."""
    if facts is None or state.facts is not facts:
        return set()
    deferred = initial_columns(facts, options)
    columns = {each.name for each in facts.columns if each.name in state.attributes and each.name not in deferred}
    return columns | {each.name for each in facts.relationships if eager_strategy(each, options) != "lazy"}


def _has_twin(world: World, handle: int, number: int, state: ObjectState) -> bool:
    """Whether the session holds another element of the same loop over all rows: one of them has another key."""
    if state.item is None or state.identity or state.statement is None or not is_whole(state.statement):
        return False
    return any(
        other.item is not None and other.item.key == state.item.key and other.facts is state.facts and at != number
        for at, other in world.objects_of(handle)
    )


def _unloaded(state: ObjectState, options: tuple[LoaderOption, ...]) -> dict[str, Status]:
    """What no query loads of an expired instance unless it is told to: deferred columns and lazy relationships.

    What the instance was loaded with before does not count for its columns, on any release.
    """
    facts = state.facts
    if facts is None or not facts.complete:
        return {}
    named = {option.path[0] for option in options if option.path}
    deferred = {} if any(not option.path for option in options) else initial_columns(facts, ())
    lazy = {
        each.name: Status.UNLOADED
        for each in facts.relationships
        if each.name not in named and eager_strategy(each, state.options) == "lazy" == eager_strategy(each, ())
    }
    return {**lazy, **deferred}


def is_whole(statement: Statement) -> bool:
    """Whether a statement gives every row of one class, so that no object of it is left out."""
    columns = statement.columns
    entity = len(columns) == 1 and isinstance(columns[0], ClassRef) and not columns[0].alias
    plain = statement.kind == "select" and statement.known_options and not statement.criteria
    return entity and plain and set(statement.chain) <= WHOLE


def fetched_again(m: Machine, world: World, handle: int, statement: Statement, site: Site) -> None:
    """Every row of a class is fetched: what was expired of it is loaded, and with `populate_existing` all of it."""
    target = statement.columns[0]
    for number, state in world.objects_of(handle):
        same = isinstance(target, ClassRef) and state.facts is target.facts and state.life is Life.PERSISTENT
        if not same:
            continue
        if state.dirty is not None or state.kept is not None:
            heal(world, handle, target, statement)
        elif POPULATE in statement.chain or state.columns is Status.EXPIRED:
            reloading.populated(m, world, Entity(number), statement.options, site)
        else:
            reloading.completed(m, world, Entity(number), statement.options, site)


def _differ(one: str, other: str) -> bool:
    """Whether two keys are literals, and not the same."""
    return one != other and all(key[:1] in "'\"-0123456789" and " " not in key for key in (one, other))


def _loaded(attributes: Mapping[str, Status]) -> dict[str, Status]:
    return {name: status for name, status in attributes.items() if status is Status.LOADED}
