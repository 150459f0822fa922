"""Reads a class's configuration: `__tablename__`, `__abstract__`, `__mapper_args__`, `__table__`, `__table_args__`."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sessile.orm.annotations import Annotation
from sessile.orm.columns import read_column, sql_type
from sessile.orm.facts import Column, MapperOptions, SqlType
from sessile.orm.members import assigned, flattened, returns
from sessile.orm.scope import dotted, entries, keywords, last_part, text_of, truth_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sessile.orm.facts import Member
    from sessile.orm.scope import Scope


@dataclass(frozen=True, slots=True)
class Configuration:
    """Values of the dunder names by name; for a `declared_attr`, listed in `computed`, what it returns."""

    values: dict[str, ast.expr] = field(default_factory=dict)
    computed: frozenset[str] = frozenset()

    @property
    def abstract(self) -> bool:
        """Whether the class says `__abstract__ = True`."""
        return truth_of(self.values.get("__abstract__")) is True

    @property
    def has_table(self) -> bool:
        """Whether the class names a table of its own."""
        return "__tablename__" in self.values or "__table__" in self.values

    @property
    def tablename(self) -> str | None:
        """The table's name where it is a literal."""
        table = self.values.get("__table__")
        if isinstance(table, ast.Call) and table.args:
            return text_of(table.args[0])
        return text_of(self.values.get("__tablename__"))


def read_configuration(body: Iterable[ast.stmt]) -> Configuration:
    """The configuration that a class body states."""
    values: dict[str, ast.expr] = {}
    computed: set[str] = set()
    for statement in flattened(body):
        named = assigned(statement)
        values.update({name: value for name, _, value in named if value is not None and _configures(name)})
        if isinstance(statement, ast.FunctionDef) and statement.name in ("__mapper_args__", "__tablename__"):
            values[statement.name] = _united(returns(statement))
            computed.add(statement.name)
    return Configuration(values, frozenset(computed))


def _configures(name: str) -> bool:
    return name.startswith("__") or name in ("registry", "type_annotation_map")


def _united(values: list[ast.expr]) -> ast.expr:
    """One expression for what a function returns: its dicts merged, the first return before the later ones."""
    if not values:
        return ast.Constant(None)
    dicts = [entries(each) for each in values]
    if len(values) == 1 or not all(dicts):
        return values[-1]
    merged: dict[str, ast.expr] = {}
    for each in dicts:
        for name, value in each.items():
            same = name not in merged or ast.dump(merged[name]) == ast.dump(value)
            merged[name] = value if same else ast.Name("unknown")
    return ast.Dict(keys=[ast.Constant(name) for name in merged], values=list(merged.values()))


def read_options(configuration: Configuration) -> MapperOptions | None:
    """What `__mapper_args__` sets, None without."""
    if "__mapper_args__" not in configuration.values:
        return None
    given = entries(configuration.values["__mapper_args__"])
    return MapperOptions(
        eager_defaults=truth_of(given.get("eager_defaults")),
        polymorphic_on=_attribute(given.get("polymorphic_on")),
        polymorphic_identity=_literal(given.get("polymorphic_identity")),
        polymorphic_load=text_of(given.get("polymorphic_load")),
        version_id_col=_attribute(given.get("version_id_col")),
        with_polymorphic="with_polymorphic" in given,
        concrete=truth_of(given.get("concrete")) is True,
        computed="__mapper_args__" in configuration.computed,
    )


def read_types(configuration: Configuration, scope: Scope) -> dict[str, SqlType]:
    """What `type_annotation_map`, of the class or of its registry, says of each annotation."""
    registry = configuration.values.get("registry")
    given = configuration.values.get("type_annotation_map")
    if given is None and isinstance(registry, ast.Call):
        given = keywords(registry).get("type_annotation_map")
    if not isinstance(given, ast.Dict):
        return {}
    pairs = [(key, sql_type(value, scope)) for key, value in zip(given.keys, given.values, strict=True)]
    return {ast.unparse(key): found for key, found in pairs if key is not None and found is not None}


def table_columns(configuration: Configuration, scope: Scope) -> dict[str, Column] | None:
    """Columns of `__table__ = Table(...)` by key; None where the table is made elsewhere."""
    table = configuration.values.get("__table__")
    if table is None:
        return {}
    if scope.called(table) != "Table" or not isinstance(table, ast.Call) or "autoload_with" in keywords(table):
        return None
    columns: dict[str, Column] = {}
    for each in table.args:
        if isinstance(each, ast.Call) and scope.called(each) == "Column" and each.args:
            key = text_of(keywords(each).get("key")) or text_of(each.args[0])
            if key is not None:
                columns[key] = read_column(key, each, Annotation(), scope)
    return columns


def with_table(members: dict[str, Member], columns: dict[str, Column]) -> dict[str, Member]:
    """The members of a class with `__table__`, where a bare annotation only gives the Python type of a column."""
    merged: dict[str, Member] = {**columns, **members}
    for name, column in columns.items():
        declared = members.get(name)
        if isinstance(declared, Column):
            merged[name] = replace(column, annotation=declared.annotation)
    return merged


def with_constraints(members: dict[str, Member], configuration: Configuration, scope: Scope) -> dict[str, Member]:
    """The members after the key constraints in `__table_args__`."""
    changed = dict(members)
    for call in _constraints(configuration.values.get("__table_args__"), scope):
        if scope.called(call) == "PrimaryKeyConstraint":
            for name in map(text_of, call.args):
                _change(changed, name, primary_key=True)
        elif len(call.args) > 1:
            for name, reference in zip(_texts(call.args[0]), _texts(call.args[1]), strict=False):
                _change(changed, name, foreign_key=reference)
    return changed


def _change(
    members: dict[str, Member], name: str | None, *, primary_key: bool = False, foreign_key: str | None = None
) -> None:
    column = members.get(name or "")
    if not isinstance(column, Column):
        return
    members[column.name] = replace(
        column,
        primary_key=column.primary_key or primary_key,
        nullable=False if primary_key else column.nullable,
        foreign_key=foreign_key or column.foreign_key,
    )


def _constraints(node: ast.expr | None, scope: Scope) -> Iterator[ast.Call]:
    for each in getattr(node, "elts", []):
        if isinstance(each, ast.Call) and scope.called(each) in ("ForeignKeyConstraint", "PrimaryKeyConstraint"):
            yield each


def _texts(node: ast.expr) -> list[str | None]:
    return [text_of(each) or dotted(each) for each in getattr(node, "elts", [])]


def _literal(node: ast.expr | None) -> str | None:
    return None if node is None else text_of(node) or "?"


def _attribute(node: ast.expr | None) -> str | None:
    return None if node is None else text_of(node) or last_part(dotted(node)) or "?"
