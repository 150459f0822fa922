"""What only two classes together can tell: the direction of a relationship, and what a `backref` adds to its target."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from sessile.orm.facts import Relationship

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sessile.orm.facts import ClassFacts, Column, Member


Direction = Literal["many_to_one", "one_to_many", "many_to_many"]


def direction(owner: ClassFacts, relationship: Relationship, target: ClassFacts | None) -> Direction | None:
    """Which side holds the foreign key; None where the classes do not decide or the target is unknown."""
    if relationship.secondary:
        return "many_to_many"
    if target is None:
        return None
    if owner.inherits(target) or target.inherits(owner):
        return _self_referential(owner, relationship)
    forward, backward = list(_references(owner, target)), list(_references(target, owner))
    if forward and backward:
        named = {name.rpartition(".")[2] for name in relationship.foreign_keys}
        forward = [column for column in forward if column.name in named]
        backward = [column for column in backward if column.name in named]
    if bool(forward) == bool(backward):
        return None
    return "one_to_many" if backward else "many_to_one"


def is_many(owner: ClassFacts, relationship: Relationship, target: ClassFacts | None) -> bool | None:
    """Whether the relationship is a collection; None where neither it nor the foreign keys say."""
    if relationship.many is not None:
        return relationship.many
    found = direction(owner, relationship, target)
    return None if found is None else found != "many_to_one"


def foreign_key(owner: ClassFacts, relationship: Relationship, target: ClassFacts) -> str | None:
    """The column of the owner by which a many-to-one is joined; None where that is not one column for sure."""
    named = {name.rpartition(".")[2] for name in relationship.foreign_keys}
    columns = [each.name for each in _references(owner, target) if not named or each.name in named]
    return columns[0] if len(columns) == 1 and not relationship.custom_join else None


def reverse(owner: ClassFacts, relationship: Relationship, target: ClassFacts | None = None) -> Relationship | None:
    """The relationship that `backref=` adds to the target class, None without one."""
    if relationship.backref is None:
        return None
    return Relationship(
        relationship.backref,
        target=owner.name,
        many=_reverse_many(owner, relationship, target),
        lazy=relationship.backref_lazy or "select",
        back_populates=relationship.name,
        viewonly=relationship.viewonly,
        secondary=relationship.secondary,
        custom_join=relationship.custom_join,
    )


def extended(facts: ClassFacts, added: Mapping[str, Member]) -> ClassFacts:
    """The class with names that others gave it; its own declarations stand before them."""
    return replace(facts, own=MappingProxyType({**added, **facts.own})) if added else facts


def _reverse_many(owner: ClassFacts, relationship: Relationship, target: ClassFacts | None) -> bool | None:
    if relationship.backref_many is not None:
        return relationship.backref_many
    found = direction(owner, relationship, target)
    if found is None:
        return False if relationship.many else None
    return found != "one_to_many"


def _self_referential(owner: ClassFacts, relationship: Relationship) -> Direction | None:
    """Many-to-one if the remote side is the primary key."""
    if relationship.custom_join:
        return None
    remote = {name.rpartition(".")[2] for name in relationship.remote_side}
    return "many_to_one" if remote & set(owner.primary_key) else "one_to_many"


def _references(source: ClassFacts, target: ClassFacts) -> Iterator[Column]:
    """Columns of `source` with a foreign key to a table of `target`."""
    return (column for column, table in source.references if table in target.tables)
