"""The legacy `Query`: methods that build on, and methods that run it.

Source: https://docs.sqlalchemy.org/en/20/orm/queryguide/query.html
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow import fetching, flask, identity, objects
from sessile.flow.builders import chained
from sessile.flow.events import ClosedResultRead, QueryFetched
from sessile.flow.records import replace
from sessile.flow.using import note_write, use
from sessile.flow.values import (
    SCALAR,
    UNKNOWN,
    AttributeRef,
    ClassRef,
    CollectionRef,
    Criterion,
    Entity,
    Query,
    Row,
    Scalar,
    SessionRef,
    Statement,
    Value,
)
from sessile.flow.world import CollectionState, Openness, ResultState, SessionState, World
from sessile.orm.api.query import QUERY, QueryEffect
from sessile.orm.mapped import Role

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.flow.story import Site
    from sessile.flow.values import Arguments
    from sessile.orm.api.result import Fetch


OR_404 = frozenset({"first_or_404", "get_or_404", "one_or_404"})


def call_query(m: Machine, world: World, query: Query, name: str, arguments: Arguments, node: ast.Call) -> Value:
    """Call `query.name(...)`; Flask-SQLAlchemy's `first_or_404` and the like never give None."""
    if name in OR_404:
        found = call_query(m, world, query, name.removesuffix("_or_404"), arguments, node)
        return replace(found, optional=False) if isinstance(found, Entity | Row) else found
    method = QUERY.get(name)
    if method is None:
        return UNKNOWN
    if method.effect is QueryEffect.CHAIN:
        return replace(query, statement=chained(m, world, query.statement, name, method.chain, arguments, node))
    site = m.site(world, node)
    if method.io:
        used(m, world, query, name, node)
    match method.effect:
        case QueryEffect.GET:
            return _get(m, world, query, arguments, site)
        case QueryEffect.UPDATE | QueryEffect.DELETE:
            if query.session is not None:
                note_write(world, query.session, site, f"{name.upper()} is run", sent=True)
            return SCALAR
        case QueryEffect.COUNT:
            return SCALAR
        case QueryEffect.FETCH if method.fetch is not None:
            return take(m, world, query, name, method.fetch, site)
    return UNKNOWN


def query_of(m: Machine, ref: ClassRef, site: Site) -> Query | None:
    """`Model.query`, by a registry's `query_property()` or by Flask-SQLAlchemy."""
    from sessile.flow.definitions import home
    from sessile.flow.evaluation import evaluate
    from sessile.flow.names import module_world

    if ref.facts.role is not Role.MAPPED:
        return None
    statement = Statement("select", (ref,), site=site)
    for facts in ref.facts.mro:
        scope = home(facts)
        if facts.module.startswith("flask_sqlalchemy"):
            return Query(flask.session_of(m, ref.facts), statement)
        for each in getattr(scope.node, "body", []) if scope is not None else []:
            match each:
                case ast.Assign(
                    targets=[ast.Name(id="query")],
                    value=ast.Call(func=ast.Attribute(value=registry, attr="query_property")),
                ) if scope is not None:
                    owner = evaluate(m, registry, module_world(m, scope.module, scope.block))
                    return Query(owner.handle if isinstance(owner, SessionRef) else None, statement)
    return None


def used(m: Machine, world: World, query: Query, name: str, node: ast.AST) -> None:
    """The query's session is used: it may have ended."""
    if query.session is None:
        return
    from sessile.orm.api.session import Effect

    state = world.session(query.session)
    if state.openness is Openness.CLOSED:
        m.emit(ClosedResultRead(m.site(world, node), world, state, raises=False))
        world.update(query.session, openness=Openness.OPEN)
    use(m, world, query.session, name, Effect.EXECUTE, node, writes=name in ("update", "delete"))


def _get(m: Machine, world: World, query: Query, arguments: Arguments, site: Site) -> Value:
    _emit(m, world, query, "get", site)
    value = _item(m, world, query, site, "get")
    return replace(value, optional=True) if isinstance(value, Entity) else value


def take(m: Machine, world: World, query: Query, name: str, fetch: Fetch, site: Site) -> Value:
    """Run the query and take what `fetch` says."""
    _emit(m, world, query, name, site)
    result = ResultState("scalars", query.statement.columns, query.session, query.statement, via="query", site=site)
    fetching.check_portions(m, world, result, site)
    if query.session is not None and fetch.many and identity.is_whole(query.statement):
        identity.fetched_again(m, world, query.session, query.statement, site)
    elif query.session is not None:
        for column in query.statement.columns:
            if isinstance(column, ClassRef):
                identity.heal(world, query.session, column, query.statement)
    value = _item(m, world, query, site, name)
    if fetch.many:
        return CollectionRef(m.new(world, CollectionState("list", each=value)))
    if fetch.scalar:
        columns = query.statement.columns
        value = value.items[0] if isinstance(value, Row) and columns else value
    optional = fetch.optional or fetch.scalar
    return replace(value, optional=optional) if isinstance(value, Entity | Row) else value


def _item(m: Machine, world: World, query: Query, site: Site, method: str) -> Value:
    """A query of one entity gives entities, of anything else Rows."""
    statement = query.statement
    columns = statement.columns
    how = f"loaded by `{method}`"
    if len(columns) == 1 and isinstance(columns[0], ClassRef):
        origin = statement.site or site
        return fetching.column_value(m, world, query.session, columns[0], statement, origin, how)
    if not columns or (len(columns) == 1 and not isinstance(columns[0], AttributeRef | Scalar | Criterion)):
        return UNKNOWN
    items = tuple(fetching.column_value(m, world, query.session, each, statement, site, how) for each in columns)
    result = ResultState("rows", columns, query.session, statement, via="query", site=statement.site)
    return Row(items, fetching.column_names(columns), m.new(world, result), False, False, method, site)


def _emit(m: Machine, world: World, query: Query, name: str, site: Site) -> None:
    session = world.state(query.session) if query.session is not None else None
    known = session if isinstance(session, SessionState) else None
    m.emit(QueryFetched(site, world, query.statement, query, name, "query", known, site))


__all__ = ["Statement", "call_query", "objects", "take"]
