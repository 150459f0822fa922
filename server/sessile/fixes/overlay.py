"""A workspace as it would be with other texts, beside the real one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.scopes import ModuleScope
from sessile.project.workspace import FACTORY, Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessile.text import Document


def overlay(workspace: Workspace, documents: Iterable[Document]) -> Workspace:
    """A workspace that sees these documents, and everything else as `workspace` does, which does not change.

    Parsed modules are shared, and which files mention a name; what was evaluated is not, since it may depend on the
    documents.
    """
    changed = list(documents)
    found = Workspace(workspace.root, workspace.sources, workspace.functions, dict(workspace.documents), workspace.site)
    found.interrupt = workspace.interrupt
    found._files = workspace._files
    found._release = workspace._release
    if not any(FACTORY in each.text or FACTORY in (workspace.text_of(each.path) or "") for each in changed):
        found._options = workspace._options
    found._texts = workspace._texts
    found._differing = dict(workspace._differing)
    found._uncompared = set(workspace._uncompared)
    for path, scope in workspace._modules.items():
        found._modules[path] = ModuleScope(scope.module, scope.name, scope.package) if scope is not None else None
    for document in changed:
        found.open(document)
    return found
