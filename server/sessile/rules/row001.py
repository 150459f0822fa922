"""A Row is used as if it were the entity in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import RowMisused
from sessile.flow.story import Step
from sessile.flow.values import ClassRef
from sessile.rules.finding import Applicability, Severity
from sessile.rules.rule import Rule
from sessile.rules.telling import problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.flow.world import ResultState
    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem

RULE = Rule("ROW001", "row-used-as-entity", Severity.ERROR, Applicability.SAFE)


@RULE.on(RowMisused)
def check(event: RowMisused) -> Problem | None:
    """An attribute of the entity is read of a Row that was fetched into a variable."""
    if event.iterated or event.chained or foreign_select(event.result):
        return None
    entity = entity_name(event.result)
    if entity is None:
        return None
    message = (
        f"this is a Row with one {entity} in it, not the {entity}: a Row has no `{event.name}`, so this raises "
        f"AttributeError; call `.scalars()` before `.{event.row.method}()`"
    )
    return problem(RULE, event, message, story_of(event), data=data_of(event))


def entity_name(result: ResultState) -> str | None:
    """The class of the only column, if it is an entity."""
    if len(result.columns) == 1 and isinstance(result.columns[0], ClassRef):
        return result.columns[0].facts.name
    return None


def foreign_select(result: ResultState) -> bool:
    """Whether SQLModel's `exec` was given a select that is not SQLModel's: that is ROW007."""
    return result.via == "exec" and not result.statement.sqlmodel


def story_of(event: RowMisused) -> tuple[Step, ...]:
    """Where the statement was run and where the Row was fetched."""
    steps = []
    if event.result.site is not None:
        steps.append(Step(event.result.site, f"`{event.result.via}` gives Rows"))
    if event.row.site is not None and event.row.site.node is not event.site.node:
        steps.append(Step(event.row.site, "the Row is taken out here"))
    return tuple(steps)


def data_of(event: RowMisused) -> dict[str, object]:
    """What the repair needs: the fetch."""
    return {
        "fetch": event.row.site,
        "method": event.row.method,
        "run": event.result.site,
        "entity": entity_name(event.result),
    }


@RULE.repairs(lambda problem: f"Insert `.scalars()` before `.{problem.data['method']}()`")
def fix(problem: Problem, source: Source) -> Iterator[Draft]:
    """Entities are fetched instead of Rows."""
    from sessile.fixes.results import scalars

    return scalars(problem, source)
