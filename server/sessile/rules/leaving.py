"""What a mapped instance lacks when its session lets it go: shared by the rules about escapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.world import Life, Status
from sessile.rules.finding import Severity
from sessile.rules.telling import class_name

if TYPE_CHECKING:
    from sessile.flow.world import ObjectState

#: Loader strategies that need nothing in memory.
ALWAYS_READABLE = ("dynamic", "write_only", "noload")


def missing_relationships(state: ObjectState) -> list[str]:
    """Relationships that somebody who reads them would have to load."""
    if state.facts is None or state.relationships is Status.UNKNOWN:
        return []
    return [
        item.name
        for item in state.facts.relationships
        if state.attributes.get(item.name, state.relationships) not in (Status.LOADED, Status.UNKNOWN)
        and item.lazy not in ALWAYS_READABLE
    ]


def missing_columns(state: ObjectState) -> list[str]:
    """Expired columns."""
    if state.facts is None:
        return ["its columns"] if state.columns is Status.EXPIRED else []
    return [
        column.name
        for column in state.facts.columns
        if state.attributes.get(column.name, state.columns) is Status.EXPIRED
    ]


def loss(state: ObjectState) -> Severity | None:
    """How bad it is that a detached object leaves as it is: None if nothing is missing or it is not detached."""
    if state.life is not Life.DETACHED or state.detached is None:
        return None
    if missing_columns(state):
        return Severity.WARNING
    return Severity.INFORMATION if missing_relationships(state) and state.options_known else None


def told_loss(state: ObjectState) -> str:
    """What is missing, in words."""
    columns = missing_columns(state)
    if columns:
        return "its columns are expired" if len(columns) > 1 else f"`{columns[0]}` is expired"
    names = missing_relationships(state)
    more = f" and {len(names) - 1} more relationships were" if len(names) > 1 else " was"
    return f"`{names[0]}`{more} not loaded"


def message(state: ObjectState, what: str) -> str:
    """The three parts of a message about an escape."""
    return (
        f"this {class_name(state)} {what}, and {told_loss(state)}: whoever reads that gets DetachedInstanceError; "
        f"hand out plain data such as model_to_dict(...), or load what is needed before the session ends"
    )
