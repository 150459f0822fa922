"""What the rules about Rows share: which rule speaks, and how a Row and its origin are named.

`data` of these problems: `use` is the Site of the failing node, `fetch` the Site of the fetch (a call such as
`.first()`, or the expression that is iterated), `method` the fetch's name as in the result tables ("__iter__" for a
loop), `run` the Site of the call that ran the statement, `via` its name ("execute", "exec", "query", ...), `statement`
the Site of the `select(...)` call or None, `entity` the class name or None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.containment import told_below
from sessile.flow.events import Misuse
from sessile.flow.story import Step
from sessile.flow.values import AttributeRef, ClassRef

if TYPE_CHECKING:
    from sessile.flow.events import RowMissing, RowMisused, RowOperated
    from sessile.flow.world import ResultState
    from sessile.orm.mapped import ClassFacts

#: These exist on a ScalarResult as well, and mean the same.
SAME = frozenset({"first", "one", "one_or_none", "all", "fetchall", "fetchmany", "__iter__", "__aiter__"})
LOOPS = frozenset({"__iter__", "__aiter__", "__next__", "__anext__"})


def entity_of(event: RowMisused) -> ClassFacts | None:
    """The class that the Row is taken for: the one with the attribute, else the first."""
    found = [column.facts for column in event.result.columns if isinstance(column, ClassRef)]
    return next((facts for facts in found if event.name in facts.attributes), found[0] if found else None)


def told_elsewhere(event: RowMisused | RowMissing | RowOperated) -> bool:
    """Whether the function that was called goes wrong by itself, and is told so where it is analysed."""
    return told_below(event.world, (event.row.result, event.result.session))


def foreign_select(result: ResultState) -> bool:
    """Whether SQLModel's `exec` was given a statement that is not SQLModel's `select`: that is ROW007."""
    return result.via == "exec" and not result.statement.sqlmodel


def safely_scalar(event: RowMisused) -> bool:
    """Whether `.scalars()` before the same fetch gives the entity, and changes nothing else."""
    return len(event.result.columns) == 1 and event.row.method in SAME and event.result.via != "query"


def contents(result: ResultState) -> str:
    """What one Row holds, for messages."""
    names = [_name(column) for column in result.columns]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" and {names[-1]}"


def _name(column: object) -> str:
    match column:
        case ClassRef(facts=facts):
            return facts.name
        case AttributeRef(owner=owner, name=name):
            return f"{owner.name}.{name}"
    return "columns"


def consequence(event: RowMisused) -> str:
    """What happens at this place."""
    entity = entity_of(event)
    owner = entity.name if entity is not None else "instance"
    match event.how:
        case Misuse.WRITTEN:
            return f"`{event.name}` of a Row cannot be set, so this raises AttributeError"
        case Misuse.SHADOWED:
            return f"`{event.name}` is a method that every Row has, not the column"
        case Misuse.DEFAULTED:
            return f"a Row has no `{event.name}`, so getattr() gives its default each time"
        case Misuse.COMPARED:
            return f"a Row equals no {owner}, so this is always the same"
        case Misuse.SOUGHT:
            return f"no Row equals a {owner}, so it is never found"
        case Misuse.TYPED:
            return f"a Row is no {event.name}, so this is always False"
        case Misuse.GIVEN:
            return f"`{event.name}` takes instances and raises UnmappedInstanceError for a Row"
        case Misuse.RELATED:
            return f"relationship `{event.name}` takes instances and raises AttributeError for a Row"
        case Misuse.RETURNED:
            return f"the caller is promised {event.name} and gets AttributeError for its attributes"
    return f"a Row has no `{event.name}`, so this raises AttributeError"


def remedy(event: RowMisused) -> str:
    """What to do: fetch scalars, or take the entity out."""
    entity = entity_of(event)
    single = len(event.result.columns) == 1 and event.result.via != "query"
    if single and entity is not None and not event.row.mapping:
        if event.row.method in LOOPS:
            return "iterate over `.scalars()`"
        return f"call `.scalars()` before `.{event.row.method}()`"
    if entity is not None and entity.name in event.row.names:
        return f"take the entity out of the Row first, as in `row.{entity.name}`"
    return "read one of the columns that were selected, or select this one too"


def story_of(event: RowMisused | RowMissing | RowOperated) -> tuple[Step, ...]:
    """Where the statement was run and where the Row was fetched."""
    steps = []
    fetch, run = event.row.site, event.result.site
    if run is not None:
        steps.append(Step(run, f"`{event.result.via}` gives Rows"))
    if fetch is not None and fetch.node is not event.site.node and (run is None or fetch.node is not run.node):
        steps.append(Step(fetch, "the Row is taken out here"))
    return tuple(steps)


def data_of(event: RowMisused | RowMissing | RowOperated) -> dict[str, object]:
    """What a repair needs; see above."""
    entity = next((column.facts.name for column in event.result.columns if isinstance(column, ClassRef)), None)
    return {
        "use": event.site,
        "fetch": event.row.site,
        "method": event.row.method,
        "run": event.result.site,
        "via": event.result.via,
        "statement": event.result.statement.site,
        "entity": entity,
    }
