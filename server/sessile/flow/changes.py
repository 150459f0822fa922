"""Where what is known of a variable changes while a function runs: the raw material of inlay hints.

The machine tells of every statement that it ran, on every path. A change is kept with all that paths say, so that
whoever shows it can see whether they agree. Variables that nobody asks for any more count for nothing: the machine may
have let one path stand for two that differ in them.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from sessile.flow.describing import brief
from sessile.flow.machine import Kind
from sessile.flow.values import CollectionRef, Const, Entity, SessionRef, Value
from sessile.flow.world import Life, ObjectState, deref

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sessile.flow.machine import Outcome
    from sessile.flow.world import World
    from sessile.syntax import Block

TRACKED = (Entity, SessionRef, CollectionRef)
AGAIN = "loaded again"
"""Said of an object that was expired before."""


class Moment(str, Enum):
    """When something is so: after a statement, after the block of a `with`, or once the function has returned it."""

    STATEMENT = ""
    BLOCK = "after with"
    RETURN = "returned"


class Known(NamedTuple):
    """What a variable held on one of the paths."""

    value: Value
    world: World


@dataclass(frozen=True, slots=True)
class Change:
    """`told` is what the paths say, in words (see `describing.brief`), each with one of the paths that say so."""

    block: Block
    node: ast.stmt
    moment: Moment
    name: str
    told: dict[str, Known]


@dataclass(slots=True)
class _Seen:
    block: Block
    before: set[str | None] = field(default_factory=set)
    after: dict[str | None, Known | None] = field(default_factory=dict)
    changed: bool = False


@dataclass(slots=True)
class Changes:
    """Of the functions, or the modules' top level, that `owners` are; what they call is not looked at."""

    owners: Collection[ast.AST]
    _seen: dict[tuple[ast.stmt, Moment, str], _Seen] = field(default_factory=dict)

    def ran(self, node: ast.stmt, before: World, outcomes: Iterable[Outcome]) -> None:
        """A statement ran from a world and ended in these ways."""
        if before.frame.scope.node not in self.owners:
            return
        if isinstance(node, ast.With | ast.AsyncWith):
            self._after(node, Moment.BLOCK, outcomes)
        elif isinstance(node, ast.Return):
            self._before(node, Moment.RETURN, (before,), _names_in(node.value))
        elif not hasattr(node, "body") and not isinstance(node, ast.Match):
            self._between(node, before, outcomes)

    def reached(self, node: ast.With | ast.AsyncWith, outcomes: Iterable[Outcome]) -> None:
        """The block of a `with` is over, and its exit comes next."""
        for outcome in outcomes:
            if outcome.kind is Kind.NORMAL and outcome.world.frame.scope.node in self.owners:
                self._before(node, Moment.BLOCK, (outcome.world,), _living(node, outcome.world))

    def left(self, outcomes: Iterable[Outcome]) -> None:
        """The function is over."""
        for outcome in outcomes:
            node = outcome.site.node if outcome.kind is Kind.RETURN and outcome.site is not None else None
            if isinstance(node, ast.Return):
                self._take(node, Moment.RETURN, outcome.world, _names_in(node.value))

    def all(self) -> Iterator[Change]:
        """The changes about which all paths say something, in the order in which they were met."""
        for (node, moment, name), seen in self._seen.items():
            known = {said: each for said, each in seen.after.items() if said and each}
            changed = seen.changed if moment is Moment.STATEMENT else seen.before != set(seen.after)
            if changed and len(known) == len(seen.after):
                yield Change(seen.block, node, moment, name, known)

    def _between(self, node: ast.stmt, before: World, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.kind is not Kind.NORMAL:
                continue
            for name, value in _tracked(outcome.world, _living(node, outcome.world)):
                earlier = before.frame.variables.get(name)
                was = brief(before, earlier) if isinstance(earlier, TRACKED) else ""
                said = brief(outcome.world, value)
                if said == "" and was and "expired" in was and earlier == value and _attached(outcome.world, value):
                    said = AGAIN
                seen = self._keep(node, Moment.STATEMENT, outcome.world, name, value, said)
                seen.changed |= was != said

    def _before(self, node: ast.stmt, moment: Moment, worlds: Iterable[World], names: Collection[str]) -> None:
        for world in worlds:
            for name, value in _tracked(world, names):
                self._slot(node, moment, name, world).before.add(brief(world, value))

    def _after(self, node: ast.stmt, moment: Moment, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.kind is Kind.NORMAL:
                self._take(node, moment, outcome.world, _living(node, outcome.world))

    def _take(self, node: ast.stmt, moment: Moment, world: World, names: Collection[str]) -> None:
        for name, value in _tracked(world, names):
            self._keep(node, moment, world, name, value, brief(world, value))

    def _keep(self, node: ast.stmt, moment: Moment, world: World, name: str, value: Value, said: str | None) -> _Seen:
        seen = self._slot(node, moment, name, world)
        if said not in seen.after:
            seen.after[said] = Known(value, world.copy()) if said else None
        return seen

    def _slot(self, node: ast.stmt, moment: Moment, name: str, world: World) -> _Seen:
        return self._seen.setdefault((node, moment, name), _Seen(world.frame.scope.block))


def _tracked(world: World, names: Collection[str]) -> Iterator[tuple[str, Value]]:
    """The variables that hold something to speak of; one that holds a plain value, such as None, has no state."""
    for name, value in world.frame.variables.items():
        if name in names and not isinstance(value, Const):
            yield name, value


def _attached(world: World, value: Value) -> bool:
    state = deref(world, value)
    return not isinstance(state, ObjectState) or state.life is Life.PERSISTENT


def _living(node: ast.stmt, world: World) -> Collection[str]:
    """The variables that may be asked for after a statement."""
    liveness = world.frame.scope.liveness
    return world.frame.variables if liveness is None else liveness.after.get(id(node), ())


def _names_in(value: ast.expr | None) -> frozenset[str]:
    """The variables that are returned as they are, alone or in a display."""
    inside = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
    return frozenset(each.id for each in inside if isinstance(each, ast.Name))
