"""Where a fix takes `model_to_dict` from: the project's own, the configured helper module, else a new one."""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.fixes.changes import Changes
    from sessile.flow.scopes import ModuleScope
    from sessile.flow.story import Site
    from sessile.rules.repair import Source

HELPER = "model_to_dict"
FILE = "session_helpers.py"


def helper(changes: Changes, site: Site) -> str:
    """What `model_to_dict` is called at a site, with all that has to be imported or created for it."""
    source = changes.source
    module = place(source, site.path)
    if not module.exists:
        changes.create(module.path, module.name, text())
    return changes.imported(site, module.name, HELPER)


@dataclass(frozen=True, slots=True)
class HelperModule:
    """Where the helper is, or would be: the file, its dotted name, and whether it exists."""

    path: str
    name: str
    exists: bool


def place(source: Source, path: str) -> HelperModule:
    """The module that a fix of a file imports the helper from."""
    workspace = source.workspace
    present = defined(source, path)
    if present is not None:
        return HelperModule(present.path, present.name, True)
    name = source.settings.helper_module
    if name is not None:
        known = workspace.module(name)
        file = os.path.join(source.settings.root or workspace.root, *name.split(".")) + ".py"
        return HelperModule(known.path if known else file, name, known is not None)
    file = os.path.join(home(path), FILE)
    return HelperModule(file, workspace.name_of(file)[0], workspace.scope_of(file) is not None)


def text() -> str:
    """The helper module as it is shipped."""
    return resources.files("sessile.helpers").joinpath(FILE).read_text(encoding="utf-8")


def defined(source: Source, path: str) -> ModuleScope | None:
    """The module that defines the helper; of several the one nearest to the file."""
    found = [
        scope for scope in (source.scope(path), *(source.workspace.mentions(HELPER, path) or ())) if _defines(scope)
    ]
    return max(found, key=lambda scope: len(os.path.commonpath([scope.path, path])), default=None)


def _defines(scope: ModuleScope) -> bool:
    return any(isinstance(statement, ast.FunctionDef) for _, statement in scope.bindings.get(HELPER, ()))


def home(path: str) -> str:
    """The directory for a new helper module: that of the outermost package around a file, else the file's own."""
    directory = os.path.dirname(path)
    while os.path.isfile(os.path.join(os.path.dirname(directory), "__init__.py")):
        directory = os.path.dirname(directory)
    return directory
