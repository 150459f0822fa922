"""How names in a class body are read: what they stand for after imports, and which of them are SQLAlchemy's words."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.orm.api.tables import names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessile.orm.facts import SqlType

Qualified = Callable[[ast.expr], "str | None"]
Aliases = Callable[[ast.expr], "ast.expr | None"]

_ROOTS = frozenset(names("sqlalchemy sqlmodel flask_sqlalchemy sqlalchemy_utils advanced_alchemy geoalchemy2"))
_FOREIGN = frozenset(names("rich textual pandas polars django peewee pony tortoise wtforms marshmallow"))
_WORDS = frozenset(
    names("""
    ARRAY AssociationProxy Column Computed DynamicMapped FetchedValue ForeignKey ForeignKeyConstraint HSTORE Identity
    JSON JSONB Mapped MappedAsDataclass MappedSQLExpression PickleType PrimaryKeyConstraint Table WriteOnlyMapped
    association_proxy backref column_property composite declared_attr deferred dynamic_loader foreign hybrid_method
    hybrid_property mapped_column query_expression relation relationship remote synonym
    """)
)


def no_aliases(_: ast.expr) -> ast.expr | None:
    """An alias resolver that knows none."""
    return None


def dotted(node: ast.expr | None) -> str | None:
    """`a.b.c` as text, None for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (value := dotted(node.value)) is not None:
        return f"{value}.{node.attr}"
    return None


def last_part(name: str | None) -> str:
    """What stands after the last dot."""
    return (name or "").rpartition(".")[2]


def text_of(node: ast.expr | None) -> str | None:
    """The value of a string literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def truth_of(node: ast.expr | None) -> bool | None:
    """The value of a boolean literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, bool) else None


def keywords(call: ast.Call) -> dict[str, ast.expr]:
    """Keyword arguments by name, those of `**{...}` literals included."""
    found: dict[str, ast.expr] = {}
    for each in call.keywords:
        if each.arg is not None:
            found[each.arg] = each.value
        else:
            found.update(entries(each.value))
    return found


def entries(node: ast.expr | None) -> dict[str, ast.expr]:
    """The entries of a dict literal or of a `dict(...)` call whose keys are plain names."""
    if isinstance(node, ast.Dict):
        pairs = [(text_of(key), value) for key, value in zip(node.keys, node.values, strict=True)]
        return {key: value for key, value in pairs if key is not None}
    if isinstance(node, ast.Call) and dotted(node.func) == "dict":
        return {each.arg: each.value for each in node.keywords if each.arg is not None}
    return {}


@dataclass(frozen=True, slots=True)
class Scope:
    """`qualified`: the dotted name that an expression stands for. `aliases`: what a type alias was assigned.

    `types`: the SQL types that a `type_annotation_map` gives to annotations.
    """

    qualified: Qualified
    aliases: Aliases = no_aliases
    types: Mapping[str, SqlType] = field(default_factory=dict)

    def full(self, node: ast.expr) -> str | None:
        """The dotted name after imports, else as written."""
        return self.qualified(node) or dotted(node)

    def word(self, node: ast.expr | None) -> str | None:
        """The SQLAlchemy or SQLModel name that an expression stands for, None if it cannot be one.

        A name from elsewhere counts if it is one of SQLAlchemy's distinctive words, since projects re-export them.
        """
        name = None if node is None else self.full(node)
        if name is None:
            return None
        root, last = name.partition(".")[0], last_part(name)
        if root in _ROOTS:
            return last
        return last if last in _WORDS and root not in _FOREIGN else None

    def called(self, node: ast.expr | None) -> str | None:
        """The word that a call calls."""
        return self.word(node.func) if isinstance(node, ast.Call) else None

    def plain(self, node: ast.expr | None) -> str:
        """Last part of any name, whatever its root; empty for other expressions."""
        return last_part(self.full(node)) if node is not None else ""
