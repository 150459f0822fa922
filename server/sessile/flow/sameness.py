"""Whether one world can stand for two: whether it has all that the other may still do.

Names that are not asked for again do not count, nor does what nobody can reach any more. States that were made on
different paths have different handles; the worlds are alike if they can be paired so that they look alike. What was
there before the paths parted (handles below `since`) is alike only to itself, since statements around may hold it.

Plain values need not agree. Where one world knows nothing of a value it takes every way that the other one takes, so it
stands for both. Where the two differ in a single plain thing (a flag, whether a list of numbers is empty, the answer to
one condition) a world that knows nothing of this thing takes the ways of both and no other.
"""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from sessile.flow.scalars import SAFE
from sessile.flow.values import UNKNOWN, Arguments, Const, Scalar, Unknown, Value
from sessile.flow.world import (
    CollectionState,
    InstanceState,
    ObjectState,
    Openness,
    ResultState,
    SessionState,
    State,
    Storage,
    World,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessile.flow.frames import Frame
    from sessile.flow.machine import Outcome


#: Values that tell nothing of sessions and objects.
PLAIN = Const | Scalar


class Shape(NamedTuple):
    """How the fields of a class are compared: as they are, as handles, or part by part."""

    plain: Callable[[object], object] | None
    handles: tuple[str, ...]
    parts: tuple[str, ...]


class Start(NamedTuple):
    """Where paths part: the world, and the first handle that is given out from there on."""

    world: World
    since: int


class Drift(NamedTuple):
    """What a world has that was not there, or not in this state, where the paths parted."""

    old: dict[int, State]
    new: dict[int, State]


def drift_of(world: World, start: Start) -> Drift:
    """What happened to a world since the start; worth keeping, since it is compared with several others."""
    before, since = start.world.heap, start.since
    old, new = {}, {}
    for handle, state in world.heap.items():
        if handle >= since:
            new[handle] = state
        elif before.get(handle) is not state:
            old[handle] = state
    return Drift(old, new)


def stands_for(
    one: World, other: World, start: Start, given: tuple[object, object], changes: tuple[Drift, Drift]
) -> World | None:
    """One of two worlds, or one made of the first, that stands for both; None if there is none.

    `given` are values that they hand on.
    """
    pairing = Pairing(one, other, start, *changes)
    if len(one.frames) != len(other.frames) or not pairing.worlds(given):
        return None
    if pairing.open is not None:
        joined = one.copy()
        pairing.open(joined)
        joined.doubtful = one.doubtful and other.doubtful
        return joined
    return _surer(one, other, pairing)


def _surer(one: World, other: World, pairing: Pairing) -> World | None:
    """The world that knows less; a doubtful one stands for no other that is not."""
    wide, narrow = (other, one) if pairing.narrower else (one, other)
    if not wide.doubtful or narrow.doubtful:
        return wide
    return None if pairing.wider or pairing.narrower else narrow


def _live(mine: Frame, theirs: Frame) -> frozenset[str] | None:
    if mine.live is theirs.live:
        return mine.live
    return None if mine.live is None or theirs.live is None else mine.live | theirs.live


def _counts(name: str, live: frozenset[str] | None) -> bool:
    """Whether a name is asked for again; the machine's own variables have a blank in their names."""
    return live is None or name in live or name.endswith(" ")


class Pairing:
    """Pairs the handles of two worlds while it compares what they lead to."""

    __slots__ = ("back", "mine", "narrower", "one", "open", "other", "start", "theirs", "to", "todo", "wider")

    def __init__(self, one: World, other: World, start: Start, mine: Drift, theirs: Drift) -> None:
        self.one = one
        self.other = other
        self.mine = mine
        self.theirs = theirs
        self.start = start
        self.to: dict[int, int] = {}
        self.back: dict[int, int] = {}
        self.todo: list[tuple[int, int]] = []
        #: The first knows less of some plain value than the second; and the reverse.
        self.wider = False
        self.narrower = False
        #: Leaves the only plain thing open in which the two differ.
        self.open: Callable[[World], None] | None = None

    def worlds(self, given: tuple[object, object]) -> bool:
        """Whether the two are alike but for plain things that one of them, or a third one, leaves open."""
        return (
            self.alike(*given)
            and self.old()
            and self.frames()
            and self.assumptions()
            and self.alike(self.one.globals, self.other.globals)
            and self.alike(self.one.stored, self.other.stored)
            and self.reached()
            and self.unnamed()
        )

    def _weaker(self, mine: bool) -> bool:
        """Note that one of the two knows less; whether it is the same one everywhere."""
        self.wider = self.wider or mine
        self.narrower = self.narrower or not mine
        return not (self.wider and self.narrower) and self.open is None

    def _left_open(self, change: Callable[[World], None]) -> bool:
        """Leave something open; whether it is the only difference."""
        if self.wider or self.narrower or self.open is not None:
            return False
        self.open = change
        return True

    def assumptions(self) -> bool:
        """Whether the same was decided of the conditions that are asked again."""
        mine, theirs = self.one.assumed, self.other.assumed
        if mine == theirs:
            return True
        pairs = zip(self.one.frames, self.other.frames, strict=True)
        live = {id(frame.scope): _live(frame, other) for frame, other in pairs}
        for key in sorted({*mine, *theirs}):
            if mine.get(key) is theirs.get(key) or not _counts(key[1], live.get(key[0])):
                continue
            if key in mine and key in theirs:
                if not self._left_open(partial(_forget, key)):
                    return False
            elif not self._weaker(key in theirs):
                return False
        return True

    def handle(self, mine: int | None, theirs: int | None) -> bool:
        """Pair two handles, unless one of them has another partner."""
        since = self.start.since
        if mine is None or theirs is None or mine < since or theirs < since:
            return mine == theirs
        if mine in self.to or theirs in self.back:
            return self.to.get(mine) == theirs
        self.to[mine] = theirs
        self.back[theirs] = mine
        self.todo.append((mine, theirs))
        return True

    def alike(self, mine: object, theirs: object) -> bool:
        """Whether two values, states or tuples or mappings of them look the same."""
        kind = type(mine)
        if kind is not type(theirs):
            return self._unknown(mine, theirs)
        shape = SHAPES.get(kind)
        if shape is None:
            return self._members(mine, theirs)
        plain, handles, parts = shape
        if mine is not theirs and plain is not None and plain(mine) != plain(theirs):
            return False
        for name in handles:
            if not self.handle(getattr(mine, name), getattr(theirs, name)):
                return False
        for name in parts:
            one, other = getattr(mine, name), getattr(theirs, name)
            if not ((one is other and (type(one) in BARE or not one)) or self.alike(one, other)):
                return False
        return True

    def _members(self, mine: object, theirs: object) -> bool:
        if mine is theirs and not mine:
            return True
        if isinstance(mine, tuple) and isinstance(theirs, tuple):
            return len(mine) == len(theirs) and all(map(self.alike, mine, theirs))
        if isinstance(mine, dict | MappingProxyType) and isinstance(theirs, dict | MappingProxyType):
            return mine.keys() == theirs.keys() and all(self.alike(value, theirs[key]) for key, value in mine.items())
        return mine is theirs or mine == theirs

    def _unknown(self, mine: object, theirs: object) -> bool:
        """Whether one of two values is unknown, and the other plain."""
        if mine is UNKNOWN and isinstance(theirs, PLAIN):
            return self._weaker(True)
        return theirs is UNKNOWN and isinstance(mine, PLAIN) and self._weaker(False)

    def frames(self) -> bool:
        """Whether the variables that are asked for again are alike; frames that were not entered since are."""
        before = self.start.world.frames
        for index in range(len(self.one.frames) - 1, -1, -1):
            mine, theirs = self.one.frames[index], self.other.frames[index]
            untouched = mine is theirs and index < len(before) and before[index] is mine
            if not untouched and not self._frame(mine, theirs):
                return False
        return True

    def _frame(self, mine: Frame, theirs: Frame) -> bool:
        if mine.scope is not theirs.scope or not self._pending(mine.pending, theirs.pending):
            return False
        live = _live(mine, theirs)
        inner = mine is self.one.frames[-1]
        others = theirs.variables
        for name, value in mine.variables.items():
            other = others.get(name)
            if value is other and type(value) in BARE:
                continue
            if _counts(name, live) and not self._variable(name, value, other, inner):
                return False
        return all(name in mine.variables or not _counts(name, live) or self._weaker(False) for name in others)

    def _variable(self, name: str, mine: Value, theirs: Value | None, inner: bool) -> bool:
        """Whether a variable is alike. One that is not bound cannot be asked for without failing."""
        if theirs is None:
            return self._weaker(True)
        if inner and isinstance(mine, PLAIN) and isinstance(theirs, PLAIN) and mine != theirs:
            return self._left_open(partial(_assign, name, _general((mine, theirs))))
        return self.alike(mine, theirs)

    def _pending(self, mine: Outcome | None, theirs: Outcome | None) -> bool:
        if mine is None or theirs is None:
            return mine is theirs
        return mine.kind is theirs.kind and self.alike(mine.value, theirs.value)

    def old(self) -> bool:
        """Whether everything that was there before the paths parted is in the same state."""
        mine, theirs = self.mine, self.theirs
        if len(self.one.heap) - len(mine.new) != len(self.other.heap) - len(theirs.new):
            return False
        return all(self.states(handle, handle) for handle in mine.old) and all(
            handle in mine.old or self.states(handle, handle) for handle in theirs.old
        )

    def states(self, mine: int, theirs: int) -> bool:
        """Whether two states are alike, or differ in something plain."""
        one, other = self.one.heap.get(mine), self.other.heap.get(theirs)
        if isinstance(one, CollectionState) and isinstance(other, CollectionState) and one != other:
            joined = _any_of(one, other)
            if joined is not None:
                known = joined in (one, other)
                return self._weaker(joined == one) if known else self._left_open(partial(_put, mine, joined))
        if isinstance(one, InstanceState) and isinstance(other, InstanceState) and one.facts is other.facts:
            names = dict.fromkeys((*one.attributes, *other.attributes))
            return all(self._attribute(mine, name, one, other) for name in names)
        return self.alike(one, other)

    def _attribute(self, handle: int, name: str, one: InstanceState, other: InstanceState) -> bool:
        mine, theirs = one.attributes.get(name, UNKNOWN), other.attributes.get(name, UNKNOWN)
        if mine == theirs or not isinstance(mine, PLAIN) or not isinstance(theirs, PLAIN):
            return self.alike(mine, theirs)
        attributes = MappingProxyType({**one.attributes, name: _general((mine, theirs))})
        return self._left_open(partial(_put, handle, InstanceState(one.facts, one.scope, attributes)))

    def reached(self) -> bool:
        """Whether everything is alike that was found to be paired so far."""
        while self.todo:
            mine, theirs = self.todo.pop()
            if not self.states(mine, theirs):
                return False
        return True

    def unnamed(self) -> bool:
        """Whether what nobody names any more ends in the same way, and may be found in the same sessions."""
        mine, theirs = _lone(self.mine, self.to), _lone(self.theirs, self.back)
        sessions = [handle for handle, state in mine if _may_end(state)]
        others = [handle for handle, state in theirs if _may_end(state)]
        if len(sessions) != len(others) or not all(map(self.handle, sessions, others)) or not self.reached():
            return False
        return _traces(mine, self.to) == _traces(theirs, {})


def _lone(changes: Drift, paired: dict[int, int]) -> list[tuple[int, State]]:
    """What was made since the start and has no partner."""
    return [(handle, state) for handle, state in changes.new.items() if handle not in paired]


def _may_end(state: State) -> bool:
    """Whether it matters what becomes of a state that nobody names: a session that a called function closed is gone."""
    return isinstance(state, SessionState) and not (state.openness is Openness.CLOSED and state.calls)


def _any_of(one: CollectionState, other: CollectionState) -> CollectionState | None:
    """Any number of the elements of two collections, if these are plain and no literals, which may become SQL."""
    inside = [each for state in (one, other) for each in (*state.items, state.each) if each is not None]
    if (
        one.kind != other.kind
        or one.known
        or other.known
        or not all(isinstance(each, PLAIN | Unknown) for each in inside)
    ):
        return None
    return CollectionState(one.kind, each=UNKNOWN) if _general(tuple(inside)) is UNKNOWN else None


def _general(values: tuple[Value, ...]) -> Value:
    """What several plain values have in common: that they are literals of the program, or nothing."""
    return SAFE if all(isinstance(each, Const) or each == SAFE for each in values) else UNKNOWN


def _forget(key: tuple[int, str], world: World) -> None:
    del world.assumed[key]


def _assign(name: str, value: Value, world: World) -> None:
    world.frame.variables[name] = value


def _put(handle: int, state: State, world: World) -> None:
    world.heap[handle] = state


def _traces(states: list[tuple[int, State]], names: dict[int, int]) -> set[object]:
    """What can be told of the objects of sessions without their names."""
    return {
        (state.facts, names.get(state.session, state.session), state.life, state.columns, state.dirty is None)
        for _, state in states
        if isinstance(state, ObjectState) and state.session is not None
    }


#: Types of fields that hold values, or what values are made of.
HOLDING = ("Value", "Arguments", "Statement", "Function", "SessionRef", "tuple[str | Hole")


def _shape(kind: type) -> Shape:
    handles, parts, plain = [], [], []
    for each in fields(kind):
        annotation = str(each.type)
        if not each.compare:
            continue
        if annotation in ("Handle", "Handle | None"):
            handles.append(each.name)
        elif any(word in annotation for word in HOLDING):
            parts.append(each.name)
        else:
            plain.append(each.name)
    return Shape(attrgetter(*plain) if plain else None, tuple(handles), tuple(parts))


STATES = (CollectionState, InstanceState, ObjectState, ResultState, SessionState, Storage, Arguments)
SHAPES: dict[type, Shape] = {kind: _shape(kind) for kind in (*STATES, *Value.__subclasses__())}
#: Values that lead to no handle.
BARE = frozenset(kind for kind, shape in SHAPES.items() if not shape.handles and not shape.parts)
