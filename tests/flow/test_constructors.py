"""A constructor that asks its object for what nobody set is followed once, not into itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.engine import analyze
from sessile.flow import analysis
from sessile.project.settings import Settings
from sessile.project.workspace import Workspace
from sessile.text import Document

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PROGRAM = """
from sqlalchemy import text
from sqlalchemy.orm import Session


class Runner:
    def __init__(self, session: Session) -> None:
        self.session = session
        if self.options:
            session.execute(text("SELECT 1"))

    def run(self) -> None:
        self.session.execute(text("SELECT 2"))
"""


def test_a_constructor_is_not_followed_into_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    followed = []
    construct = analysis._constructed
    monkeypatch.setattr(analysis, "_constructed", lambda *given: followed.append(1) or construct(*given))
    path = str(tmp_path / "program.py")
    report = analyze(Document(path, PROGRAM), Workspace(str(tmp_path)), Settings(root=str(tmp_path)))
    assert report.findings == ()
    assert len(followed) == 1
