"""Reads column declarations: `Column`, `mapped_column`, SQLModel's `Field`, and what wraps them."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from sessile.orm.api.tables import names
from sessile.orm.facts import Column, SqlType
from sessile.orm.scope import dotted, entries, keywords, last_part, text_of, truth_of

if TYPE_CHECKING:
    from sessile.orm.annotations import Annotation
    from sessile.orm.scope import Scope

COLUMN_CALLS = frozenset(names("Column mapped_column column_property deferred query_expression"))
_MUTABLE_TYPES = frozenset(names("JSON JSONB ARRAY HSTORE PickleType MutableType"))
_SQL_CALLS = frozenset(names("text literal_column select FetchedValue nextval case cast literal null"))


def read_column(name: str, value: ast.expr | None, annotation: Annotation, scope: Scope) -> Column:
    """The column that `name: annotation = value` declares."""
    column = _typed(Column(name, annotation=annotation.text), scope.types.get(annotation.core or ""))
    for each in annotation.metadata:
        column = _applied(column, each, scope)
    column = _applied(column, value, scope)
    return _with_nullable(column, annotation)


def read_field(name: str, value: ast.expr | None, annotation: Annotation, scope: Scope) -> Column:
    """The column that a SQLModel field declares."""
    column = Column(name, annotation=annotation.text)
    for each in (*annotation.metadata, value):
        if isinstance(each, ast.Call) and scope.plain(each.func) == "Field":
            column = _with_field(column, each, scope)
        elif each is value and each is not None:
            column = replace(column, default=True)
    return _with_nullable(column, annotation)


def sql_type(node: ast.expr, scope: Scope) -> SqlType | None:
    """The type that `JSON`, `String(50)`, `MutableDict.as_mutable(JSON)` and the like name."""
    expression = node.func if isinstance(node, ast.Call) else node
    name = scope.plain(expression) or getattr(expression, "attr", "")
    if name == "with_variant" and isinstance(expression, ast.Attribute):
        return sql_type(expression.value, scope)
    if name == "as_mutable" and isinstance(node, ast.Call) and node.args:
        inner = sql_type(node.args[0], scope)
        return None if inner is None else replace(inner, plain_json=False)
    return SqlType(name, name in _MUTABLE_TYPES) if name else None


def is_sql_expression(node: ast.expr, scope: Scope) -> bool:
    """Whether the database computes the value: `func.now()`, `text(...)`, and calls on such."""
    if not isinstance(node, ast.Call):
        return False
    name = scope.full(node.func)
    if name is None:
        inner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        return is_sql_expression(inner, scope)
    parts = name.split(".")
    return "func" in parts[:-1] or (last_part(name) in _SQL_CALLS and scope.word(node.func) is not None)


def _with_nullable(column: Column, annotation: Annotation) -> Column:
    if column.nullable is not None or annotation.text is None:
        return replace(column, nullable=False) if column.nullable is None and column.primary_key else column
    return replace(column, nullable=annotation.optional and not column.primary_key)


def _applied(column: Column, node: ast.expr | None, scope: Scope) -> Column:
    """The column after one more declaration, which overrides what earlier ones said."""
    word = scope.called(node)
    if not isinstance(node, ast.Call) or word not in COLUMN_CALLS:
        return column
    given = keywords(node)
    if word in ("Column", "mapped_column"):
        return _with_arguments(column, node, given, scope)
    if word == "query_expression":
        return replace(column, expression=True, query_expression=True)
    wrapped = node.args[0] if node.args else None
    is_column = scope.called(wrapped) in ("Column", "mapped_column")
    column = _applied(column, wrapped, scope) if is_column else replace(column, expression=True)
    return replace(
        column,
        deferred=column.deferred or word == "deferred" or truth_of(given.get("deferred")) is True,
        raiseload=truth_of(given.get("raiseload")) is True,
        expire_on_flush=truth_of(given.get("expire_on_flush")) is not False,
    )


def _with_arguments(column: Column, call: ast.Call, given: dict[str, ast.expr], scope: Scope) -> Column:
    for each in call.args:
        column = _with_positional(column, each, scope)
    if "type_" in given:
        column = _with_type(column, given["type_"], scope)
    return _with_keywords(column, given, scope)


def _with_positional(column: Column, node: ast.expr, scope: Scope) -> Column:
    if text_of(node) is not None or isinstance(node, (ast.Constant, ast.Starred)):
        return column
    word = scope.called(node)
    if word == "ForeignKey" and isinstance(node, ast.Call):
        return replace(column, foreign_key=_reference(node))
    if word == "Computed":
        return replace(column, server_default=True, onupdate=True)
    if word in ("FetchedValue", "Identity"):
        return replace(column, server_default=True)
    if word in ("Sequence", "CheckConstraint", "DefaultClause"):
        return column
    return _with_type(column, node, scope)


def _reference(call: ast.Call) -> str | None:
    argument = call.args[0] if call.args else keywords(call).get("column")
    return text_of(argument) or dotted(argument)


def _with_type(column: Column, node: ast.expr, scope: Scope) -> Column:
    return _typed(column, sql_type(node, scope))


def _typed(column: Column, found: SqlType | None) -> Column:
    return column if found is None else replace(column, type=found.name, plain_json=found.plain_json)


def _with_keywords(column: Column, given: dict[str, ast.expr], scope: Scope) -> Column:
    default, onupdate = given.get("default", given.get("insert_default")), given.get("onupdate")
    by_server = _is_set(given.get("server_default")) or (default is not None and is_sql_expression(default, scope))
    unloaded = _is_set(given.get("server_onupdate")) or (onupdate is not None and is_sql_expression(onupdate, scope))
    return replace(
        column,
        primary_key=_flag(given, "primary_key", column.primary_key),
        deferred=_flag(given, "deferred", column.deferred),
        raiseload=_flag(given, "deferred_raiseload", column.raiseload),
        default=column.default or default is not None or "default_factory" in given,
        server_default=column.server_default or by_server,
        onupdate=column.onupdate or unloaded,
        nullable=column.nullable if "nullable" not in given else truth_of(given["nullable"]),
    )


def _with_field(column: Column, call: ast.Call, scope: Scope) -> Column:
    given = keywords(call)
    if "sa_column" in given:
        return _applied(column, given["sa_column"], scope)
    column = replace(column, default=bool(call.args) or "default" in given or "default_factory" in given)
    for each in getattr(given.get("sa_column_args"), "elts", []):
        column = _with_positional(column, each, scope)
    if "sa_type" in given:
        column = _with_type(column, given["sa_type"], scope)
    column = _with_keywords(column, entries(given.get("sa_column_kwargs")), scope)
    return replace(
        column,
        primary_key=_flag(given, "primary_key", column.primary_key),
        foreign_key=text_of(given.get("foreign_key")) or column.foreign_key,
        nullable=column.nullable if "nullable" not in given else truth_of(given["nullable"]),
    )


def _flag(given: dict[str, ast.expr], name: str, before: bool) -> bool:
    found = truth_of(given.get(name))
    return before if found is None else found


def _is_set(node: ast.expr | None) -> bool:
    return node is not None and not (isinstance(node, ast.Constant) and node.value is None)
