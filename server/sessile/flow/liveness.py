"""Which names and decided conditions of a function may be asked for again once a statement has ended.

Backward over the statements, as compilers do it. Nested functions, generator expressions and whatever looks at all
variables may run at any time, so what they mention always lives; so does everything of modules and classes.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from sessile.flow.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Names = frozenset[str]
NOTHING: Names = frozenset()
DEFERRED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.GeneratorExp)
#: Functions that see variables which their caller does not name.
ALL_SEEING = frozenset({"locals", "vars", "eval", "exec", "dir", "super"})


@dataclass(frozen=True, slots=True)
class Exits:
    """What lives where a statement may lead to other than the next one."""

    returns: Names = NOTHING
    raises: Names = NOTHING
    breaks: Names = NOTHING
    continues: Names = NOTHING

    @property
    def every(self) -> Names:
        return self.returns | self.raises | self.breaks | self.continues

    def within(self, last: Names) -> Exits:
        """Inside a `try` whose `finally` needs `last`."""
        return Exits(self.returns | last, self.raises | last, self.breaks | last, self.continues | last)


@dataclass(slots=True)
class Liveness:
    """What lives after each statement of one function."""

    #: The conditions that are remembered once they are decided, by the identity of their nodes; see `conditions`.
    conditions: Mapping[int, str]
    #: After a statement went well, and after a list of statements ended in any way, by its last statement.
    after: dict[int, Names] = field(default_factory=dict)
    ended: dict[int, Names] = field(default_factory=dict)
    _about: dict[str, Names] = field(default_factory=dict)

    def body(self, statements: list[ast.stmt], live: Names, exits: Exits) -> Names:
        """What lives before a list of statements, if `live` does after it."""
        if statements:
            self.ended[id(statements[-1])] = live | exits.every
        for statement in reversed(statements):
            self.after[id(statement)] = live
            live = self._before(statement, live, exits) | exits.raises
        return live

    def _before(self, node: ast.stmt, live: Names, exits: Exits) -> Names:
        match node:
            case ast.If():
                either = self.body(node.body, live, exits) | self.body(node.orelse, live, exits)
                return either | self._used(node.test)
            case ast.For() | ast.AsyncFor():
                return self._loop(node, live, exits) | self._used(node.iter)
            case ast.While():
                return self._loop(node, live, exits)
            case ast.With() | ast.AsyncWith():
                return self.body(node.body, live, exits).union(*map(self._used, node.items))
            case ast.Match():
                cases = [self.body(case.body, live, exits) | self._used(case) for case in node.cases]
                return live.union(self._used(node.subject), *cases)
            case ast.Return():
                return self._used(node) | exits.returns
            case ast.Raise():
                return self._used(node) | exits.raises
            case ast.Break():
                return exits.breaks
            case ast.Continue():
                return exits.continues
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            return self._try(cast("ast.Try", node), live, exits)
        return (live - self._bound(node)) | self._used(node)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, live: Names, exits: Exits) -> Names:
        """A loop's body leads to its own beginning, so the answer is approached from below."""
        otherwise = self.body(node.orelse, live, exits)
        if isinstance(node, ast.While):
            otherwise |= self._used(node.test)
        target = NOTHING if isinstance(node, ast.While) else self._stored(node.target)
        head, before = otherwise, None
        while head != before:
            before = head
            inside = self.body(node.body, head, replace(exits, breaks=live, continues=head))
            head = head | (inside - target)
        return head

    def _try(self, node: ast.Try, live: Names, exits: Exits) -> Names:
        last = self.body(node.finalbody, live | exits.every, exits) if node.finalbody else NOTHING
        outside = exits.within(last)
        after = last or live
        caught = outside.raises.union(
            *(self.body(each.body, after, outside) | self._used(each) for each in node.handlers)
        )
        inside = replace(outside, raises=caught)
        return self.body(node.body, self.body(node.orelse, after, outside), inside) | caught

    def _used(self, node: ast.AST) -> Names:
        """Names and conditions that a node asks for; what it stores counts, too, where it is no plain assignment."""
        found = set()
        conditions = self.conditions
        for each in _nodes(node):
            if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Store):
                found.add(each.id)
                if conditions and (key := ast.dump(each)) in conditions.values():
                    found.add(key)
            if id(each) in conditions:
                found.add(conditions[id(each)])
        if isinstance(node, ast.AugAssign):
            found |= self._stored(node.target)
        return frozenset(found)

    def _bound(self, node: ast.stmt) -> Names:
        """Names that a statement surely binds anew, with the conditions that are forgotten for it."""
        if isinstance(node, ast.Assign):
            return NOTHING.union(*map(self._stored, node.targets))
        return self._stored(node.target) if isinstance(node, ast.AnnAssign) and node.value is not None else NOTHING

    def _stored(self, target: ast.expr) -> Names:
        names = {each.id for each in ast.walk(target) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        return frozenset(names).union(*map(self._conditions_about, names))

    def _conditions_about(self, name: str) -> Names:
        if name not in self._about:
            self._about[name] = frozenset(key for key in self.conditions.values() if f"'{name}'" in key)
        return self._about[name]


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what it evaluates, statements inside of it left out."""
    todo = [node]
    while todo:
        each = todo.pop()
        yield each
        todo.extend(child for child in ast.iter_child_nodes(each) if not isinstance(child, ast.stmt))


def liveness(node: ast.AST, conditions: Mapping[int, str]) -> Liveness | None:
    """The liveness of a function's names; None where every name may always be asked for."""
    body = getattr(node, "body", None)
    inner = [each for child in ast.iter_child_nodes(node) for each in ast.walk(child)]
    late = {name for each in inner if isinstance(each, DEFERRED) for name in _mentioned(each)}
    if isinstance(node, ast.Module | ast.ClassDef) or not isinstance(body, list):
        return None
    if ALL_SEEING & {each.id for each in inner if isinstance(each, ast.Name)}:
        return None
    found = Liveness(conditions)
    always = frozenset(late)
    found.body(body, always, Exits(always, always, always, always))
    return found


def _mentioned(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield each.id
