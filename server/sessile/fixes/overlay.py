"""A workspace as it would be with other texts, beside the real one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.scopes import ModuleScope
from sessile.project.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessile.text import Document


def overlay(workspace: Workspace, documents: Iterable[Document]) -> Workspace:
    """A workspace that sees these documents, and everything else as `workspace` does, which does not change.

    Parsed modules are shared; what was evaluated of them is not, since it may depend on the documents.
    """
    found = Workspace(workspace.root, workspace.sources, workspace.functions, dict(workspace.documents))
    found._files = workspace._files
    for path, scope in workspace._modules.items():
        found._modules[path] = ModuleScope(scope.module, scope.name, scope.package) if scope is not None else None
    for document in documents:
        found.open(document)
    return found
