"""What a name leads to that the analysis knows nothing of: jedi says where in the installed packages it is defined.

Only a person who asks gets to know it. No verdict rests on it: packages that build on SQLAlchemy are read like the
workspace, and of what projects import from these, jedi finds nothing besides (see ARCHITECTURE.md). Nothing is
executed: compiled modules are not loaded, and what jedi would pickle goes into a directory that is gone afterwards.
"""

from __future__ import annotations

import os
import tempfile
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.text import Document, Position

#: Seconds after which there is no answer.
BUDGET = 20.0


def meaning(document: Document, position: Position, site: str, budget: float = BUDGET) -> str | None:
    """Where the name at a position is defined, in one sentence; None if that is not in the `site-packages` given."""
    found: list[str] = []

    def look() -> None:
        with tempfile.TemporaryDirectory(prefix="sessile-", ignore_cleanup_errors=True) as folder:
            found.extend(_definitions(document, position, site, folder))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(budget)
    return found[0] if found else None


def _definitions(document: Document, position: Position, site: str, folder: str) -> list[str]:
    import jedi  # type: ignore[import-untyped]  # it has no types

    jedi.settings.cache_directory = folder
    jedi.settings.auto_import_modules = []
    project = jedi.Project(folder, sys_path=[site], smart_sys_path=False, load_unsafe_extensions=False)
    environment = jedi.InterpreterEnvironment()
    script = jedi.Script(document.text, path=document.path, project=project, environment=environment)
    try:
        names = script.goto(position.line, document.lines.column(position, "utf-32"), follow_imports=True)
    except Exception:  # jedi fails in many ways on code that is being written
        return []
    return [told for each in names if (told := _told(each.name, each.type, each.module_path, each.line, site))]


def _told(name: str, kind: str, path: object, line: int | None, site: str) -> str | None:
    where = os.path.relpath(str(path), site) if path is not None else os.pardir
    if where.startswith(os.pardir) or line is None:
        return None
    article = "an" if kind == "instance" else "a"
    return f"`{name}` is {article} {kind} of an installed package, defined in {where} at line {line}"
