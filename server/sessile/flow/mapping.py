"""What other modules make of a class: imperative mapping, and the relationships that a `backref` gives it.

Source: https://docs.sqlalchemy.org/en/20/orm/mapping_styles.html#imperative-mapping
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.records import replace
from sessile.flow.revisions import BLOCKS, MAPPING
from sessile.flow.values import ClassRef, External, ModuleRef
from sessile.orm.linking import reverse
from sessile.orm.mapped import ClassFacts, Relationship, Role, read_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.machine import Machine
    from sessile.flow.scopes import ModuleScope, Scope
    from sessile.flow.world import World
    from sessile.syntax import Block

#: Imports that are followed to the place where a table is made.
HOPS = 3


def mapped_elsewhere(m: Machine, facts: ClassFacts, scope: Scope) -> ClassFacts:
    """A plain class as `registry.map_imperatively(...)` or `mapper(...)` maps it, if one does."""
    for module, block, call in _mappings(m, facts):
        body: list[ast.stmt] = []
        places = {id(node): (module, block) for node in ast.walk(call)}
        table = next(iter(call.args[1:2]), _keyword(call, "local_table"))
        made = _definition(m, module, table)
        if made is not None and isinstance(made[2], ast.Assign):
            places.update({id(node): made[:2] for node in ast.walk(made[2])})
            body.append(_named("__table__", made[2].value))
        given = _keyword(call, "properties")
        if isinstance(given, ast.Dict):
            pairs = zip(given.keys, given.values, strict=True)
            body += [_named(key.value, value) for key, value in pairs if _is_text(key)]  # type: ignore[union-attr]
        return _read(m, facts, scope, body, places)
    return facts


def _read(
    m: Machine, facts: ClassFacts, scope: Scope, body: list[ast.stmt], places: dict[int, tuple[ModuleScope, Block]]
) -> ClassFacts:
    """The facts of the class as if its body said what the mapping says; a name means what it does where it stands."""
    from sessile.flow.definitions import class_of, qualified_name
    from sessile.flow.names import module_world

    def here(node: ast.expr) -> World:
        return module_world(m, *places.get(id(node), (scope.module, scope.block)))

    node = facts.node
    assert node is not None
    read = read_class(
        ast.ClassDef(node.name, node.bases, node.keywords, [*body, *node.body], node.decorator_list),
        lambda each: qualified_name(m, each, here(each)),
        lambda each: class_of(m, each, here(each)),
        facts.module,
    )
    return replace(read, role=Role.MAPPED, node=node)


def _mappings(m: Machine, facts: ClassFacts) -> Iterator[tuple[ModuleScope, Block, ast.Call]]:
    for word in ("map_imperatively", "mapper"):
        m.reads[-1].add((BLOCKS, f"{word} {facts.name}"))
        for module in m.workspace.mentioning(word):
            blocks = [each.block for each in module.module.blocks if {word, facts.name} <= each.block.names]
            for block in blocks:
                calls = (node for node in ast.walk(block.tree) if isinstance(node, ast.Call))
                yield from ((module, block, call) for call in calls if _maps(m, module, block, call, word, facts))


def _maps(m: Machine, module: ModuleScope, block: Block, call: ast.Call, word: str, facts: ClassFacts) -> bool:
    from sessile.flow.evaluation import evaluate
    from sessile.flow.names import module_world

    first = call.args[0] if call.args else None
    if _last(call.func) != word or _last(first) != facts.name or first is None:
        return False
    if word == "mapper" and evaluate(m, call.func, module_world(m, module, block)) != External("sqlalchemy.orm.mapper"):
        return False
    found = _definition(m, module, first)
    return found is not None and found[2] is facts.node


def _definition(m: Machine, module: ModuleScope, node: ast.expr | None) -> tuple[ModuleScope, Block, ast.stmt] | None:
    """The statement that makes what a name means, in whatever module; nothing is evaluated but the modules' names."""
    from sessile.flow.names import global_value, holder_of, name_there

    name = _last(node)
    if isinstance(node, ast.Attribute):
        value = global_value(m, module, _last(node.value))
        scope = m.workspace.scope_of(value.path) if isinstance(value, ModuleRef) else None
        if scope is None:
            return None
        module = scope
    for _ in range(HOPS):
        bound = module.bindings.get(name, [])
        if len(bound) != 1:
            return None
        block, statement = bound[0]
        if not isinstance(statement, ast.ImportFrom):
            return module, block, statement
        found = holder_of(m, module, statement)
        if found is None:
            return None
        module, name = found, name_there(statement, name)
    return None


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


def _named(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _last(node: ast.expr | None) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def added(m: Machine, facts: ClassFacts, name: str) -> Relationship | None:
    """The relationship of that name which `backref=` in another class gives to a mapped one."""
    from sessile.flow.definitions import home

    scope = home(facts)
    if scope is None or facts.role is not Role.MAPPED:
        return None
    memory = scope.module.backrefs
    held = m.recall(memory.get((facts.name, name)))
    if held is None:
        held = memory[facts.name, name] = m.remember(lambda: _backref(m, facts, name), [MAPPING])
    return held.value


def _backref(m: Machine, facts: ClassFacts, name: str) -> Relationship | None:
    from sessile.flow.names import find_class, global_value

    m.reads[-1].add((BLOCKS, f"backref {name}"))
    for module in m.workspace.mentioning("backref"):
        blocks = [each.block for each in module.module.blocks if {"backref", name} <= each.block.names]
        for statement in (each for block in blocks for each in block.tree.body if isinstance(each, ast.ClassDef)):
            value = global_value(m, module, statement.name)
            owner = value.facts if isinstance(value, ClassRef) else None
            for each in owner.relationships if owner is not None else ():
                target = find_class(m, owner, each.target) if owner and each.backref == name and each.target else None
                if owner is not None and target is not None and facts.inherits(target):
                    return reverse(owner, each, target)
    return None
