"""Reads relationship declarations: `relationship`, `dynamic_loader`, SQLModel's `Relationship`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.orm.api.options import LAZY
from sessile.orm.facts import Relationship
from sessile.orm.scope import dotted, entries, keywords, text_of, truth_of

if TYPE_CHECKING:
    from sessile.orm.annotations import Annotation
    from sessile.orm.scope import Scope

RELATIONSHIP_CALLS = frozenset({"relationship", "relation", "dynamic_loader"})
UNKNOWN_LAZY = "unknown"
_BY_CONTAINER = {"DynamicMapped": "dynamic", "WriteOnlyMapped": "write_only"}
_COLLECTIONS = frozenset({"dynamic", "write_only"})


def read_relationship(name: str, call: ast.Call, annotation: Annotation, scope: Scope) -> Relationship:
    """The relationship that `name: annotation = relationship(...)` declares."""
    given = keywords(call)
    argument = call.args[0] if call.args else given.get("argument")
    default = "dynamic" if scope.called(call) == "dynamic_loader" else "select"
    if len(call.args) > 1:
        given.setdefault("secondary", call.args[1])
    return _read(name, _target(argument) or annotation.target, given, annotation, default)


def read_sqlmodel_relationship(name: str, call: ast.Call, annotation: Annotation, scope: Scope) -> Relationship:
    """The relationship that `name: annotation = Relationship(...)` declares."""
    given = keywords(call)
    inner = given.get("sa_relationship")
    if isinstance(inner, ast.Call):
        return read_relationship(name, inner, annotation, scope)
    merged = {**given, **entries(given.get("sa_relationship_kwargs"))}
    if "link_model" in given:
        merged.setdefault("secondary", given["link_model"])
    argument = merged.get("argument")
    return _read(name, _target(argument) or annotation.target, merged, annotation, "select")


def lazy_of(node: ast.expr | None, default: str) -> str:
    """The strategy that `lazy=` names; unknown where it is computed."""
    if node is None:
        return default
    if not isinstance(node, ast.Constant):
        return UNKNOWN_LAZY
    return LAZY.get(node.value, UNKNOWN_LAZY)


def _read(
    name: str, target: str | None, given: dict[str, ast.expr], annotation: Annotation, default: str
) -> Relationship:
    lazy = lazy_of(given.get("lazy"), _BY_CONTAINER.get(annotation.container or "", default))
    backref, backref_given = _backref(given.get("backref"))
    depth = given.get("join_depth")
    return Relationship(
        name,
        target=target,
        many=_many(given, annotation, lazy),
        lazy=lazy,
        back_populates=text_of(given.get("back_populates")),
        backref=backref,
        backref_lazy=lazy_of(backref_given.get("lazy"), "select") if backref else None,
        backref_many=truth_of(backref_given.get("uselist")),
        viewonly=truth_of(given.get("viewonly")) is True,
        secondary=_is_set(given.get("secondary")),
        join_depth=depth.value if isinstance(depth, ast.Constant) and isinstance(depth.value, int) else None,
        foreign_keys=_names(given.get("foreign_keys")),
        remote_side=_names(given.get("remote_side")),
        custom_join=_is_set(given.get("primaryjoin")),
        cascade=text_of(given.get("cascade")),
        annotation=annotation.text,
    )


def _many(given: dict[str, ast.expr], annotation: Annotation, lazy: str) -> bool | None:
    uselist = truth_of(given.get("uselist"))
    if uselist is not None:
        return uselist
    if lazy in _COLLECTIONS or annotation.many or _is_set(given.get("collection_class")):
        return True
    if annotation.text is not None:
        return False
    return True if _is_set(given.get("secondary")) else None


def _backref(node: ast.expr | None) -> tuple[str | None, dict[str, ast.expr]]:
    if isinstance(node, ast.Call):
        return (text_of(node.args[0]) if node.args else None), keywords(node)
    return text_of(node), {}


def _target(node: ast.expr | None) -> str | None:
    """The class that a relationship's argument names: a name, a string or a lambda of either."""
    if isinstance(node, ast.Lambda):
        return _target(node.body)
    text = text_of(node)
    return dotted(node) if text is None else text


def _names(node: ast.expr | None) -> tuple[str, ...]:
    if isinstance(node, ast.Lambda):
        return _names(node.body)
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return tuple(name for each in node.elts for name in _names(each))
    if isinstance(node, ast.Call):
        return tuple(name for each in node.args for name in _names(each))
    text = text_of(node)
    if text is None:
        name = dotted(node)
        return () if name is None else (name,)
    return tuple(part.strip() for part in text.strip("[]() ").split(",") if part.strip())


def _is_set(node: ast.expr | None) -> bool:
    return node is not None and not (isinstance(node, ast.Constant) and node.value is None)
