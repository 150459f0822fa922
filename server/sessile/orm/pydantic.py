"""Whether a Pydantic model can be built from an instance of another class: what its configuration says, and inherits.

Source: https://docs.pydantic.dev/latest/concepts/models/#arbitrary-class-instances
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.orm.facts import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.orm.facts import ClassFacts

#: What turns an instance into something else before the model looks at it.
DECORATORS = frozenset({"model_validator", "root_validator"})
OVERRIDES = frozenset(
    {"model_validate", "from_orm", "validate", "__new__", "__get_validators__", "__get_pydantic_core_schema__"}
)


class Unclear(Exception):
    """The source does not spell it out."""


def takes_instances(facts: ClassFacts, setting: str = "from_attributes") -> bool | None:
    """Whether a model reads the attributes of what it is given; None where that cannot be told."""
    try:
        return bool(_said(facts, setting))
    except Unclear:
        return None


def _said(facts: ClassFacts, setting: str) -> bool | None:
    """What a class or the last of its bases that speaks of it says; None if none does."""
    if not facts.complete or facts.sqlmodel or facts.role not in (Role.PYDANTIC, Role.MIXIN_OR_PLAIN):
        raise Unclear
    if facts.node is None:
        if facts.module.partition(".")[0].startswith("pydantic") and facts.name != "BaseModel":
            raise Unclear
        return None
    if facts.node.decorator_list or any(map(_intervenes, facts.node.body)):
        raise Unclear
    said = None
    for base in facts.bases:
        if isinstance(base, str):
            raise Unclear
        inherited = _said(base, setting)
        said = said if inherited is None else inherited
    own = [each for each in _own(facts.node, setting) if each is not None]
    return own[-1] if own else said


def _intervenes(statement: ast.stmt) -> bool:
    match statement:
        case ast.FunctionDef(name=name, decorator_list=decorators):
            called = [each.func if isinstance(each, ast.Call) else each for each in decorators]
            return name in OVERRIDES or any(_last(each) in DECORATORS for each in called)
        case ast.If() | ast.Try() | ast.With() | ast.For():
            return True
    return False


def _own(node: ast.ClassDef, setting: str) -> Iterator[bool | None]:
    """What the class itself says: in its arguments, in `model_config`, in a class `Config`."""
    for keyword in node.keywords:
        if keyword.arg in (None, "metaclass"):
            raise Unclear
        if keyword.arg == setting:
            yield _truth(keyword.value)
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="model_config")], value=value):
                yield _configured(value, setting)
            case ast.AnnAssign(target=ast.Name(id="model_config"), value=ast.expr() as value):
                yield _configured(value, setting)
            case ast.ClassDef(name="Config", bases=bases, body=body):
                if bases:
                    raise Unclear
                yield from _assigned(body, setting)


def _configured(value: ast.expr, setting: str) -> bool | None:
    match value:
        case ast.Call(func=func, args=[], keywords=keywords) if _last(func) in ("ConfigDict", "dict"):
            pairs = [(each.arg, each.value) for each in keywords]
        case ast.Dict(keys=keys, values=values):
            pairs = [(getattr(key, "value", None), each) for key, each in zip(keys, values, strict=True)]
        case _:
            raise Unclear
    if any(not isinstance(name, str) for name, _ in pairs):
        raise Unclear
    return next((_truth(each) for name, each in pairs if name == setting), None)


def _assigned(body: list[ast.stmt], setting: str) -> Iterator[bool]:
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == setting:
                yield _truth(value)
            case ast.Assign() | ast.AnnAssign() | ast.Pass() | ast.Expr():
                continue
            case _:
                raise Unclear


def _truth(value: ast.expr) -> bool:
    if not isinstance(value, ast.Constant):
        raise Unclear
    return bool(value.value)


def _last(node: ast.expr) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))
