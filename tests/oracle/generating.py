"""Chooses programs: first so many that every feasible pair of values of two dimensions occurs, then random ones.

A pair is feasible if some program has it; a pair for which none is found in many tries counts as infeasible. All of it
follows from the seed.
"""

from __future__ import annotations

from itertools import combinations, product
from random import Random
from typing import TYPE_CHECKING

from .kinds import KINDS
from .option import compatible
from .program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .kinds import Kind
    from .option import Option, Release

#: So many programs that all pairs occur, and some random programs.
COUNT = 7200
#: How often a pair is tried before it counts as infeasible.
TRIES = 40
#: Where more pairs than that do not occur, those that no program can have are not told apart.
FEW = 500

Value = tuple[int, int]
Pair = tuple[Value, Value]


class Space:
    """The values of a kind's dimensions, as pairs of numbers, and which of them go together on some release."""

    def __init__(self, kind: Kind, releases: tuple[Release, ...]) -> None:
        self.kind = kind
        self.dimensions = range(len(kind.dimensions))
        self.values = [
            [(index, number) for number, option in enumerate(dimension.options) if _runs(option, releases)]
            for index, dimension in enumerate(kind.dimensions)
        ]
        self.releases = releases
        self.mates: dict[Value, set[Value]] = {value: set() for values in self.values for value in values}
        for first, second in combinations(self.dimensions, 2):
            for one, other in product(self.values[first], self.values[second]):
                if self._compatible(one, other):
                    self.mates[one].add(other)
                    self.mates[other].add(one)

    def option(self, value: Value) -> Option:
        """The option behind a value."""
        return self.kind.dimensions[value[0]].options[value[1]]

    def _compatible(self, one: Value, other: Value) -> bool:
        names = self.kind.dimensions[one[0]].name, self.kind.dimensions[other[0]].name
        return compatible(names[0], self.option(one), names[1], self.option(other))

    def pairs(self) -> set[Pair]:
        """The pairs that could be feasible."""
        return {(one, other) for one, mates in self.mates.items() for other in mates if one < other}

    def completed(self, given: tuple[Value, ...], random: Random, wanted: set[Pair]) -> tuple[Value, ...] | None:
        """A program with the given values, and with many of the wanted pairs; None where the choices led nowhere."""
        chosen = dict(given)
        order = [index for index in self.dimensions if index not in chosen]
        random.shuffle(order)
        for index in order:
            held = list(chosen.items())
            allowed = [value for value in self.values[index] if all(each in self.mates[value] for each in held)]
            if not allowed:
                return None
            random.shuffle(allowed)
            allowed.sort(key=lambda value: -(random.random() ** (1 / self.option(value).weight)))
            chosen[index] = _best(allowed, held, wanted)[1]
        values = tuple(sorted(chosen.items()))
        return values if self._on_one_release(values) else None

    def _on_one_release(self, values: tuple[Value, ...]) -> bool:
        options = [self.option(value) for value in values]
        flavours = set.intersection(*(set(option.flavours) for option in options))
        return bool(flavours) and any(all(_runs(option, (each,)) for option in options) for each in self.releases)

    def program(self, values: tuple[Value, ...]) -> Program:
        """The program that has the values."""
        return Program(self.kind.name, tuple(self.option(value).name for value in values))


def _runs(option: Option, releases: tuple[Release, ...]) -> bool:
    return any(option.since <= release <= option.until for release in releases)


def _pair(one: Value, other: Value) -> Pair:
    return (one, other) if one < other else (other, one)


def _best(allowed: list[Value], held: list[Value], wanted: set[Pair]) -> Value:
    """The value that brings the most of the wanted pairs."""
    if not wanted:
        return allowed[0]
    return max(allowed, key=lambda value: sum(_pair(value, each) in wanted for each in held))


def covering(space: Space, random: Random) -> Iterator[tuple[Value, ...]]:
    """Programs until every feasible pair has occurred."""
    left = sorted(space.pairs())
    random.shuffle(left)
    wanted = set(left)
    for pair in left:
        if pair not in wanted:
            continue
        tries = (space.completed(pair, random, wanted if number < TRIES // 2 else set()) for number in range(TRIES))
        values = next((each for each in tries if each is not None), None)
        wanted.discard(pair)
        if values is not None:
            wanted.difference_update(combinations(values, 2))
            yield values


def sampled(space: Space, random: Random) -> Iterator[tuple[Value, ...]]:
    """Random programs without end."""
    while True:
        values = space.completed((), random, set())
        if values is not None:
            yield values


def programs(seed: int, count: int, releases: tuple[Release, ...]) -> Iterator[Program]:
    """`count` programs of all kinds: where there is room for them, those that cover all pairs and then random ones."""
    made: set[str] = set()
    spaces = [(Space(kind, releases), Random(f"{seed} {kind.name}")) for kind in KINDS.values()]
    for stage in (covering, sampled):
        sources = [(space, stage(space, random), space.kind.share) for space, random in spaces]
        for program in _mixed(sources, Random(seed)):
            if len(made) == count:
                return
            if program.key not in made:
                made.add(program.key)
                yield program


def _mixed(sources: list[tuple[Space, Iterator[tuple[Value, ...]], int]], random: Random) -> Iterator[Program]:
    """The programs of several kinds, by their shares, until there are none left of any."""
    while sources:
        at = random.choices(range(len(sources)), [share for *_, share in sources])[0]
        space, source, _share = sources[at]
        values = next(source, None)
        if values is None:
            del sources[at]
        else:
            yield space.program(values)


def coverage(chosen: list[Program], releases: tuple[Release, ...], seed: int) -> dict[str, tuple[int, int]]:
    """Of each kind, how many pairs of values occur, and how many are feasible."""
    found: dict[str, tuple[int, int]] = {}
    for kind in KINDS.values():
        space = Space(kind, releases)
        numbers = [{option.name: at for at, option in enumerate(each.options)} for each in kind.dimensions]
        seen: set[Pair] = set()
        for program in chosen:
            if program.kind == kind.name:
                values = tuple((at, numbers[at][name]) for at, name in enumerate(program.names))
                seen.update(combinations(values, 2))
        random, missing = Random(seed), sorted(space.pairs() - seen)
        if len(missing) <= FEW:
            missing = [pair for pair in missing if _feasible(space, pair, random)]
        found[kind.name] = (len(seen), len(seen) + len(missing))
    return found


def _feasible(space: Space, pair: Pair, random: Random) -> bool:
    return any(space.completed(pair, random, set()) is not None for _ in range(TRIES))
