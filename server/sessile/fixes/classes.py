"""What a mapped class is called in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.fixes.names import imports_from, local_names
from sessile.fixes.shapes import machine_for
from sessile.flow.names import global_value
from sessile.flow.values import ClassRef
from sessile.rules.repair import NotRepairable

if TYPE_CHECKING:
    from sessile.fixes.changes import Changes
    from sessile.flow.machine import Machine
    from sessile.flow.scopes import ModuleScope
    from sessile.flow.story import Site
    from sessile.orm.mapped import ClassFacts


def class_name(changes: Changes, site: Site, facts: ClassFacts) -> str:
    """An expression for a class at a node; imported, from where its neighbours come from, where it has no name yet."""
    machine = machine_for(changes.source)
    scope = changes.source.scope(site.path)
    hidden = local_names(site)
    if facts.name not in hidden and means(machine, scope, facts.name, facts):
        return facts.name
    for name in scope.bindings:
        if name not in hidden and means(machine, scope, name, facts):
            return name
    for each in imports_from(scope):
        holder = changes.source.workspace.module(each.module)
        if holder is not None and facts.name in holder.bindings and means(machine, holder, facts.name, facts):
            return changes.imported(site, each.module, facts.name)
    if changes.source.workspace.module(facts.module) is None:
        raise NotRepairable(f"{facts.name} cannot be imported here")
    return changes.imported(site, facts.module, facts.name)


def means(machine: Machine, scope: ModuleScope, name: str, facts: ClassFacts) -> bool:
    """Whether a global name of a module is the class."""
    if name not in scope.bindings:
        return False
    value = global_value(machine, scope, name)
    return isinstance(value, ClassRef) and not value.alias and value.facts.qualified == facts.qualified
