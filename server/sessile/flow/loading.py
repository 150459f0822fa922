"""Loader options: what they make of a mapping's relationships and columns.

Source: https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.values import LoaderOption
from sessile.flow.world import Life, Status
from sessile.orm.mapped import Column, Relationship

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessile.flow.world import ObjectState
    from sessile.orm.mapped import ClassFacts

#: Strategies, of an option or of the mapping's `lazy=`, that load a relationship together with its owner.
EAGER = frozenset({"joinedload", "selectinload", "subqueryload", "immediateload", "contains_eager"}) | frozenset(
    {"joined", "selectin", "subquery", "immediate"}
)
#: Those of them that become part of the statement.
WITHIN = frozenset({"joinedload", "subqueryload", "joined", "subquery"})
#: Those that take what they load out of the owner's own rows.
JOINING = frozenset({"joinedload", "joined", "contains_eager"})
SILENT = frozenset({"noload"})
RAISING = {"raiseload": "raise", "raiseload_on_sql": "raise_on_sql", "raise": "raise", "raise_on_sql": "raise_on_sql"}
OF_COLUMNS = frozenset({"defer", "undefer"})
RESETS = frozenset({"lazyload", "select", "defaultload"})


def strategy(attribute: Relationship, options: tuple[LoaderOption, ...]) -> str:
    """The strategy in force: the last option for the relationship, else a wildcard, else the mapping's."""
    chosen = attribute.lazy
    if chosen in ("dynamic", "write_only"):  # no option loads these in another way
        return chosen
    for option in options:
        if option.wildcard and not option.path:
            chosen = option.strategy
    for option in options:
        if option.path[:1] == (attribute.name,) and option.strategy != "defaultload":
            chosen = option.strategy if len(option.path) == 1 else chosen
    return chosen


def in_force(state: ObjectState) -> tuple[LoaderOption, ...]:
    """The loader options by which an object's attributes are loaded now.

    While the object is expired as a whole, a relationship is loaded as mapped; once the columns are loaded again, by a
    read, `get` or `refresh`, the options of its query apply again. A query that overwrites it brings its own.
    """
    if state.columns is Status.EXPIRED:
        return ()
    return state.options if state.overwritten is None else state.overwritten


def lasting(options: tuple[LoaderOption, ...]) -> tuple[LoaderOption, ...]:
    """The options that apply when an object is loaded again: `contains_eager` needs the join of its own query."""
    return tuple(option for option in options if not (option.strategy == "contains_eager" and len(option.path) == 1))


def outlasting(options: tuple[LoaderOption, ...]) -> tuple[LoaderOption, ...]:
    """The options that an object has once it was expired or refreshed as a whole: `raiseload("*")` is gone then."""
    return tuple(each for each in options if not each.wildcard or each.nested or each.strategy in OF_COLUMNS)


def refreshing(options: tuple[LoaderOption, ...], version: tuple[int, ...]) -> tuple[LoaderOption, ...]:
    """The options for columns that `refresh` applies: those of the query from 2.0 on; a reload never applies any."""
    return options if version >= (2, 0) else tuple(option for option in options if option.path)


def reapplied(
    facts: ClassFacts | None, options: tuple[LoaderOption, ...], version: tuple[int, ...]
) -> tuple[LoaderOption, ...]:
    """The options for relationships that `refresh` applies: before 2.0 none to one that the mapping never loads."""
    if facts is None or version >= (2, 0):
        return options
    never = {name for name, each in facts.attributes.items() if _never_loads(each)}
    return tuple(option for option in options if not never & set(option.path[:1]))


def heeded(
    facts: ClassFacts | None, options: tuple[LoaderOption, ...], version: tuple[int, ...]
) -> tuple[LoaderOption, ...]:
    """The options that a query heeds: before 2.0 `immediateload()` fetches nothing where the mapping never loads."""
    if facts is None or version >= (2, 0):
        return options
    ignored = {(name,) for name, each in facts.attributes.items() if _never_loads(each)}
    return tuple(option for option in options if option.strategy != "immediateload" or option.path not in ignored)


def _never_loads(attribute: object) -> bool:
    return isinstance(attribute, Relationship) and attribute.lazy == "noload"


def eager_strategy(attribute: Relationship, options: tuple[LoaderOption, ...], *, whole: bool = False) -> str:
    """ "eager", "noload" or "lazy"; nothing becomes part of a statement that comes `whole`, by `from_statement`."""
    chosen = strategy(attribute, options)
    if chosen in EAGER and not (whole and chosen in WITHIN):
        return "eager"
    return "noload" if chosen in SILENT else "lazy"


def raises_when_lazy(attribute: Relationship, options: tuple[LoaderOption, ...]) -> str | None:
    """ "raise" or "raise_on_sql" where a lazy load of the relationship is forbidden.

    An eager option loads with the query only: what is not in memory later is loaded as mapped.
    """
    chosen = strategy(attribute, options)
    return RAISING.get(attribute.lazy if chosen in EAGER else chosen)


def forbidden(attribute: Relationship, state: ObjectState) -> str | None:
    """The same for an object as it is now: reloading an expired one loads what its query's options name, too."""
    reloading = state.columns is Status.EXPIRED and state.life is Life.PERSISTENT
    if reloading and attribute.lazy != "raise" and eager_strategy(attribute, state.options) != "lazy":
        return None
    return raises_when_lazy(attribute, in_force(state))


def raises_column(column: Column, options: tuple[LoaderOption, ...]) -> bool:
    """Whether reading the column unloaded is forbidden, by the mapping or by `raiseload=True` of an option."""
    named = [option for option in options if not option.path and option.strategy in ("defer", "load_only", "undefer")]
    for option in reversed(named):
        if option.strategy == "load_only" or column.name in option.columns or option.wildcard:
            return option.raises
    return column.raiseload


#: Stands among options for others that cannot be seen.
UNSEEN = LoaderOption("unseen", ())


def child_options(options: tuple[LoaderOption, ...], name: str) -> tuple[LoaderOption, ...]:
    """The options that apply to the objects behind a relationship."""
    return tuple(child for option in options if option.path[:1] == (name,) for child in option.children)


def initial_columns(facts: ClassFacts | None, options: tuple[LoaderOption, ...]) -> Mapping[str, Status]:
    """Columns that a query leaves unloaded: deferred ones, and all but those that `load_only` names."""
    if facts is None:
        return {}
    columns = {name: item for name, item in facts.attributes.items() if isinstance(item, Column)}
    missing = {name for name, column in columns.items() if column.deferred}
    for option in options:
        if option.path:
            continue
        if option.strategy == "load_only":
            missing = {
                name for name, column in columns.items() if name not in option.columns and not column.primary_key
            }
        elif option.strategy == "defer":
            missing |= set(columns) - _keys(columns) if option.wildcard else set(option.columns)
        elif option.strategy in ("undefer", "undefer_group", "with_expression"):
            missing -= missing if option.wildcard or option.strategy == "undefer_group" else set(option.columns)
    return dict.fromkeys(sorted(missing), Status.DEFERRED)


def _keys(columns: Mapping[str, Column]) -> set[str]:
    return {name for name, column in columns.items() if column.primary_key}
