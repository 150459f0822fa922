"""Building statements and loader options: `select(...)`, its chained methods, `selectinload(...)` and friends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow import single
from sessile.flow.fetching import FROM_TEXT, YIELD_PER, options_in
from sessile.flow.identity import POPULATE
from sessile.flow.loading import UNSEEN
from sessile.flow.records import replace
from sessile.flow.values import (
    NONE,
    UNKNOWN,
    AttributeRef,
    ClassRef,
    CollectionRef,
    Const,
    Criterion,
    LoaderOption,
    Row,
    Scalar,
    Statement,
    Tuple,
    Value,
)
from sessile.orm.api.options import LOADER_OPTIONS
from sessile.orm.api.statement import AGGREGATES, COMPOUND_FUNCTIONS, DML, SELECT, Chain

if TYPE_CHECKING:
    import ast

    from sessile.flow.machine import Machine
    from sessile.flow.story import Site
    from sessile.flow.values import Arguments
    from sessile.flow.world import World

#: Aggregates that give a number whatever they are given.
NUMBERS = frozenset({"count", "avg", "stddev", "stddev_pop", "stddev_samp", "variance", "var_pop", "var_samp"})
#: Methods that make a statement part of an expression.
SUBQUERIES = frozenset({"scalar_subquery", "as_scalar", "label"})
DML_KINDS = frozenset({"insert", "update", "delete"})


def build(m: Machine, world: World, name: str, arguments: Arguments, node: ast.Call) -> Value | None:
    """The value of a call of SQLAlchemy's or SQLModel's own functions, by dotted name; None if it is none of these."""
    root, last = name.partition(".")[0], name.rpartition(".")[2]
    if root not in ("sqlalchemy", "sqlmodel"):
        return None
    site = m.site(world, node)
    if ".func." in f".{name}":
        return _function(last, arguments)
    if last == "select":
        columns = _columns(world, arguments)
        single_one = root == "sqlmodel" and len(arguments.positional) == 1 and not arguments.unpacked
        return Statement("select", columns, sqlmodel=root == "sqlmodel", scalar=single_one, site=site)
    if last in DML_KINDS:
        target = arguments.get(0, "table")
        return Statement(last, site=site, target=target)  # type: ignore[arg-type]  # the kind is the name
    if last == "text":
        from sessile.flow.sql import built_text

        return built_text(m, world, arguments, node)
    if last in COMPOUND_FUNCTIONS:
        first = next((each for each in arguments.positional if isinstance(each, Statement)), Statement("other"))
        return _compound(first, (), site)
    if last == "exists":
        return Scalar(aggregate=True)
    if last == "col" and root == "sqlmodel":
        return arguments.get(0, "column_expression") or UNKNOWN
    if last == "literal_column":
        from sessile.flow.sql import built_column

        return built_column(m, world, arguments, node)
    if last in LOADER_OPTIONS:
        return loader_option(world, last, arguments, ())
    if last == "aliased" and arguments.positional:
        target = arguments.positional[0]
        return replace(target, alias=True) if isinstance(target, ClassRef) else UNKNOWN
    return None


def _function(name: str, arguments: Arguments) -> Value:
    """`func.name(...)`; an aggregate stays one inside `coalesce` and the like."""
    if name in AGGREGATES:
        return Scalar(True, name if arguments.positional else "", "number" if name in NUMBERS else "")
    if any(isinstance(each, Scalar) and each.aggregate for each in arguments.positional):
        return Scalar(aggregate=True, label=name)
    return Criterion(function=True)


def _columns(world: World, arguments: Arguments) -> tuple[Value, ...]:
    """The columns of `select(...)`, the 1.4 spelling with a list included; none where they are not all in sight."""
    if arguments.unpacked:
        return ()
    if len(arguments.positional) == 1 and isinstance(first := arguments.positional[0], CollectionRef):
        return world.collection(first.handle).items
    return arguments.positional


def chained(
    m: Machine,
    world: World,
    statement: Statement,
    name: str,
    chain: Chain | None,
    arguments: Arguments,
    node: ast.Call,
) -> Statement:
    """The statement after one chained method."""
    chain_names = (*statement.chain, name, *(key for key in arguments.keywords if key in (YIELD_PER, POPULATE)))
    if name == "enable_eagerloads":
        return replace(statement, options=(), known_options=False, chain=chain_names)
    if chain is Chain.OPTIONS:
        return _with_options(world, statement, arguments, chain_names)
    if chain is Chain.VALUES:
        computed = tuple(key for key, value in arguments.keywords.items() if _computed(value))
        return replace(statement, computed=(*statement.computed, *computed), chain=chain_names)
    if chain is Chain.WHERE:
        criteria = tuple(arguments.positional)
        if name == "filter_by":
            criteria = _keyword_criteria(statement, arguments, node)
            for value in arguments.keywords.values():
                if isinstance(value, Row):
                    single.bound(m, world, value, node)
        return replace(statement, criteria=(*statement.criteria, *criteria), chain=chain_names)
    if chain is Chain.ADD:
        known = statement.columns and not arguments.unpacked
        columns = (*statement.columns, *_listed(world, arguments.positional)) if known else ()
        return replace(statement, columns=columns, chain=chain_names)
    if chain in (Chain.REPLACE, Chain.RETURNING):
        columns = () if arguments.unpacked else _listed(world, arguments.positional)
        return replace(statement, columns=columns, chain=chain_names)
    if chain is Chain.LIMIT:
        for value in arguments.everything():
            if isinstance(value, Row):
                single.computed(m, world, value, UNKNOWN, node)
    if chain is Chain.COMPOUND:
        return _compound(statement, chain_names, statement.site)
    if chain is Chain.FROM_STATEMENT:
        if isinstance(source := arguments.get(0, "statement"), Statement) and source.kind == "text":
            chain_names = (*chain_names, FROM_TEXT)
        return replace(statement, sqlmodel=False, scalar=False, chain=chain_names)
    if chain in (Chain.WRAP, Chain.INSPECT, None):
        return Statement("other", known_options=False)
    return replace(statement, chain=chain_names)


def _compound(first: Statement, chain: tuple[str, ...], site: Site | None) -> Statement:
    """UNION and the like: rows of columns, named as those of the first SELECT; of an entity only its class is told."""
    columns = first.columns if all(isinstance(each, AttributeRef | Scalar) for each in first.columns) else (UNKNOWN,)
    target = next((each for each in first.columns if isinstance(each, ClassRef)), None)
    return Statement("compound", columns, chain=chain, site=site, target=target)


def _listed(world: World, given: tuple[Value, ...]) -> tuple[Value, ...]:
    """Columns as they are given: one by one, or in one list."""
    return tuple(value for each in given for value in _flat(world, each))


def _computed(value: Value) -> bool:
    return isinstance(value, Criterion) and value.function


def _with_options(world: World, statement: Statement, arguments: Arguments, chain: tuple[str, ...]) -> Statement:
    found = list(statement.options)
    known = statement.known_options and not arguments.unpacked
    for value in arguments.positional:
        options, understood = options_in(world, value)
        found.extend(options)
        known = known and understood
    return replace(statement, options=tuple(found), known_options=known, chain=chain)


def _keyword_criteria(statement: Statement, arguments: Arguments, node: ast.Call) -> tuple[Value, ...]:
    first = statement.target or (statement.columns[0] if statement.columns else None)
    if not isinstance(first, ClassRef) or {"join", "join_from", "outerjoin", "outerjoin_from"} & set(statement.chain):
        return tuple(UNKNOWN for _ in node.keywords)
    return tuple(
        Criterion(AttributeRef(first.facts, each.arg), each.value, arguments.keywords.get(each.arg))
        if each.arg is not None
        else UNKNOWN
        for each in node.keywords
    )


def call_statement(
    m: Machine, world: World, statement: Statement, name: str, arguments: Arguments, node: ast.Call
) -> Value:
    """Call `statement.name(...)`."""
    if statement.kind == "text":
        columns = arguments.positional if name == "columns" and arguments.positional else statement.columns
        return replace(statement, columns=columns) if name in ("columns", "bindparams") else UNKNOWN
    table = DML if statement.kind in DML_KINDS else SELECT
    method = table.get(name)
    if method is None:
        return UNKNOWN
    if name == "exists":
        return Scalar(aggregate=True)
    if method.chain in (Chain.WRAP, Chain.INSPECT):
        return Criterion(function=True) if name in SUBQUERIES else UNKNOWN
    return chained(m, world, statement, name, method.chain, arguments, node)


def loader_option(
    world: World, name: str, arguments: Arguments, prefix: tuple[str, ...], parent: LoaderOption | None = None
) -> Value:
    """The option that a loader function or method gives; `prefix` is the path walked by a chain."""
    spec = LOADER_OPTIONS[name]
    values = [value for given in arguments.positional for value in _flat(world, given)]
    strategy = name
    if name == "raiseload" and arguments.get(1, "sql_only") == Const(True):
        strategy = "raiseload_on_sql"
    wildcard = any(value == Const("*") for value in values)
    names = [value.name for value in values if isinstance(value, AttributeRef)]
    names += [value.value for value in values if isinstance(value, Const) and isinstance(value.value, str)]
    if spec.names == "relationship":
        own = LoaderOption(strategy, () if wildcard else tuple(names[:1]), wildcard=wildcard, nested=parent is not None)
        if not wildcard and not names:
            return UNKNOWN
    elif arguments.unpacked or (len(names) < len(values) and not wildcard):
        return UNKNOWN
    else:
        raises = arguments.keywords.get("raiseload") == Const(True)
        own = LoaderOption(strategy, (), columns=tuple(names), wildcard=wildcard, raises=raises)
    return own if parent is None else _nested(parent, own)


def _nested(parent: LoaderOption, own: LoaderOption) -> LoaderOption:
    """Put an option under the innermost one of a chain."""
    if parent.children and parent.children[-1].path and own.path is not None:
        return replace(parent, children=(*parent.children[:-1], _nested(parent.children[-1], own)))
    return replace(parent, children=(*parent.children, own))


def _flat(world: World, value: Value) -> tuple[Value, ...]:
    match value:
        case Tuple(items=items):
            return items
        case CollectionRef(handle=handle):
            return world.collection(handle).items
    return (value,)


def call_option(world: World, option: LoaderOption, name: str, arguments: Arguments) -> Value:
    """Call a chained method of a loader option: `joinedload(...).selectinload(...)`."""
    if name == "options":
        children = tuple(value for value in arguments.positional if isinstance(value, LoaderOption))
        all_seen = len(children) == len(arguments.positional) and not arguments.unpacked
        return replace(option, children=(*option.children, *children, *(() if all_seen else (UNSEEN,))))
    if name in LOADER_OPTIONS:
        found = loader_option(world, name, arguments, option.path, option)
        return found if isinstance(found, LoaderOption) else _nested(option, UNSEEN)
    return option


def column_method(receiver: Value, name: str, arguments: Arguments) -> Value:
    """`User.name.desc()`, `.in_(...)`, `.is_(...)`: part of a statement, or a column under another name."""
    if name == "label" and isinstance(receiver, Scalar | AttributeRef | Criterion):
        given = arguments.get(0, "name")
        label = given.value if isinstance(given, Const) and isinstance(given.value, str) else ""
        return Scalar(isinstance(receiver, Scalar) and receiver.aggregate, label)
    if isinstance(receiver, Scalar):
        return receiver
    if name in ("is_not", "isnot") and isinstance(receiver, AttributeRef) and arguments.get(0, "other") == NONE:
        return Criterion(present=receiver)
    return Criterion() if isinstance(receiver, AttributeRef | Criterion) else UNKNOWN
