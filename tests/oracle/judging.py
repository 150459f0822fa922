"""What `sessile check` says of a program, in a project that pins one release of SQLAlchemy."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sessile import engine
from sessile.project.settings import Settings
from sessile.project.workspace import Workspace
from sessile.text import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sessile.rules.finding import Report


@dataclass(frozen=True)
class Said:
    """One finding; `place` is `file:line`."""

    code: str
    severity: str
    place: str
    message: str
    fixable: bool = False


@cache
def project(pin: str) -> Path:
    """A directory whose requirements pin a release."""
    root = Path(tempfile.mkdtemp(prefix="oracle-"))
    (root / "requirements.txt").write_text(pin + "\n", "utf-8")
    return root


def judged(files: Mapping[str, str], pin: str, analyze: Callable[..., Report] = engine.analyze) -> list[Said]:
    """The findings of all files of a program."""
    root = project(pin)
    workspace, settings = Workspace(str(root)), Settings(root=str(root))
    documents = {name: Document(str(root / name), text) for name, text in files.items()}
    for document in documents.values():
        workspace.open(document)
    return [
        Said(
            each.code,
            each.severity.value,
            f"{name}:{each.location.range.start.line}",
            each.message,
            each.applicability is not None,
        )
        for name, document in documents.items()
        for each in analyze(document, workspace, settings).findings
    ]
