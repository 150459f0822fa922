"""Reads a class: is it mapped, and what are its columns, relationships and accessors? A pure function of its text.

What cannot be read is left out rather than guessed; `ClassFacts.complete` then says so.
"""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.orm.configuration import (
    Configuration,
    read_configuration,
    read_options,
    read_types,
    table_columns,
    with_constraints,
    with_table,
)
from sessile.orm.facts import Accessor, ClassFacts, Column, MapperOptions, Member, Relationship, Role
from sessile.orm.library import is_base_maker, library_class
from sessile.orm.members import read_members, read_value
from sessile.orm.scope import Scope, keywords, no_aliases, truth_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessile.orm.scope import Aliases, Qualified

__all__ = [
    "Accessor",
    "ClassFacts",
    "Column",
    "MapperOptions",
    "Member",
    "Relationship",
    "Role",
    "declarative_base",
    "flask_model",
    "is_declarative_base_call",
    "read_class",
    "read_value",
]

_BASE_CALLS = frozenset({"declarative_base", "generate_base", "automap_base"})
_MAPPING_DECORATORS = frozenset({"mapped", "mapped_as_dataclass"})
_BASE_DECORATORS = frozenset({"as_declarative", "as_declarative_base"})
_KNOWN_DECORATORS = frozenset({"dataclass", "declarative_mixin", "total_ordering", "final", "runtime_checkable"})
_KNOWN_METACLASSES = frozenset({"DeclarativeMeta", "ABCMeta", "type"})


def read_class(
    node: ast.ClassDef,
    qualified: Qualified,
    classes: Callable[[ast.expr], ClassFacts | None],
    module: str,
    aliases: Aliases = no_aliases,
) -> ClassFacts:
    """Facts of a class statement.

    `qualified` gives the dotted name that an expression stands for after imports, None if it stands for none. `classes`
    gives a class that is known already. `aliases` gives what a type alias (`intpk = Annotated[...]`) was assigned.
    """
    scope = Scope(qualified, aliases)
    bases = tuple(_base(each, scope, classes, module) for each in node.bases)
    known = [base for base in bases if isinstance(base, ClassFacts)]
    scope = Scope(qualified, aliases, {name: found for each in known for name, found in each.all_types.items()})
    is_table = truth_of(keywords_of(node).get("table")) is True
    sqlmodel = is_table or any(base.sqlmodel for base in known)
    configuration = read_configuration(node.body)
    columns = table_columns(configuration, scope)
    members = with_table(read_members(node.body, scope, sqlmodel), columns or {})
    own = with_constraints(members, configuration, scope)
    complete = columns is not None and len(known) == len(bases) and all(base.complete for base in known)
    return ClassFacts(
        node.name,
        module,
        _role(node, bases, configuration, own, is_table, scope),
        node,
        bases,
        MappingProxyType(own),
        sqlmodel,
        complete and _is_closed(node, own, scope),
        _tablename(node, configuration, is_table),
        read_options(configuration),
        MappingProxyType(read_types(configuration, scope)),
    )


def declarative_base(name: str, module: str, bases: tuple[ClassFacts | str, ...] = ()) -> ClassFacts:
    """The class that `declarative_base()` or `registry().generate_base()` makes; `bases` is its `cls=` argument."""
    own: dict[str, Member] = {each: Accessor(each, "plain") for each in ("metadata", "registry")}
    complete = all(isinstance(base, ClassFacts) and base.complete for base in bases)
    return ClassFacts(name, module, Role.ABSTRACT, bases=bases, own=MappingProxyType(own), complete=complete)


def flask_model(name: str, module: str) -> ClassFacts:
    """The class that Flask-SQLAlchemy calls `db.Model`."""
    base = library_class("flask_sqlalchemy.Model")
    return declarative_base(name, module, () if base is None else (base,))


def is_declarative_base_call(node: ast.expr, qualified: Qualified) -> bool:
    """Whether a call makes a declarative base."""
    return isinstance(node, ast.Call) and Scope(qualified).plain(node.func) in _BASE_CALLS


def keywords_of(node: ast.ClassDef) -> dict[str, ast.expr]:
    """Keyword arguments of a class statement."""
    return keywords(ast.Call(func=ast.Name(node.name), args=[], keywords=node.keywords))


def _base(
    node: ast.expr, scope: Scope, classes: Callable[[ast.expr], ClassFacts | None], module: str
) -> ClassFacts | str:
    expression = node.value if isinstance(node, ast.Subscript) else node
    found = classes(expression) or library_class(scope.full(expression))
    if found is not None:
        return found
    if is_declarative_base_call(expression, scope.qualified):
        return declarative_base("Base", module)
    return scope.full(expression) or ast.unparse(expression)


def _decorators(node: ast.ClassDef, scope: Scope) -> set[str]:
    called = [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
    return {each.attr if isinstance(each, ast.Attribute) else scope.plain(each) for each in called}


def _role(
    node: ast.ClassDef,
    bases: tuple[ClassFacts | str, ...],
    configuration: Configuration,
    own: dict[str, Member],
    is_table: bool,
    scope: Scope,
) -> Role:
    roles = {base.role for base in bases if isinstance(base, ClassFacts)}
    decorators = _decorators(node, scope)
    is_base = any(is_base_maker(base) for base in bases) or bool(decorators & _BASE_DECORATORS)
    if is_base or scope.plain(keywords_of(node).get("metaclass")) == "DeclarativeMeta":
        return Role.ABSTRACT
    if any(isinstance(base, ClassFacts) and base.sqlmodel and base.role is Role.MAPPED for base in bases):
        return Role.PYDANTIC
    if is_table or decorators & _MAPPING_DECORATORS:
        return Role.MAPPED
    if roles & {Role.MAPPED, Role.ABSTRACT}:
        return Role.ABSTRACT if configuration.abstract else Role.MAPPED
    if Role.PYDANTIC in roles:
        return Role.PYDANTIC
    unresolved = any(isinstance(base, str) for base in bases)
    declares = configuration.has_table or any(isinstance(each, (Column, Relationship)) for each in own.values())
    if unresolved and declares:
        return Role.ABSTRACT if configuration.abstract else Role.MAPPED
    return Role.MIXIN_OR_PLAIN


def _tablename(node: ast.ClassDef, configuration: Configuration, is_table: bool) -> str | None:
    if is_table and "__tablename__" not in configuration.values:
        return node.name.lower()
    return configuration.tablename


def _is_closed(node: ast.ClassDef, own: dict[str, Member], scope: Scope) -> bool:
    """Whether nothing but the class body and the bases gives the class names."""
    metaclass = keywords_of(node).get("metaclass")
    known = _KNOWN_DECORATORS | _MAPPING_DECORATORS | _BASE_DECORATORS
    return (
        not {"__getattr__", "__getattribute__"} & own.keys()
        and _decorators(node, scope) <= known
        and (metaclass is None or scope.plain(metaclass) in _KNOWN_METACLASSES)
    )
