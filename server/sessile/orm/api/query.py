"""Every public name of the legacy `Query`: chains keep building, terminals run SQL.

A query of one entity gives that entity itself, not a row; a query of anything else gives rows.
Source: https://docs.sqlalchemy.org/en/20/orm/queryguide/query.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.orm.api.result import Fetch
from sessile.orm.api.statement import Chain
from sessile.orm.api.tables import names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessile.orm.api.tables import Span, Version


class QueryEffect(str, Enum):
    """CHAIN gives another query (see `chain`), FETCH runs it (see `fetch`), the rest is as named."""

    CHAIN = "chain"
    FETCH = "fetch"
    GET = "get"
    UPDATE = "update"
    DELETE = "delete"
    COUNT = "count"
    SQL = "sql"
    PURE = "pure"


@dataclass(frozen=True, slots=True)
class QueryMethod:
    """One public name of `Query`. `io`: runs SQL now, after an autoflush. FETCH never needs `unique()`."""

    name: str
    effect: QueryEffect
    chain: Chain | None = None
    fetch: Fetch | None = None
    io: bool = False
    attribute: bool = False
    since: Version | None = None
    until: Version | None = None


_CHAINS: Mapping[Chain, str] = {
    Chain.WHERE: "where filter filter_by having with_parent",
    Chain.JOIN: "join outerjoin reset_joinpoint",
    Chain.FROM: "select_from select_entity_from correlate with_polymorphic",
    Chain.GROUP: "group_by",
    Chain.DISTINCT: "distinct",
    Chain.ORDER: "order_by",
    Chain.LIMIT: "limit offset slice",
    Chain.LOCK: "with_for_update",
    Chain.OPTIONS: "options with_transformation",
    Chain.EXECUTION: "execution_options populate_existing yield_per autoflush enable_eagerloads enable_assertions",
    Chain.KEEP: """
        apply_labels ext params prefix_with set_label_style suffix_with tuples union union_all except_
        except_all intersect intersect_all with_hint with_labels with_session with_statement_hint
    """,
    Chain.ADD: "add_column add_columns add_entity",
    Chain.REPLACE: "with_entities only_return_tuples from_self",
    Chain.FROM_STATEMENT: "from_statement",
}
_FETCHES: Mapping[str, Fetch] = {
    "__iter__": Fetch.ITERATE,
    "__getitem__": Fetch.ALL,
    "all": Fetch.ALL,
    "first": Fetch.FIRST,
    "one": Fetch.ONE,
    "one_or_none": Fetch.ONE_OR_NONE,
    "scalar": Fetch.SCALAR_ONE_OR_NONE,
    "value": Fetch.SCALAR,
    "values": Fetch.ITERATE,
    "instances": Fetch.ITERATE,
    "merge_result": Fetch.MERGE,
}
_EFFECTS: Mapping[str, QueryEffect] = {
    "get": QueryEffect.GET,
    "update": QueryEffect.UPDATE,
    "delete": QueryEffect.DELETE,
    "count": QueryEffect.COUNT,
    "execute": QueryEffect.FETCH,
}
_SQL = "as_scalar cte exists label scalar_subquery subquery"
_PURE = "get_children get_execution_options"
_ATTRIBUTES = """
    allows_lambda bind column_descriptions dispatch get_label_style is_delete is_dml is_from_statement is_insert
    is_select is_single_entity is_text is_update lazy_loaded_from load_options logger logging_name selectable statement
    supports_execution uses_inspection whereclause
"""
_SPANS: Mapping[str, Span] = {
    **dict.fromkeys(names("bind execute from_self select_entity_from with_polymorphic"), (None, (2, 0))),
    **dict.fromkeys(names("get_children is_from_statement logging_name tuples"), ((2, 0), None)),
    "ext": ((2, 1), None),
}


def _rows() -> list[QueryMethod]:
    rows = [QueryMethod(name, QueryEffect.CHAIN, chain) for chain, listed in _CHAINS.items() for name in names(listed)]
    rows += [QueryMethod(name, QueryEffect.FETCH, fetch=fetch, io=True) for name, fetch in _FETCHES.items()]
    rows += [QueryMethod(name, effect, io=True) for name, effect in _EFFECTS.items()]
    rows += [QueryMethod(name, QueryEffect.SQL) for name in names(_SQL)]
    rows += [QueryMethod(name, QueryEffect.PURE) for name in names(_PURE)]
    return rows + [QueryMethod(name, QueryEffect.PURE, attribute=True) for name in names(_ATTRIBUTES)]


def _dated(row: QueryMethod) -> QueryMethod:
    since, until = _SPANS.get(row.name, (None, None))
    return replace(row, since=since, until=until)


QUERY: Mapping[str, QueryMethod] = MappingProxyType({row.name: _dated(row) for row in _rows()})
