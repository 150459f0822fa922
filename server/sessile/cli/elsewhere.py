"""What a name leads to that the analysis knows nothing of: jedi says where in the installed packages it is defined.

Only a person who asks gets to know it. No verdict rests on it: packages that build on SQLAlchemy are read like the
workspace, and of what projects import from these, jedi finds nothing besides (see ARCHITECTURE.md). Nothing of a
project is executed: compiled modules are not loaded, and what jedi would pickle goes into a directory that is gone
afterwards. jedi has a process of its own, since it replaces `sys.path` while it works and cannot be told to stop.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from sessile.project.isolated import command

if TYPE_CHECKING:
    from sessile.text import Document, Position

#: Seconds after which there is no answer.
BUDGET = 20.0


def meaning(document: Document, position: Position, site: str, budget: float = BUDGET) -> str | None:
    """Where the name at a position is defined, in one sentence; None if that is not in the `site-packages` given."""
    column = document.lines.column(position, "utf-32")
    with tempfile.TemporaryDirectory(prefix="sessile-", ignore_cleanup_errors=True) as folder:
        asked = json.dumps([document.text, document.path, position.line, column, site, folder])
        try:
            done = subprocess.run(
                command(__name__),
                input=asked.encode("ascii"),
                capture_output=True,
                check=True,
                timeout=budget,
                cwd=os.path.abspath(os.sep),
            )
        except subprocess.SubprocessError:  # it took too long, or jedi failed, as it does on code that is being written
            return None
    answer: str | None = json.loads(done.stdout)
    return answer


def main() -> int:
    """Answer one question, both being a line of JSON."""
    answers = _definitions(*json.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(json.dumps(next(iter(answers), None)).encode("ascii"))
    return 0


def _definitions(text: str, path: str, line: int, column: int, site: str, folder: str) -> list[str]:
    import jedi  # type: ignore[import-untyped]  # it has no types

    jedi.settings.cache_directory = folder
    jedi.settings.auto_import_modules = []
    project = jedi.Project(folder, sys_path=[site], smart_sys_path=False, load_unsafe_extensions=False)
    script = jedi.Script(text, path=path, project=project, environment=jedi.InterpreterEnvironment())
    names = script.goto(line, column, follow_imports=True)
    return [told for each in names if (told := _told(each.name, each.type, each.module_path, each.line, site))]


def _told(name: str, kind: str, path: object, line: int | None, site: str) -> str | None:
    where = os.path.relpath(str(path), site) if path is not None else os.pardir
    if where.startswith(os.pardir) or line is None:
        return None
    article = "an" if kind == "instance" else "a"
    return f"`{name}` is {article} {kind} of an installed package, defined in {where} at line {line}"
