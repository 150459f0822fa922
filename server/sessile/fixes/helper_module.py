"""Where a fix takes `model_to_dict` from: the project's own, the configured helper module, else a new one."""

from __future__ import annotations

import ast
import os
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.fixes.changes import Changes
    from sessile.flow.scopes import ModuleScope
    from sessile.flow.story import Site

HELPER = "model_to_dict"
FILE = "session_helpers.py"


def helper(changes: Changes, site: Site) -> str:
    """What `model_to_dict` is called at a site, with all that has to be imported or created for it."""
    source = changes.source
    present = defined(changes, site.path)
    if present is not None:
        return changes.imported(site, present.name, HELPER)
    configured = source.settings.helper_module
    if configured is not None:
        path = os.path.join(source.settings.root or source.workspace.root, *configured.split(".")) + ".py"
        known = source.workspace.module(configured)
        name = configured
    else:
        path = os.path.join(home(site.path), FILE)
        known = source.workspace.scope_of(path)
        name = source.workspace.name_of(path)[0]
    if known is None:
        changes.create(path, name, text())
    return changes.imported(site, name, HELPER)


def text() -> str:
    """The helper module as it is shipped."""
    return resources.files("sessile.helpers").joinpath(FILE).read_text(encoding="utf-8")


def defined(changes: Changes, path: str) -> ModuleScope | None:
    """The module that defines the helper; of several the one nearest to the file."""
    workspace = changes.source.workspace
    own = changes.source.scope(path)
    found = [scope for scope in (own, *(workspace.mentions(HELPER, path) or ())) if _defines(scope)]
    return max(found, key=lambda scope: len(os.path.commonpath([scope.path, path])), default=None)


def _defines(scope: ModuleScope) -> bool:
    return any(isinstance(statement, ast.FunctionDef) for _, statement in scope.bindings.get(HELPER, ()))


def home(path: str) -> str:
    """The directory for a new helper module: that of the outermost package around a file, else the file's own."""
    directory = os.path.dirname(path)
    while os.path.isfile(os.path.join(os.path.dirname(directory), "__init__.py")):
        directory = os.path.dirname(directory)
    return directory
