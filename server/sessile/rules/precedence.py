"""One defect is one finding: which of several problems stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessile.rules.rule import Problem

#: A problem of the first rule at a place makes those of the second there superfluous.
STRONGER: tuple[tuple[str, str], ...] = (
    ("SCOPE003", "LOAD001"),
    ("ROW007", "ROW001"),
    ("ROW007", "ROW002"),
    ("ROW007", "ROW003"),
    ("DETACH004", "DETACH002"),
    ("DETACH004", "DETACH003"),
    ("DETACH002", "DETACH003"),
    ("SCOPE006", "COMMIT002"),
)
SWALLOWING = ("EXC001", "EXC002", "EXC003")
READS = ("SCOPE001", "SCOPE002", "SCOPE003", "SCOPE013")


def settled(problems: list[Problem], known: Callable[[Problem], bool]) -> list[Problem]:
    """The problems that stand. `known` says whether all callers of a problem's function were followed."""
    seen = [problem for problem in problems if not (problem.unseen and _only_callers_know(problem) and known(problem))]
    kept = _once_per_loop(_without_swallowed(_without_leaks(_one_each(seen))))
    places = {(problem.rule.code, problem.site.key) for problem in kept}
    kept = [
        problem
        for problem in kept
        if not any((first, problem.site.key) in places for first, second in STRONGER if second == problem.rule.code)
    ]
    left = {problem.scope for problem in kept if problem.rule.code in ("DETACH002", "DETACH003", "DETACH004")}
    kept = [problem for problem in kept if problem.rule.code != "DETACH001" or problem.scope not in left]
    return list({(problem.rule.code, problem.site.key): problem for problem in reversed(kept)}.values())


def _only_callers_know(problem: Problem) -> bool:
    """Whether what a problem hangs on is told where the function is called: nothing further down is needed for it."""
    return problem.depth == 0 or problem.rule.code in READS


def _one_each(problems: list[Problem]) -> list[Problem]:
    """For every failing node the strongest claim, and of these what is shown nearest to it."""
    best: dict[tuple[str, object], tuple[int, int]] = {}
    for problem in problems:
        best[_node(problem)] = min(_order(problem), best.get(_node(problem), (9, 9)))
    return [problem for problem in problems if _order(problem) <= best[_node(problem)]]


def _node(problem: Problem) -> tuple[str, object]:
    return (problem.rule.code, (problem.inner or problem.site).key)


def _order(problem: Problem) -> tuple[int, int]:
    return (problem.claim.rank, problem.depth)


def _once_per_loop(problems: list[Problem]) -> list[Problem]:
    """Of the lazy loads of one relationship in one loop the first."""
    first: dict[object, Problem] = {}
    for problem in problems:
        if problem.rule.code == "LOAD001":
            held = first.setdefault(problem.data.get("once"), problem)
            if _place(problem) < _place(held):
                first[problem.data.get("once")] = problem
    loads = list(first.values())
    kept = {id(problem) for problem in loads if not any(_leads_on(other, problem) for other in loads)}
    return [problem for problem in problems if problem.rule.code != "LOAD001" or id(problem) in kept]


def _leads_on(other: Problem, problem: Problem) -> bool:
    """Whether the loader options for another problem of the same loop lead through all that this one loads, and on."""
    around, further = problem.data["around"], other.data["around"]
    assert isinstance(around, tuple)
    assert isinstance(further, tuple)
    same = around[:2] == further[:2] and other.claim.rank <= problem.claim.rank
    return same and all(
        any(longer.startswith(f"{option}.") for longer in _options(other)) for option in _options(problem)
    )


def _options(problem: Problem) -> list[str]:
    loads = problem.data["loads"]
    assert isinstance(loads, tuple)
    return [load.option for load in loads]


def _place(problem: Problem) -> tuple[int, int]:
    node = problem.site.node
    return (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))


def _without_swallowed(problems: list[Problem]) -> list[Problem]:
    """That a handler leaves the session unusable is the worse half of what is wrong with it."""
    broken = [problem for problem in problems if problem.rule.code == "COMMIT003"]
    told = {id(problem.data.get("handler")) for problem in broken}
    used = {
        id(problem.data.get("handler")) for problem in broken if problem.site.node is not problem.data.get("handler")
    }
    return [
        problem
        for problem in problems
        if not (problem.rule.code in SWALLOWING and id(problem.site.node) in told)
        and not (problem.rule.code == "COMMIT003" and id(problem.site.node) in used)
    ]


def _without_leaks(problems: list[Problem]) -> list[Problem]:
    """A read that fails stands for the return that leaked the object."""
    told = {step.site.key for problem in problems if problem.rule.code in READS for step in problem.story}
    told |= {problem.site.key for problem in problems if problem.rule.code in READS}
    return [
        problem
        for problem in problems
        if not (problem.rule.code.startswith("DETACH") and problem.data.get("origin") in told)
    ]
