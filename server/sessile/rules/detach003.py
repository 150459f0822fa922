"""An instance is committed, refreshed and returned: columns are readable, relationships are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import Returned
from sessile.rules.detach002 import leak
from sessile.rules.finding import Applicability, Severity
from sessile.rules.leaving import loss
from sessile.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.rule import Problem

RULE = Rule("DETACH003", "return-refreshed", Severity.INFORMATION, Applicability.UNSAFE)


@RULE.on(Returned)
def check(event: Returned) -> Iterator[Problem]:
    """The refresh loaded the columns only."""
    if len(event.world.frames) > 1 or event.yielded:
        return
    for _, state in event.entities:
        if state.refreshed and loss(state) is Severity.INFORMATION:
            yield leak(RULE, event, state, Severity.INFORMATION, "was refreshed and leaves its session here")
