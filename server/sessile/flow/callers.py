"""Who calls a function: whether every use of it in the workspace is a call that the analysis has followed.

Where that is so, nothing about the function's arguments is out of sight, and what its callers do with what it returns
has been judged where they do it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sessile.flow.revisions import MENTIONS
from sessile.flow.scopes import FunctionNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sessile.flow.machine import Machine
    from sessile.flow.scopes import ModuleScope, Scope
    from sessile.syntax import Block

#: More files than this that mention a name are not looked into.
FILES = 6


def all_followed(m: Machine, scope: Scope, follow: Callable[[ModuleScope, Block], object]) -> bool:
    """Whether the function is called at least once and used in no other way than by calls that were followed.

    `follow` has the machine follow the calls of a block of another module, if it has not done so already.
    """
    name = getattr(scope.node, "name", "")
    if not name or any(_is_framework(each) for each in scope.decorators):
        return False
    uses: list[ast.AST] = []
    names = {name: True}
    for each in names_of(names):
        m.reads[-1].add((MENTIONS, each))
        others = m.workspace.mentions(each, scope.module.path)
        if others is None or len(others) > FILES:
            return False
        for module in (scope.module, *others):
            blocks = [placed.block for placed in module.module.blocks if each in placed.block.names]
            for block in blocks:
                if module is not scope.module:
                    follow(module, block)
                names.update({alias: is_use for alias, is_use in _aliases(block, each) if alias not in names})
            uses += _uses(m, module, each, scope) if names[each] else ()
    followed = m.followed.get(scope.node, set())
    return bool(uses) and all(id(use) in followed for use in uses)


def names_of(names: dict[str, bool]) -> Iterator[str]:
    """The names that a function goes by, those included that are found on the way."""
    done = 0
    while done < len(names):
        yield list(names)[done]
        done += 1


def _aliases(block: Block, name: str) -> Iterator[tuple[str, bool]]:
    """Other names for what is called `name`, and whether using one is using the function itself.

    Whoever names a parameter's type `Annotated[User, Depends(name)]` has FastAPI call it.
    """
    for statement in block.tree.body:
        match statement:
            case ast.ImportFrom(names=imported):
                yield from ((each.asname, True) for each in imported if each.name == name and each.asname)
            case ast.Assign(targets=[ast.Name(id=alias)]) | ast.AnnAssign(target=ast.Name(id=alias)):
                yield alias, False
            case _:
                other = getattr(getattr(statement, "name", None), "id", None)
                if isinstance(other, str):
                    yield other, False


def _is_framework(decorator: ast.expr) -> bool:
    """A decorator that is called or reached through an object, as `@router.get(...)`, hands the function on."""
    return isinstance(decorator, ast.Call | ast.Attribute)


def _uses(m: Machine, module: ModuleScope, name: str, scope: Scope) -> list[ast.AST]:
    """Where a name is used in a module: a call of it as that call, any other use as its node. Imports do not count, nor
    does what cannot mean a function of a module: another definition, a method, a name that this module gives to
    something of its own."""
    found = [
        use
        for placed in module.module.blocks
        if name in placed.block.names
        for use in uses_in(placed.block).get(name, ())
        if use is not scope.node
    ]
    if scope.parent is not None and not isinstance(scope.parent.node, ast.Module):
        return found
    m.reads[-1].add((module.path, name))
    foreign = module is not scope.module and _is_own(module, name)
    return [use for use in found if not _means_something_else(use, foreign)]


def _is_own(module: ModuleScope, name: str) -> bool:
    """Whether a module defines a name itself, and imports it nowhere."""
    bindings = module.bindings.get(name, ())
    return any(isinstance(statement, FunctionNode | ast.ClassDef) for _, statement in bindings) and not any(
        isinstance(node, ast.ImportFrom) and any((each.asname or each.name) == name for each in node.names)
        for placed in module.module.blocks
        if name in placed.block.names
        for node in ast.walk(placed.block.tree)
    )


def _means_something_else(use: ast.AST, foreign: bool) -> bool:
    match use.func if isinstance(use, ast.Call) else use:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return True
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return True
        case ast.Name():
            return foreign
    return False


_USES: WeakKeyDictionary[Block, dict[str, list[ast.AST]]] = WeakKeyDictionary()


def uses_in(block: Block) -> dict[str, list[ast.AST]]:
    """Every use of every name in a block, definitions included; that `__all__` lists a name is none."""
    found = _USES.get(block)
    if found is not None:
        return found
    if any(
        getattr(target, "id", "") == "__all__" for each in block.tree.body for target in getattr(each, "targets", ())
    ):
        return _USES.setdefault(block, {})
    found = _USES[block] = {}
    called: set[int] = set()
    for node in ast.walk(block.tree):
        name = None if id(node) in called else _name(node)
        if isinstance(node, ast.Call):
            name = _name(node.func)
            called.add(id(node.func))
        if name is not None:
            found.setdefault(name, []).append(node)
    return found


def _name(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name
        case ast.Constant(value=str() as text):
            return text
    return None
