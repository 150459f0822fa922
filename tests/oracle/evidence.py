"""What the runs of a program show for or against a finding.

A finding of severity error is refuted if its line raised in no run, and what it claims otherwise did not happen either.
Runs that are unusual (without rows, with many, with other keys, or the database fails) prove what is said, exception by
exception; they are not counted themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .families import LOST, codes_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .comparing import Failure
    from .judging import Said
    from .program import Program

#: What a clean program must not be warned of.
QUIET = ("SCOPE", "ROW", "COMMIT")
REOPENED = "SCOPE004"

Run = dict[str, Any]


class Evidence:
    """The runs of a program; `failures` are what came of the usual ones."""

    def __init__(
        self, program: Program, runs: Iterable[Run], failures: Iterable[Failure], unusual: Iterable[Run]
    ) -> None:
        runs, unusual = list(runs), list(unusual)
        quiet = [*runs, *(run for run in unusual if not run.get("made"))]
        self.raised = {*_raised(runs), *(place for failure in failures for place in failure.lines)}
        self.proved = set(_proved(program, [*runs, *unusual]))
        self.lost = any(run["lost"] for run in quiet)
        self.discarded = any(run["discarded"] for run in quiet)
        self.left_open = any(run["left_open"] for run in runs)
        self.ended_well = any(not run.get("error") for run in runs)

    def refutes_error(self, one: Said) -> bool:
        """Whether an error is false: it cannot happen on any run. Runs that raise show nothing of writes."""
        if one.code == LOST and not self.ended_well:
            return False
        return one.severity == "error" and one.place not in self.raised and not self._shown(one)

    def refutes_warning(self, one: Said) -> bool:
        """Whether a warning is one that a clean program must not have: nothing at all came of what it warns of."""
        if one.severity != "warning" or not one.code.startswith(QUIET) or self._shown(one):
            return False
        return not (one.code == REOPENED and self.left_open)

    def _shown(self, one: Said) -> bool:
        return (one.code, one.place) in self.proved or (one.code == LOST and (self.lost or self.discarded))


def _raised(runs: Iterable[Run]) -> Iterator[str]:
    for run in runs:
        yield from run.get("lines", ())
        yield from (places[-1] for places, *_ in run["caught"])


def _proved(program: Program, runs: Iterable[Run]) -> Iterator[tuple[str, str]]:
    """The rules and lines of which a run shows that they are right: what a callee catches, its caller's line led to."""
    for run in runs:
        if run.get("lines") and not run["made"]:
            codes = codes_for(run["error"], run["orig"], run["message"], program.line(run["lines"][-1]))
            yield from ((code, place) for code in codes for place in run["lines"])
        for places, error, orig, message in run["caught"]:
            codes = codes_for(error, orig, message, program.line(places[-1]))
            yield from ((code, place) for code in codes for place in places)
