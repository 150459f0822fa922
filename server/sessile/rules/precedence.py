"""One defect is one finding: which of several problems stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

#: A problem of the first rule at a place makes those of the others there superfluous.
STRONGER: tuple[tuple[str, str], ...] = (
    ("SCOPE003", "LOAD001"),
    ("ROW007", "ROW001"),
    ("ROW007", "ROW002"),
    ("ROW007", "ROW003"),
    ("DETACH002", "DETACH003"),
    ("DETACH002", "DETACH001"),
    ("DETACH003", "DETACH001"),
    ("SCOPE006", "COMMIT002"),
)
READS = ("SCOPE001", "SCOPE002", "SCOPE003", "SCOPE013")


def settled(problems: list[Problem]) -> list[Problem]:
    """The problems that stand."""
    nearest = _nearest(problems)
    kept = [problem for problem in problems if _stands(problem, nearest)]
    places = {(problem.rule.code, problem.site.key) for problem in kept}
    kept = [problem for problem in kept if not any(
        (stronger, problem.site.key) in places for stronger, weaker in STRONGER if weaker == problem.rule.code
    )]
    return _without_leaks(kept)


def _nearest(problems: list[Problem]) -> dict[tuple[str, object], int]:
    """For every failing node, how few calls lie between it and a place where it is shown."""
    found: dict[tuple[str, object], int] = {}
    for problem in problems:
        key = (problem.rule.code, (problem.inner or problem.site).key)
        found[key] = min(problem.depth, found.get(key, problem.depth))
    return found


def _stands(problem: Problem, nearest: dict[tuple[str, object], int]) -> bool:
    return problem.depth <= nearest[(problem.rule.code, (problem.inner or problem.site).key)]


def _without_leaks(problems: list[Problem]) -> list[Problem]:
    """A read that fails stands for the return that leaked the object."""
    told = {
        step.site.key
        for problem in problems
        if problem.rule.code in READS
        for step in problem.story
    }
    return [
        problem
        for problem in problems
        if not (problem.rule.code.startswith("DETACH") and problem.data.get("origin") in told)
    ]
