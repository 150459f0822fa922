"""A workspace as it would be with other texts, beside the real one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessile.flow.scopes import ModuleScope
from sessile.project.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sessile.text import Document


def overlay(workspace: Workspace, documents: Iterable[Document]) -> Workspace:
    """A workspace that sees these documents, and everything else as `workspace` does, which does not change.

    Parsed modules are shared, and which files mention a name; what was evaluated is not, since it may depend on the
    documents.
    """
    changed = list(documents)
    found = Workspace(workspace.root, workspace.sources, workspace.functions, dict(workspace.documents))
    found._files = workspace._files
    found._mentions = {name: _mentioning(name, paths, changed) for name, paths in workspace._mentions.items()}
    for path, scope in workspace._modules.items():
        found._modules[path] = ModuleScope(scope.module, scope.name, scope.package) if scope is not None else None
    for document in changed:
        found.open(document)
    return found


def _mentioning(name: str, paths: Sequence[str], changed: Sequence[Document]) -> list[str]:
    """The files that mention a name, brought up to date with the changed ones."""
    pattern = re.compile(rf"\b{re.escape(name)}\b")
    others = {document.path for document in changed}
    kept = [path for path in paths if path not in others]
    return [*kept, *(document.path for document in changed if pattern.search(document.text))]
