"""Every public name of `Select`, and of the DML statements: does the result still hold the same entities?

Source: https://docs.sqlalchemy.org/en/20/core/selectable.html#sqlalchemy.sql.expression.Select
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.orm.api.tables import names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessile.orm.api.tables import Span, Version


class Chain(str, Enum):
    """What a method does to the rows that a statement or a query will give.

    Down to KEEP the entities stay what they are. ADD appends columns: an entity alone becomes a row. REPLACE gives
    other columns. COMPOUND gives rows of columns. FROM_STATEMENT takes its rows from another statement. RETURNING makes
    DML give rows. WRAP leaves the statement for an SQL construct, INSPECT for plain data.
    """

    WHERE = "where"
    JOIN = "join"
    FROM = "from"
    GROUP = "group"
    DISTINCT = "distinct"
    ORDER = "order"
    LIMIT = "limit"
    LOCK = "lock"
    OPTIONS = "options"
    EXECUTION = "execution"
    VALUES = "values"
    KEEP = "keep"
    ADD = "add"
    REPLACE = "replace"
    COMPOUND = "compound"
    FROM_STATEMENT = "from_statement"
    RETURNING = "returning"
    WRAP = "wrap"
    INSPECT = "inspect"

    @property
    def keeps_entities(self) -> bool:
        """Whether the same entities come out, in the same shape."""
        return self not in _CHANGES


_CHANGES = frozenset(
    {Chain.ADD, Chain.REPLACE, Chain.COMPOUND, Chain.FROM_STATEMENT, Chain.RETURNING, Chain.WRAP, Chain.INSPECT}
)


@dataclass(frozen=True, slots=True)
class StatementMethod:
    """One public name of a statement class; `attribute` is read, not called."""

    name: str
    chain: Chain
    attribute: bool = False
    since: Version | None = None
    until: Version | None = None


_SELECT: Mapping[Chain, str] = {
    Chain.WHERE: "where filter filter_by having append_whereclause append_having",
    Chain.JOIN: "join join_from outerjoin outerjoin_from",
    Chain.FROM: "select_from correlate correlate_except append_from append_correlation",
    Chain.GROUP: "group_by append_group_by",
    Chain.DISTINCT: "distinct",
    Chain.ORDER: "order_by append_order_by",
    Chain.LIMIT: "limit offset fetch slice",
    Chain.LOCK: "with_for_update",
    Chain.OPTIONS: "options",
    Chain.EXECUTION: "execution_options",
    Chain.KEEP: """
        add_cte append_prefix apply_labels ext into params prefix_with self_group set_label_style
        suffix_with unique_params with_hint with_statement_hint
    """,
    Chain.ADD: "add_columns append_column column",
    Chain.REPLACE: "with_only_columns reduce_columns",
    Chain.COMPOUND: "union union_all except_ except_all intersect intersect_all",
    Chain.FROM_STATEMENT: "from_statement",
    Chain.WRAP: "alias as_scalar cte exists label lateral replace_selectable scalar_subquery select subquery",
    Chain.INSPECT: """
        apply_syntax_extension_point argument_for compare compile corresponding_column create_legacy_select
        get_children get_dialect_option get_execution_options get_final_froms get_label_style is_derived_from
        execute scalar
    """,
}
_SELECT_ATTRIBUTES = """
    allows_lambda bind c column_descriptions columns columns_clause_froms description dialect_kwargs dialect_options
    entity_namespace exported_columns froms inherit_cache inner_columns is_clause_element is_delete is_dml
    is_from_statement is_insert is_select is_selectable is_text is_update kwargs name_cte_columns
    reflect_only_elements selectable selected_columns stringify_dialect supports_execution uses_inspection whereclause
"""
_SPANS: Mapping[str, Span] = {
    **dict.fromkeys(
        names("""
        append_column append_correlation append_from append_group_by append_having append_order_by append_prefix
        append_whereclause apply_labels bind create_legacy_select execute scalar
        """),
        (None, (2, 0)),
    ),
    **dict.fromkeys(names("c columns select"), (None, (2, 1))),
    **dict.fromkeys(names("ext into apply_syntax_extension_point reflect_only_elements using"), ((2, 1), None)),
    **dict.fromkeys(
        names("""
        argument_for dialect_kwargs dialect_options get_dialect_option is_from_statement kwargs name_cte_columns
        """),
        ((2, 0), None),
    ),
}

_DML: Mapping[Chain, str] = {
    Chain.WHERE: "where filter filter_by using",
    Chain.VALUES: "values ordered_values from_select inline on_conflict_do_nothing on_conflict_do_update",
    Chain.EXECUTION: "execution_options options",
    Chain.KEEP: "add_cte params prefix_with with_hint with_dialect_options return_defaults",
    Chain.RETURNING: "returning",
    Chain.WRAP: "cte",
}


def _methods(groups: Mapping[Chain, str]) -> dict[str, StatementMethod]:
    rows = [(name, chain) for chain, listed in groups.items() for name in names(listed)]
    return {name: StatementMethod(name, chain, False, *_SPANS.get(name, (None, None))) for name, chain in rows}


def _attributes(listed: str) -> dict[str, StatementMethod]:
    spans = {name: _SPANS.get(name, (None, None)) for name in names(listed)}
    return {name: StatementMethod(name, Chain.INSPECT, True, *span) for name, span in spans.items()}


SELECT: Mapping[str, StatementMethod] = MappingProxyType(_methods(_SELECT) | _attributes(_SELECT_ATTRIBUTES))
DML: Mapping[str, StatementMethod] = MappingProxyType(_methods(_DML))
"""Chained methods of `Insert`, `Update` and `Delete`; what only one of them has is not told apart."""

COMPOUND_FUNCTIONS = frozenset(names("union union_all except_ except_all intersect intersect_all"))
AGGREGATES = frozenset(
    names("""
    aggregate_strings array_agg avg bit_and bit_or bool_and bool_or count cume_dist every group_concat json_agg
    json_object_agg jsonb_agg max min percentile_cont percentile_disc stddev stddev_pop stddev_samp string_agg sum total
    var_pop var_samp variance
    """)
)
"""Names after `func.` that give exactly one row when the statement has no GROUP BY and nothing else is selected."""
