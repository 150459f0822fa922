"""The variables of one function call, and the turn of a loop that an element comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.flow.records import record

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Mapping

    from sessile.flow.machine import Outcome
    from sessile.flow.scopes import Scope
    from sessile.flow.story import Site
    from sessile.flow.values import Value
    from sessile.flow.world import World

EMPTY: Mapping[str, Value] = MappingProxyType({})


@record(frozen=True, slots=True)
class Round:
    """One turn of a loop. `earlier` are the elements of the turns before; None where one turn stands for all."""

    site: Site
    earlier: tuple[Value, ...] | None = None


@dataclass(slots=True)
class Frame:
    """The variables of one function call; `closure` holds those of the functions around it."""

    scope: Scope
    variables: dict[str, Value]
    closure: Mapping[str, Value] = field(default_factory=lambda: EMPTY)
    #: The call expression in the frame below.
    call: Site | None = None
    #: Depth of `try` statements with handlers around the present statement.
    guarded: int = 0
    #: The handlers of these statements, innermost last.
    handlers: tuple[tuple[ast.ExceptHandler, ...], ...] = ()
    #: Number of `finally` blocks around the present statement that run because of an exception.
    unwinding: int = 0
    #: What the `return` gives that is on its way through the exits of `with` and `finally`.
    returning: ast.expr | None = None
    #: Called through `run_sync`, where implicit IO works.
    greenlet: bool = False
    #: What a generator's consumer does with each value; its frame is the one below.
    consumer: Callable[[World, Value], list[Outcome]] | None = None
    #: That is a loop, which closes the generator when it is left.
    looped: bool = False
    #: How the consumer ended, while the generator runs to its own end.
    pending: Outcome | None = None
    #: Loops around the present statement, innermost last.
    loops: tuple[Round, ...] = ()
    #: Handles from here on were made during the call.
    born: int = 0
    #: The names and conditions that may still be asked for; None for all.
    live: frozenset[str] | None = None

    def seen_by(self, function: Scope) -> Mapping[str, Value]:
        """The closure of a function inside: of the variables around it those that it names."""
        return {name: each for name, each in {**self.closure, **self.variables}.items() if name in function.named}

    @property
    def closing(self) -> bool:
        """Whether this is a generator whose loop was left in good order, so that nobody hears of its end."""
        return self.looped and self.pending is not None and self.pending.failure is None

    def copy(self) -> Frame:
        return Frame(
            self.scope,
            dict(self.variables),
            self.closure,
            self.call,
            self.guarded,
            self.handlers,
            self.unwinding,
            self.returning,
            self.greenlet,
            self.consumer,
            self.looped,
            self.pending,
            self.loops,
            self.born,
            self.live,
        )
