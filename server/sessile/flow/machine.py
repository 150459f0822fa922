"""The abstract machine: it walks statements over worlds and tells listeners what happens.

A statement runs in one world at a time. Where its outcome is open (a call with several exits, a condition, a statement
that may fail) the code asks `choose`; the machine then runs the statement again for every alternative, so evaluation is
written as if there were only one path.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from sessile.flow.choices import Choices
from sessile.flow.records import replace
from sessile.flow.revisions import Held
from sessile.flow.sameness import Drift, Start, drift_of, stands_for
from sessile.flow.story import Site, Step, told
from sessile.flow.values import NONE, UNKNOWN, Value
from sessile.flow.world import ObjectState, SessionState, World

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable, Mapping

    from sessile.flow.changes import Changes
    from sessile.flow.events import Event
    from sessile.flow.revisions import Read
    from sessile.flow.scopes import Scope
    from sessile.flow.values import Arguments
    from sessile.flow.workspace import Workspace
    from sessile.flow.world import State
    from sessile.orm.mapped import ClassFacts

#: Worlds kept side by side at one point of a function, and alternatives tried for one statement.
WORLDS = 8
ALTERNATIVES = 8
#: Statements run for one entry function, calls included; beyond it the analysis of that function ends silently.
BUDGET = 1_500
#: Of these, statements run for one call that is followed; a function that takes more counts as out of sight.
SHARE = 400
#: Values of a watched expression that are kept.
WATCHED = 40
#: Nested calls that are followed.
DEPTH = 5


class Kind(str, Enum):
    """How a statement ends."""

    NORMAL = "normal"
    RETURN = "return"
    BREAK = "break"
    CONTINUE = "continue"
    RAISE = "raise"


@dataclass(frozen=True, slots=True)
class Work:
    """A call that talks to the database, and whether it writes."""

    site: Site
    method: str
    writes: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception on its way. `names` are its class and what it derives from; empty for "some exception".

    `work` is the call that the database made fail; `writes`: it writes, or is there to.
    """

    names: tuple[str, ...] = ()
    site: Site | None = field(default=None, compare=False)
    work: Work | None = field(default=None, compare=False)
    #: Of "some exception": whether a call out of sight may have raised it, which may have talked to a database.
    opaque: bool = True
    writes: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """A function that is not to be run when it is called: `called` is told instead, and gives what the call gives."""

    scope: Scope
    called: Callable[[World, Arguments], Value]


@dataclass(slots=True)
class Outcome:
    """One way in which a statement ended."""

    kind: Kind
    world: World
    value: Value = NONE
    failure: Failure | None = None
    #: The return statement, while the outcome is on its way out of the function.
    site: Site | None = None


class Raised(Exception):
    """The evaluation of an expression ended with an exception of the analysed program."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.names)
        self.failure = failure


class Infeasible(Exception):
    """The path taken contradicts what is known; it does not exist."""


class OutOfBudget(Exception):
    """The function is too large to be followed to its end."""


T = TypeVar("T")
Point = tuple[int, ...]
#: Handles are unique in the process, so that worlds may share what a module holds.
HANDLES: itertools.count[int] = itertools.count(1)
Action = "Callable[[World], list[Outcome] | None]"


@dataclass(slots=True)
class Machine:
    """Shared by all worlds of one run: where names lead, who listens, what is left of the budget."""

    workspace: Workspace
    listen: Callable[[Event], None]
    shared: dict[int, State] = field(default_factory=dict)
    budget: int = BUDGET
    version: tuple[int, ...] = (2, 0)
    active: list[Scope] = field(default_factory=list)
    #: An expression to look at: every value that it has is put into `seen`, with the world at that moment.
    watched: ast.AST | None = None
    seen: list[tuple[Value, World]] = field(default_factory=list)
    #: Told of every statement that runs, where somebody wants to know what changes.
    changes: Changes | None = None
    #: The global names read for what is being computed, innermost last.
    reads: list[set[Read]] = field(default_factory=lambda: [set()])
    #: Number of calls so far that were not followed and may do anything, and of those that may raise something.
    opaque: int = 0
    risks: int = 0
    probe: Probe | None = None
    #: Session work done so far, and how much of it when a loop began.
    work: list[Work] = field(default_factory=list)
    begun: dict[ast.AST, int] = field(default_factory=dict)
    #: The calls that were followed, by the node of the function that they led to.
    followed: dict[ast.AST, set[int]] = field(default_factory=dict)
    handles: itertools.count[int] = field(default_factory=lambda: HANDLES)
    #: Functions that took more than their share, since the present analysis began, and how often that mattered.
    given_up: set[Scope] = field(default_factory=set)
    times_given_up: int = 0
    #: The classes that relationships name, by their owners, and how many things are being computed to be remembered.
    targets: dict[tuple[ClassFacts, str], Held[ClassFacts | None]] = field(default_factory=dict)
    remembering: int = 0

    def recall(self, held: Held[T] | None) -> Held[T] | None:
        """What was remembered, if it still holds; what was read for it counts as read for the present work."""
        if held is None or not self.workspace.revisions.holds(held):
            return None
        self.reads[-1].update(held.reads)
        return held

    def remember(self, compute: Callable[[], T], own: Iterable[Read] = ()) -> Held[T]:
        """Compute something with a budget of its own, together with the names that it reads."""
        self.reads.append(set(own))
        budget, self.budget = self.budget, BUDGET
        given_up, self.given_up = self.given_up, set()
        self.remembering += 1
        try:
            value = compute()
        finally:
            reads = self.reads.pop()
            self.reads[-1] |= reads
            self.budget = budget
            self.given_up = given_up
            self.remembering -= 1
        return Held(value, frozenset(reads), self.workspace.revisions.now)

    def look(self, node: ast.AST, value: Value, world: World) -> None:
        """Keep what is to be explained."""
        if node is self.watched and len(self.seen) < WATCHED:
            self.seen.append((value, world.copy()))

    def emit(self, event: Event) -> None:
        self.listen(event)

    def new(self, world: World, state: State) -> int:
        """Put a state into the heap and name it."""
        handle = next(self.handles) if world.choices is None else world.choices.handle(self.handles)
        world.heap[handle] = state
        return handle

    def site(self, world: World, node: ast.AST) -> Site:
        """The place of a node of the function that runs now."""
        scope = world.frame.scope
        return Site(scope.module.path, scope.block, node)

    def tell(self, world: World, handle: int, site: Site, text: str) -> Step:
        """Add a step to the story of an object or session."""
        step = Step(site, text)
        state = world.state(handle)
        if isinstance(state, ObjectState | SessionState):
            world.update(handle, story=told(state.story, step))
        return step

    def choose(self, world: World, alternatives: int) -> int:
        """Which alternative this run takes, from 0."""
        return 0 if world.choices is None else world.choices.choose(alternatives)

    def explore(self, world: World, action: Callable[[World], list[Outcome] | None]) -> list[Outcome]:
        """Run `action` once for every combination of the choices that it meets."""
        memo: dict[tuple[int, ...], object] = {}
        pending: list[tuple[int, ...]] = [()]
        outcomes: list[Outcome] = []
        runs = 0
        while pending and runs < ALTERNATIVES:
            runs += 1
            self.spend()
            here = world.copy()
            here.choices = Choices(pending.pop(0), memo, ALTERNATIVES)
            found: list[Outcome] | None
            try:
                found = action(here)
            except Raised as raised:
                found = [Outcome(Kind.RAISE, here, failure=raised.failure)]
            except Infeasible:
                found = []
            pending.extend(here.choices.open)
            outcomes.extend([Outcome(Kind.NORMAL, here)] if found is None else found)
        return outcomes

    def point(self, world: World) -> Point:
        """Where the statement has got to; the same in every run of it that has taken the same choices."""
        return world.choices.stop() if world.choices is not None else ()

    def computed(self, world: World, point: Point) -> bool:
        """Whether an earlier run of the statement has come here, so that this one has to go on with what it found."""
        return world.choices is not None and point in world.choices.memo

    def resume(self, world: World, compute: Callable[[], list[Outcome]], point: Point | None = None) -> Outcome | None:
        """Choose one of several outcomes that were computed apart and go on as its world.

        `compute` runs once however often the statement is run again. None if there is no outcome at all.
        """
        choices = world.choices
        key = self.point(world) if point is None else point
        outcomes = choices.memo.get(key) if choices is not None else None
        if not isinstance(outcomes, list):
            parting = self.parting(world)
            outcomes = distinct(compute(), parting)
            if choices is not None:
                choices.memo[key] = outcomes
        if not outcomes:
            return None
        outcome: Outcome = outcomes[self.choose(world, len(outcomes))]
        world.adopt(outcome.world)
        return outcome

    def spend(self) -> None:
        """Count work; raises OutOfBudget when there was too much, and Interrupted when somebody waits."""
        self.workspace.heed()
        self.budget -= 1
        if self.budget < 0:
            raise OutOfBudget

    def parting(self, world: World) -> Start:
        """The present moment, from which several paths lead on."""
        return Start(world, next(self.handles))

    def within_share(self, scope: Scope, run: Callable[[], T]) -> T | None:
        """Run a call with its share of the budget; None if that is not enough."""
        share = min(self.budget, SHARE)
        rest, self.budget = self.budget - share, share
        try:
            return run()
        except OutOfBudget:
            if rest <= 0:
                raise
            self.budget = 0
            self.given_up.add(scope)
            self.times_given_up += 1
            return None
        finally:
            self.budget += rest

    def gave_up_on(self, scope: Scope) -> bool:
        """Whether a function took more than its share before."""
        self.times_given_up += scope in self.given_up
        return scope in self.given_up

    def start(self, scope: Scope, variables: Mapping[str, Value] | None = None) -> World:
        """A world at the beginning of a function."""
        from sessile.flow.frames import Frame

        return World([Frame(scope, dict(variables or {}))], {}, {}, None, self.shared)


def distinct(outcomes: list[Outcome], start: Start, limit: int = WORLDS) -> list[Outcome]:
    """Fewer outcomes that stand for all of these, at most `limit`; every kind keeps its place.

    `start` is where all of them came from.
    """
    if len(outcomes) < 2:
        return outcomes
    kept: list[tuple[Outcome, Drift]] = []
    for outcome in outcomes:
        _take_in(kept, outcome, start)
    return spread([outcome for outcome, _ in kept], limit)


def _take_in(kept: list[tuple[Outcome, Drift]], outcome: Outcome, start: Start) -> None:
    """Add an outcome, or let one stand for it and one of those kept."""
    drift = drift_of(outcome.world, start)
    for index, (held, theirs) in enumerate(kept):
        if held.kind is not outcome.kind or held.failure != outcome.failure:
            continue
        both = stands_for(held.world, outcome.world, start, (held.value, outcome.value), (theirs, drift))
        if both is None:
            continue
        if both is not held.world:
            del kept[index]
            values = outcome if both is outcome.world else held
            _take_in(kept, replace(values, world=both), start)
        return
    kept.append((outcome, drift))


def spread(outcomes: list[Outcome], limit: int) -> list[Outcome]:
    """Keep `limit` outcomes, taken evenly, so that early and late branches both live on."""
    if len(outcomes) <= limit:
        return outcomes
    step = len(outcomes) / limit
    return [outcomes[int(index * step)] for index in range(limit)]


__all__ = [
    "DEPTH",
    "UNKNOWN",
    "Failure",
    "Infeasible",
    "Kind",
    "Machine",
    "OutOfBudget",
    "Outcome",
    "Raised",
    "Work",
    "distinct",
]
