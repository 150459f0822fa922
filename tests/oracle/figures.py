"""The figures of a run: shares over any group of comparisons, and the bars that they are held to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .comparing import Comparison
    from .curing import Cure


@dataclass
class Share:
    """So many of so many; None of none."""

    part: int = 0
    whole: int = 0

    def add(self, part: int, whole: int) -> None:
        """Count more."""
        self.part += part
        self.whole += whole

    @property
    def percent(self) -> float | None:
        """In percent, None where there is nothing to count."""
        return 100 * self.part / self.whole if self.whole else None

    def __str__(self) -> str:
        return "–" if self.percent is None else f"{self.percent:.1f} % of {self.whole}"


@dataclass(frozen=True)
class Figure:
    """What is counted of each comparison, as part and whole, and the bar: at least or at most so many percent."""

    name: str
    count: Callable[[Comparison], tuple[int, int]]
    least: float | None = None
    most: float | None = None

    def of(self, comparisons: Iterable[Comparison]) -> Share:
        """The share over some comparisons."""
        share = Share()
        for each in comparisons:
            share.add(*self.count(each))
        return share

    def holds(self, share: Share) -> bool:
        """Whether the share is within the bar; nothing counted is nothing held against it."""
        value = share.percent
        if value is None:
            return True
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


def _offered(c: Comparison) -> tuple[int, int]:
    cure = c.cure
    if cure is None or not cure.offered or c.swallowed or cure.outside:
        return 0, 0
    return cure.changed and not cure.ails, 1


def _let_through(c: Comparison) -> tuple[int, int]:
    cure = c.cure
    return (0, 0) if cure is None or not cure.offered or not c.swallowed else (not cure.ails, 1)


def _broken(c: Comparison) -> tuple[int, int]:
    cure = c.cure
    return (0, 0) if cure is None or not cure.changed or not c.clean or c.swallowed else (bool(cure.ails), 1)


def _repaired(wrong: Callable[[Cure], bool]) -> Callable[[Comparison], tuple[int, int]]:
    """How many of the programs that fixes changed are wrong in some way."""
    return lambda c: (0, 0) if c.cure is None or not c.cure.changed else (wrong(c.cure), 1)


FIGURES = (
    Figure("raise", lambda c: (bool(c.failures), 1), least=30),
    Figure("run clean", lambda c: (c.clean, 1), least=40),
    Figure("recall", lambda c: (len(c.hits), len(c.hits) + len(c.missed)), least=98),
    Figure("of these errors", lambda c: (sum(level == "error" for _, level, _ in c.hits), len(c.hits)), least=90),
    Figure("of these at the innermost line", lambda c: (sum(exact for *_, exact in c.hits), len(c.hits))),
    Figure("programs with a false error", lambda c: (bool(c.false_errors), 1), most=0),
    Figure("clean programs with a false error", lambda c: (bool(c.false_errors), 1) if c.clean else (0, 0), most=0),
    Figure("clean programs warned of", lambda c: (bool(c.warnings), 1) if c.clean else (0, 0), most=0.5),
    Figure("lost writes found", lambda c: (c.lost and c.lost_found, c.lost), least=98),
    Figure("N+1 lines found", lambda c: (len(c.loops_found), len(c.loops)), least=95),
    Figure("false N+1", lambda c: (bool(c.false_loops), 1)),
    Figure("cured by the fixes that are offered", _offered, least=97),
    Figure("swallowed failures that fixes let through", _let_through, least=97),
    Figure("clean programs broken by fixes", _broken, most=0),
    Figure("repaired programs that do not parse", _repaired(lambda cure: not cure.parses), most=0),
    Figure("repaired programs that a second run changes", _repaired(lambda cure: not cure.steady), most=0),
    Figure("repaired programs with a finding more", _repaired(lambda cure: bool(cure.added)), most=0),
    Figure("repaired programs that then fail outside the catalogue", _repaired(lambda cure: cure.outside)),
    Figure("of rules that are not there yet", lambda c: (len(c.later), len(c.failures))),
    Figure("failures outside the catalogue", lambda c: (len(c.unnamed), len(c.failures))),
    Figure("programs outside the catalogue", lambda c: (c.outside, 1)),
)
#: The columns of the tables by value.
BRIEF = ("raise", "run clean", "recall", "of these errors", "programs with a false error", "clean programs warned of")


def brief() -> list[Figure]:
    """The figures of the tables by value."""
    return [figure for figure in FIGURES if figure.name in BRIEF]


def grouped(comparisons: Iterable[Comparison], key: Callable[[Comparison], str]) -> dict[str, list[Comparison]]:
    """The comparisons by some key."""
    groups: dict[str, list[Comparison]] = defaultdict(list)
    for each in comparisons:
        groups[key(each)].append(each)
    return dict(groups)
