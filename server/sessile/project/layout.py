"""Which Python files a project has, whatever is checked of them."""

from __future__ import annotations

import os

#: Directories that are not the project's own.
SKIPPED = frozenset({".git", ".venv", "venv", "node_modules", "__pycache__", "site-packages", "build", "dist"})
INIT = "__init__.py"


def python_files(root: str) -> list[str]:
    """The Python files below a directory in order of name, what is not the project's own left out."""
    found: list[str] = []
    for directory, names, files in os.walk(root):
        names[:] = sorted(name for name in names if name not in SKIPPED and not name.startswith("."))
        found += (os.path.join(directory, name) for name in sorted(files) if name.endswith(".py"))
    return found
