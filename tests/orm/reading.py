"""Reads every class of one module as the project's facts would, with the module's own imports and nothing else."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.orm import linking
from sessile.orm.mapped import ClassFacts, Member, declarative_base, is_declarative_base_call, read_class, read_value
from sessile.orm.scope import Scope, dotted

if TYPE_CHECKING:
    from collections.abc import Iterator


class Module:
    """Classes, aliases and imports of a module, filled in the order of its statements."""

    def __init__(self, text: str, name: str = "sample") -> None:
        self.name = name
        self.imports: dict[str, str] = {}
        self.classes: dict[str, ClassFacts] = {}
        self.values: dict[str, ast.expr] = {}
        for statement in _statements(ast.parse(text).body):
            self._read(statement)
        self._link()

    def qualified(self, node: ast.expr) -> str | None:
        name = dotted(node)
        if name is None:
            return None
        head, dot, rest = name.partition(".")
        return f"{self.imports[head]}{dot}{rest}" if head in self.imports else None

    def known(self, node: ast.expr) -> ClassFacts | None:
        return self.classes.get(dotted(node) or "")

    def alias(self, node: ast.expr) -> ast.expr | None:
        return self.values.get(dotted(node) or "")

    def _read(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Import):
            self.imports.update({each.asname or each.name: each.name for each in statement.names})
        elif isinstance(statement, ast.ImportFrom):
            names = statement.names
            self.imports.update({each.asname or each.name: f"{statement.module}.{each.name}" for each in names})
        elif isinstance(statement, ast.ClassDef):
            facts = read_class(statement, self.qualified, self.known, self.name, self.alias)
            self.classes[statement.name] = facts
        elif isinstance(statement, ast.Assign):
            self._assign(statement.targets[0], statement.value)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.values[target.id] = value
            if is_declarative_base_call(value, self.qualified):
                self.classes[target.id] = declarative_base(target.id, self.name)
        elif isinstance(target, ast.Attribute) and (facts := self.known(target.value)) is not None:
            member = read_value(target.attr, None, value, Scope(self.qualified, self.alias))
            self.classes[facts.name] = linking.extended(facts, {target.attr: member})

    def _link(self) -> None:
        for owner in list(self.classes.values()):
            for relationship in owner.relationships:
                target = self.classes.get((relationship.target or "").rpartition(".")[2])
                added = linking.reverse(owner, relationship, target)
                if target is not None and added is not None:
                    members: dict[str, Member] = {added.name: added}
                    self.classes[target.name] = linking.extended(target, members)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.Try):
            yield from statement.body
        else:
            yield statement
