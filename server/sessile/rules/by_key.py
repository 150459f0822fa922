"""Fetches of one object by its primary key, and nothing else, which `session.get()` can do.

Judged twice: by what the statement is on this path, and by its source, which must build it in one way only, so that no
other path adds criteria. `data` of these problems: `fetch` is the Site of the fetch, `run` that of the call that runs
the statement, `session` the expression that is the session (None for `Model.query`), `entity` and `key` the expressions
of the class and of the key, `options` a tuple of the arguments of `.options(...)`, `method` the fetch's name,
`variables` the names that the statement and the result have on the way, `asynchronous` whether the session is awaited.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.flow.values import NONE, AttributeRef, ClassRef, Const, Criterion, Query, Scalar, Statement
from sessile.orm.mapped import Role
from sessile.rules.telling import problem, source_of

if TYPE_CHECKING:
    from sessile.flow.events import QueryFetched
    from sessile.flow.story import Site
    from sessile.orm.mapped import ClassFacts
    from sessile.rules.rule import Problem, Rule

FILTERING = frozenset({"where", "filter", "filter_by"})
HARMLESS = FILTERING | {"options", "limit"}
#: What of a result gives the object itself.
SCALARS = {
    "execute/rows": frozenset({"scalar", "scalar_one", "scalar_one_or_none"}),
    "execute/scalars": frozenset({"first", "one", "one_or_none"}),
    "scalars/scalars": frozenset({"first", "one", "one_or_none"}),
    "exec/scalars": frozenset({"first", "one", "one_or_none"}),
    "scalar/scalars": frozenset({"scalar"}),
    "query": frozenset({"first", "one", "one_or_none", "scalar"}),
}
RAISING = frozenset({"one", "scalar_one"})
VIEWS = frozenset({"scalars", "unique"})


@dataclass(frozen=True, slots=True)
class Lookup:
    """The parts of a fetch by key, as the source has them."""

    facts: ClassFacts
    entity: ast.expr
    key: ast.expr
    options: tuple[ast.expr, ...]
    session: ast.expr | None
    variables: tuple[str, ...]


def lookup(event: QueryFetched) -> Lookup | None:
    """The parts of a fetch that is no more than a look-up by primary key."""
    if not _is_in_sight(event):
        return None
    facts = _facts(event.statement)
    key = _key(event.statement, facts) if facts is not None else None
    if facts is None or key is None:
        return None
    source = Source(event.world.frame.scope.node)
    start = _start(source, event)
    if start is None:
        return None
    expression, session = start
    links = source.links(expression, event.statement.site)
    if links is None or [name for name, _ in links] != list(event.statement.chain):
        return None
    options = tuple(each for name, call in links if name == "options" for each in call.args)
    entity = _entity(event.statement.site)
    if entity is None or any("with_loader_criteria" in ast.dump(each) for each in options):
        return None
    return Lookup(facts, entity, key, options, session, tuple(source.passed))


def _is_in_sight(event: QueryFetched) -> bool:
    """Whether the fetch gives the object itself, here, out of what is certainly a session."""
    if len(event.world.frames) > 1 or event.method not in SCALARS.get(event.via, ()):
        return False
    if event.session is None:
        return event.query is not None
    return not event.session.guessed


def _start(source: Source, event: QueryFetched) -> tuple[ast.expr, ast.expr | None] | None:
    """The expression that is fetched from (a Query), or that is run (a statement), and the session."""
    fetch = event.site.node
    if not isinstance(fetch, ast.Call) or not isinstance(fetch.func, ast.Attribute):
        return None
    if event.query is not None:
        # `first_or_404()` of Flask-SQLAlchemy is told as `first`, but does more.
        return (fetch.func.value, _owner(event.statement.site)) if fetch.func.attr == event.method else None
    run = _run(source, fetch, event.run)
    if run is None or len(run.args) != 1 or run.keywords or not isinstance(run.func, ast.Attribute):
        return None
    return run.args[0], run.func.value


def _facts(statement: Statement) -> ClassFacts | None:
    """The class, if its one object is all that is selected and nothing but a key can be lost."""
    column = statement.columns[0] if len(statement.columns) == 1 else None
    if statement.kind != "select" or not isinstance(column, ClassRef) or column.alias:
        return None
    facts = column.facts
    if facts.role is not Role.MAPPED or not facts.complete or len(facts.primary_key) != 1:
        return None
    return facts if set(statement.chain) <= HARMLESS else None


def _key(statement: Statement, facts: ClassFacts) -> ast.expr | None:
    """The expression that the primary key is compared with, if that is the only criterion."""
    match statement.criteria:
        case (Criterion(column=AttributeRef(owner=owner, name=name), other=ast.expr() as other, operand=operand),):
            if name == facts.primary_key[0] and facts.inherits(owner) and _is_plain(operand, other):
                return other
    return None


def _is_plain(operand: object, node: ast.expr) -> bool:
    """Whether a value is no SQL expression, nor None."""
    if operand == NONE or isinstance(operand, AttributeRef | Criterion | Statement | Query | ClassRef):
        return False
    if isinstance(operand, Scalar) and operand.aggregate:
        return False
    return isinstance(operand, Const | Scalar) or not any(
        isinstance(each, ast.Attribute) and each.attr in ("c", "columns", "any_", "all_") for each in ast.walk(node)
    )


def _run(source: Source, node: ast.Call, site: Site | None) -> ast.Call | None:
    """The call that runs the statement, if the fetch leads back to it through views of the result only."""
    expression: ast.expr = node
    while site is not None:
        expression = source.settled(expression)
        if isinstance(expression, ast.Await):
            expression = expression.value
        elif expression is site.node and isinstance(expression, ast.Call):
            return expression
        elif isinstance(expression, ast.Call) and isinstance(expression.func, ast.Attribute) and not expression.args:
            if expression is not node and expression.func.attr not in VIEWS:
                return None
            expression = expression.func.value
        else:
            return None
    return None


def _entity(site: Site | None) -> ast.expr | None:
    """The class in `select(Model)`, `session.query(Model)` or `Model.query`."""
    match site.node if site is not None else None:
        case ast.Call(args=[entity]) | ast.Attribute(value=entity):
            return entity
    return None


def _owner(site: Site | None) -> ast.expr | None:
    """The session of `session.query(Model)`; None for `Model.query`."""
    node = site.node if site is not None else None
    return node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None


def found_by_key(rule: Rule, event: QueryFetched) -> Problem | None:
    """The problem of a fetch that `session.get()` can do."""
    found = lookup(event)
    if found is None:
        return None
    name, key = found.facts.name, source_of(found.key)
    get = f"session.get({name}, {key}{', options=[...]' if found.options else ''})"
    message = (
        f"this fetches one {name} by its primary key, which `{get}` does as well and without SQL if the object is in "
        f"the session"
    )
    if event.method in RAISING:
        message += f"; `.{event.method}()` raises NoResultFound where get() gives None, as `get_one()` does"
    data = {
        "fetch": event.site,
        "run": event.run,
        "session": found.session,
        "entity": found.entity,
        "key": found.key,
        "options": found.options,
        "method": event.method,
        "variables": found.variables,
        "asynchronous": event.session is not None and event.session.asynchronous,
    }
    return problem(rule, event, message, data=data)


class Source:
    """The source of one function: chains of calls, through variables that are bound once."""

    def __init__(self, function: ast.AST) -> None:
        self.nodes = list(ast.walk(function))
        self.passed: list[str] = []

    def settled(self, expression: ast.expr) -> ast.expr:
        """What a name was assigned, if that happens at one place only."""
        if not isinstance(expression, ast.Name):
            return expression
        name = expression.id
        stores = [each for each in self.nodes if isinstance(each, ast.Name) and each.id == name]
        given = any(isinstance(each, ast.arg) and each.arg == name for each in self.nodes)
        if given or sum(not isinstance(each.ctx, ast.Load) for each in stores) != 1:
            return expression
        for each in self.nodes:
            match each:
                case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                    self.passed.append(name)
                    return value
                case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if found == name:
                    self.passed.append(name)
                    return value
        return expression

    def links(self, expression: ast.expr, origin: Site | None) -> list[tuple[str, ast.Call]] | None:
        """The methods chained onto the call that began the statement, first one first; None if there is more to it."""
        found: list[tuple[str, ast.Call]] = []
        while origin is not None:
            expression = self.settled(expression)
            if expression is origin.node:
                return found[::-1]
            if not isinstance(expression, ast.Call) or not isinstance(expression.func, ast.Attribute):
                return None
            if expression.func.attr == "limit" and ast.dump(ast.Tuple(expression.args)) != ast.dump(_ONE):
                return None
            found.append((expression.func.attr, expression))
            expression = expression.func.value
        return None


_ONE = ast.Tuple([ast.Constant(1)])
