"""Compares what the library did with what was said: one `Comparison` for each program and release.

`missed` and `hit` are about the failures of the runs: an exception is hit by a finding of its family, warning or above,
on a line of the program that the exception passed; `innermost` says that it was the very line that raised. Where a run
ended by a failure of which no rule speaks, nobody knows what would have happened after it, and no error counts as
false.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sessile.rules.registry import by_code

from .evidence import Evidence
from .families import LOST, codes_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .curing import Cure
    from .judging import Said
    from .program import Program

LOUD = ("error", "warning")
LOOP = "LOAD001"


@dataclass(frozen=True)
class Failure:
    """An exception that left the program; `lines` outermost first, `text` is what stands at the innermost."""

    error: str
    orig: str | None
    message: str
    lines: tuple[str, ...]
    text: str

    @property
    def codes(self) -> tuple[str, ...]:
        """The rules that speak of it."""
        return codes_for(self.error, self.orig, self.message, self.text)

    @property
    def later(self) -> bool:
        """Whether none of the rules that speak of it exists yet."""
        return bool(self.codes) and not set(self.codes) & set(by_code())


@dataclass(frozen=True)
class Comparison:
    """A program on one release."""

    key: str
    release: str
    failed: str = ""
    failures: tuple[Failure, ...] = ()
    hits: tuple[tuple[Failure, str, bool], ...] = ()
    missed: tuple[Failure, ...] = ()
    unnamed: tuple[Failure, ...] = ()
    later: tuple[Failure, ...] = ()
    false_errors: tuple[Said, ...] = ()
    warnings: tuple[Said, ...] = ()
    swallowed: bool = False
    lost: bool = False
    lost_found: bool = False
    loops: tuple[str, ...] = ()
    loops_found: tuple[str, ...] = ()
    false_loops: tuple[Said, ...] = ()
    said: tuple[Said, ...] = ()
    cure: Cure | None = None
    runs: tuple[dict[str, Any], ...] = field(default=(), repr=False)

    @property
    def clean(self) -> bool:
        """Whether nothing raised, and nothing that was written was lost."""
        return not self.failed and not self.failures and not self.lost

    @property
    def outside(self) -> bool:
        """Whether all that goes wrong is outside the catalogue."""
        return bool(self.unnamed) and len(self.unnamed) == len(self.failures) and not self.lost

    @property
    def agrees(self) -> bool:
        """Whether there is nothing to look into."""
        wrong = self.failed or self.missed or self.false_errors or self.warnings or (self.lost and not self.lost_found)
        return not wrong and self.loops == self.loops_found and not self.false_loops and not self.uncured

    @property
    def uncured(self) -> str:
        """What is wrong with its fixes: an offered one does not cure, a clean program breaks, a finding is added."""
        if self.cure is None or not self.cure.changed or (self.swallowed and not self.cure.offered):
            return ""
        cure = self.cure
        if (cure.offered or self.clean) and cure.ails and not cure.outside:
            return f"{'not cured' if cure.offered else 'broken'}: {cure.ails}"
        added = f"added {', '.join(cure.added)}" if cure.added else ""
        return added or ("" if cure.steady else "a second run changes more")

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def compared(
    program: Program, release: str, outcome: dict[str, Any], said: list[Said], unusual: Iterable[dict[str, Any]] = ()
) -> Comparison:
    """What became of a program on a release, beside what was said of it."""
    if "failed" in outcome:
        return Comparison(program.key, release, failed=outcome["failed"], said=tuple(said))
    runs = outcome["runs"]
    failures = (*(_failure(program, run) for run in runs if run.get("error")), *_wrong(program, runs))
    failures = tuple(dict.fromkeys(failures))
    hits = [(failure, *hit) for failure in failures if (hit := _hit(failure, said)) is not None]
    found = {failure for failure, *_ in hits}
    quiet = [run for run in runs if not run.get("error")]
    lost = any(run["lost"] for run in quiet)
    masked = any(not failure.codes or failure.later for failure in failures)
    evidence = Evidence(program, runs, failures, unusual)
    loops = tuple(sorted(set(_loops(runs)))) if program.kind == "loop" else ()
    lines = {place for places in loops for place in places.split(" < ")}
    told = {one.place for one in said if one.code == LOOP}
    clean = not failures and not lost
    return Comparison(
        program.key,
        release,
        failures=failures,
        hits=tuple(hits),
        missed=tuple(each for each in failures if each.codes and each not in found and not each.later),
        later=tuple(each for each in failures if each.later),
        unnamed=tuple(each for each in failures if not each.codes),
        false_errors=tuple(one for one in said if not masked and evidence.refutes_error(one)),
        warnings=tuple(one for one in said if clean and evidence.refutes_warning(one)),
        swallowed=any(swallows(run) for run in runs),
        lost=lost,
        lost_found=any(one.code == LOST and one.severity in LOUD for one in said),
        loops=loops,
        loops_found=tuple(places for places in loops if told & set(places.split(" < "))),
        false_loops=tuple(
            one for one in said if program.kind == "loop" and one.code == LOOP and one.place not in lines
        ),
        said=tuple(said),
        runs=tuple(runs),
    )


def swallows(run: dict[str, Any]) -> bool:
    """Whether a run ended well although the database made it fail."""
    return not run.get("error") and any(orig is not None for _, _, orig, _ in run["caught"])


def _failure(program: Program, run: dict[str, Any]) -> Failure:
    text = program.line(run["lines"][-1]) if run["lines"] else ""
    return Failure(run["error"], run["orig"], run["message"], tuple(run["lines"]), text)


def _wrong(program: Program, runs: Iterable[dict[str, Any]]) -> Iterator[Failure]:
    """Runs that raised nothing, and gave something else than they ought to."""
    lines = program.files["main.py"].split("\n")
    for at, expected in program.demands.get("expected", ()):
        places = [f"main.py:{number}" for number, line in enumerate(lines, 1) if at in line]
        for run in runs:
            value = run.get("value", "None")
            if value not in ("None", expected) and places:
                yield Failure("WrongValue", None, f"gave {value} instead of {expected}", tuple(places), at)


def _hit(failure: Failure, said: Iterable[Said]) -> tuple[str, bool] | None:
    """The strongest severity of the findings that name a failure, and whether one names the innermost line."""
    right = [one for one in said if one.code in failure.codes and one.severity in LOUD and one.place in failure.lines]
    if not right:
        return None
    return min(one.severity for one in right), any(one.place == failure.lines[-1] for one in right)


def _loops(runs: list[dict[str, Any]]) -> Iterator[str]:
    """Where the program loads something of one object after the other: lines and their callers, by ` < `."""
    sizes = sorted({run["size"] for run in runs})
    if len(sizes) < 2:
        return
    small, large = ([run for run in runs if run["size"] == size] for size in (sizes[0], sizes[-1]))
    for one, other in zip(small, large, strict=True):
        for places, count in other["loads"].items():
            if count - one["loads"].get(places, 0) >= sizes[-1] - sizes[0]:
                yield places
