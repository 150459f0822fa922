"""Reads the body of a class: each name that it declares, as column, relationship or accessor."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.orm.annotations import Annotation, read_annotation
from sessile.orm.api.tables import names
from sessile.orm.columns import COLUMN_CALLS, read_column, read_field
from sessile.orm.facts import Accessor, Member, Relationship
from sessile.orm.relationships import RELATIONSHIP_CALLS, read_relationship, read_sqlmodel_relationship
from sessile.orm.scope import dotted, entries, keywords, last_part, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sessile.orm.facts import AccessorKind
    from sessile.orm.scope import Scope

Function = ast.FunctionDef | ast.AsyncFunctionDef
_ACCESSOR_CALLS: dict[str, AccessorKind] = {
    "association_proxy": "association_proxy",
    "synonym": "synonym",
    "composite": "composite",
    "hybrid_property": "hybrid",
}
_SCALARS = frozenset(names("int str float bool bytes datetime date time timedelta Decimal UUID"))
_METHODS = frozenset(
    names("""
    abstractmethod classmethod field_validator hybrid_method model_validator overload override reconstructor
    staticmethod validates validator
    """)
)
_MAPPED = frozenset({"Mapped", "MappedSQLExpression", "MappedColumn"})
_DYNAMIC = {"DynamicMapped": "dynamic", "WriteOnlyMapped": "write_only"}
_UNMAPPED = frozenset({"ClassVar", "InitVar"})


def read_members(body: Iterable[ast.stmt], scope: Scope, sqlmodel: bool) -> dict[str, Member]:
    """What a class body declares, by name; configuration such as `__tablename__` is left out."""
    members: dict[str, Member] = {}
    for statement in flattened(body):
        for name, member in _declared(statement, scope, sqlmodel):
            if not _refines(statement, member, members.get(name)):
                members[name] = member
    return members


def read_value(
    name: str, annotation: ast.expr | None, value: ast.expr | None, scope: Scope, sqlmodel: bool = False
) -> Member:
    """The member that `name: annotation = value` declares, in a class body or later by `Class.name = value`."""
    found = read_annotation(annotation, scope)
    value = _from_dataclass_field(value, scope)
    return (
        _called(name, value, found, scope, sqlmodel)
        or _annotated(name, value, found, scope)
        or _sqlmodel_field(name, value, annotation, found, scope, sqlmodel)
        or Accessor(name, "plain", target=found.text)
    )


def flattened(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements in order, those within `if`, `try` and `with` included."""
    for statement in body:
        if isinstance(statement, ast.If):
            yield from flattened([*statement.body, *statement.orelse])
        elif isinstance(statement, ast.Try):
            yield from flattened([*statement.body, *statement.orelse, *statement.finalbody])
        elif isinstance(statement, ast.With):
            yield from flattened(statement.body)
        else:
            yield statement


def assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr | None, ast.expr | None]]:
    """Name, annotation and value of each plain name that a statement binds."""
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        yield statement.target.id, statement.annotation, statement.value
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, None, statement.value


def returns(function: Function) -> list[ast.expr]:
    """What a function returns, in the order of its own `return` statements."""
    found = [each.value for each in flattened(function.body) if isinstance(each, ast.Return)]
    return [value for value in found if value is not None]


def is_declared_attr(function: Function, scope: Scope) -> bool:
    """Whether SQLAlchemy replaces the function by what it returns."""
    return any("declared_attr" in (scope.full(each) or "").split(".") for each in _decorators(function))


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _declared(statement: ast.stmt, scope: Scope, sqlmodel: bool) -> Iterator[tuple[str, Member]]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        if not is_declared_attr(statement, scope):
            yield statement.name, Accessor(statement.name, _function_kind(statement, scope), statement)
        elif not _is_dunder(statement.name):
            values = returns(statement)
            value = values[-1] if values else None
            yield statement.name, read_value(statement.name, statement.returns, value, scope, sqlmodel)
    elif isinstance(statement, ast.ClassDef):
        yield statement.name, Accessor(statement.name, "plain")
    for name, annotation, value in assigned(statement):
        if not _is_dunder(name):
            yield from _inline_columns(value, scope)
            yield name, read_value(name, annotation, value, scope, sqlmodel)


def _refines(statement: ast.stmt, member: Member, before: Member | None) -> bool:
    """Whether a function is the setter or expression of an accessor that is there already."""
    if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) or not isinstance(before, Accessor):
        return False
    parts = [(dotted(each) or "").split(".") for each in _decorators(statement)]
    return any(len(each) > 1 and each[0] == member.name for each in parts)


def _decorators(function: Function) -> list[ast.expr]:
    return [each.func if isinstance(each, ast.Call) else each for each in function.decorator_list]


def _function_kind(function: Function, scope: Scope) -> AccessorKind:
    kinds = [_decorated_kind(each, scope) for each in _decorators(function)]
    return next((kind for kind in kinds if kind in ("property", "hybrid")), "plain" if "plain" in kinds else "method")


def _decorated_kind(decorator: ast.expr, scope: Scope) -> AccessorKind:
    name = last_part(dotted(decorator))
    parts = (scope.full(decorator) or "").split(".")
    if {"hybrid_property", "inplace"} & {*parts} or name in ("expression", "comparator", "update_expression"):
        return "hybrid"
    if name.lower().endswith("property") or name in ("setter", "getter", "deleter", "reify"):
        return "property"
    return "method" if name in _METHODS else "plain"


def _called(name: str, value: ast.expr | None, annotation: Annotation, scope: Scope, sqlmodel: bool) -> Member | None:
    if not isinstance(value, ast.Call):
        return None
    word = scope.called(value)
    if word in RELATIONSHIP_CALLS:
        return read_relationship(name, value, annotation, scope)
    if sqlmodel and scope.plain(value.func) == "Relationship":
        return read_sqlmodel_relationship(name, value, annotation, scope)
    if word in COLUMN_CALLS:
        return read_column(name, value, annotation, scope)
    if word in _ACCESSOR_CALLS:
        return _accessor(name, _ACCESSOR_CALLS[word], value)
    return Accessor(name, "property") if dotted(value.func) == "property" else None


def _accessor(name: str, kind: AccessorKind, call: ast.Call) -> Accessor:
    given = keywords(call)
    texts = [_named(each) for each in call.args]
    if kind == "association_proxy":
        attribute = texts[1] if len(texts) > 1 else text_of(given.get("attr"))
        target = texts[0] if texts else text_of(given.get("target_collection"))
        return Accessor(name, kind, target=target, reads=(target,) if target else (), attribute=attribute)
    reads = tuple(each for each in texts if each)
    if kind == "composite":
        reads = tuple(each for each in reads if not each[:1].isupper())
    elif kind == "synonym":
        reads = reads[:1]
    else:
        reads = ()
    return Accessor(name, kind, target=reads[0] if reads else None, reads=reads)


def _named(node: ast.expr) -> str:
    """The attribute that an argument names: as text, as a name, or as a column declared in place."""
    if isinstance(node, ast.Call):
        return text_of(node.args[0]) or "" if node.args else ""
    return text_of(node) or last_part(dotted(node))


def _inline_columns(value: ast.expr | None, scope: Scope) -> Iterator[tuple[str, Member]]:
    """Columns that are declared in the arguments of `composite(...)`."""
    if isinstance(value, ast.Call) and scope.called(value) == "composite":
        for each in value.args:
            if scope.called(each) in COLUMN_CALLS and (name := _named(each)):
                yield name, read_column(name, each, Annotation(), scope)


def _annotated(name: str, value: ast.expr | None, annotation: Annotation, scope: Scope) -> Member | None:
    if annotation.container in _DYNAMIC:
        return Relationship(name, annotation.target, True, _DYNAMIC[annotation.container], annotation=annotation.text)
    if annotation.container not in _MAPPED:
        return None
    if value is None or isinstance(value, ast.Constant) or annotation.metadata:
        return read_column(name, value, annotation, scope)
    if not annotation.many and last_part(annotation.target) in _SCALARS:
        return read_column(name, value, annotation, scope)
    return None


def _sqlmodel_field(
    name: str, value: ast.expr | None, node: ast.expr | None, annotation: Annotation, scope: Scope, sqlmodel: bool
) -> Member | None:
    if not sqlmodel or node is None or name.startswith("_") or annotation.container in _UNMAPPED:
        return None
    return None if name == "model_config" else read_field(name, value, annotation, scope)


def _from_dataclass_field(value: ast.expr | None, scope: Scope) -> ast.expr | None:
    """`field(metadata={"sa": Column(...)})` holds the declaration of a classic dataclass mapping."""
    if not isinstance(value, ast.Call) or scope.plain(value.func) != "field":
        return value
    declared = entries(keywords(value).get("metadata")).values()
    known = COLUMN_CALLS | RELATIONSHIP_CALLS
    found = (each.body if isinstance(each, ast.Lambda) else each for each in declared)
    return next((each for each in found if scope.called(each) in known), value)
