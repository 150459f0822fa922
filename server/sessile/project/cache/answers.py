"""What files contribute to what was read across files: digests that stay the same as long as the meaning does."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from sessile.flow.revisions import BLOCKS, CLASSES, CONFIGURE, MENTIONS, PROJECT
from sessile.project.cache.memory import FEW, MANY
from sessile.project.workspace import FACTORY, factory_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sessile.flow.revisions import Read
    from sessile.flow.scopes import ModuleScope
    from sessile.project.cache.memory import Answer
    from sessile.project.workspace import Workspace
    from sessile.syntax import Block

SIZE = 8


@dataclass(slots=True)
class Answers:
    """Answers out of one workspace; each is worked out once, so the workspace must not change."""

    workspace: Workspace
    _known: dict[Read, Answer] = field(default_factory=dict)

    def of(self, reads: Iterable[Read]) -> dict[Read, Answer]:
        """The answers to what was read."""
        for read in reads:
            if read not in self._known:
                self._known[read] = self._answer(read)
        return {read: self._known[read] for read in reads}

    def _answer(self, read: Read) -> Answer:
        scopes = [scope for scope in self._scopes(read) if scope is not None]
        if read[0] == MENTIONS and len(scopes) > FEW + 1:
            return {MANY: str(len(scopes))}
        return {scope.path: held for scope in scopes if (held := contribution(read, scope))}

    def _scopes(self, read: Read) -> Sequence[ModuleScope | None]:
        """The modules that may contribute."""
        where, name = read
        if read == PROJECT:
            return [self.workspace.scope_of(path) for path in self.workspace.holding(FACTORY)]
        if where in (MENTIONS, CLASSES, BLOCKS):
            return self.workspace.mentioning(name.partition(" ")[0])
        return [self.workspace.scope_of(where)] if where else []


def contribution(read: Read, scope: ModuleScope) -> str:
    """What a module contributes to the answer to what was read."""
    where, name = read
    if read == PROJECT:
        return str(factory_options(scope)) if FACTORY in scope.module.document.text else ""
    if where in (MENTIONS, BLOCKS):
        words = set(name.split(" "))
        return digest(placed.block for placed in scope.module.blocks if words <= placed.block.names)
    if where == CLASSES:
        return "class" if any(isinstance(each, ast.ClassDef) for _, each in scope.bindings.get(name, ())) else ""
    blocks = [block for block, _ in scope.bindings.get(name) or scope.bindings.get("*") or []]
    blocks += [block for block, _ in scope.later.get(name) or []]
    if name == CONFIGURE:
        blocks += [placed.block for placed in scope.module.blocks if CONFIGURE in placed.block.names]
    return digest(dict.fromkeys(blocks))


def digest(blocks: Iterable[Block]) -> str:
    """A digest of the texts of blocks; empty if there are none."""
    found = blake2b(digest_size=SIZE)
    some = False
    for block in blocks:
        some = True
        found.update(block.text.encode("utf-8", "surrogatepass") + b"\0")
    return found.hexdigest() if some else ""
