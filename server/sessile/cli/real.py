"""The engine, the rules and the server of this package, each loaded when it is first asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.cli.app import UsageError
from sessile.cli.tools import Tools

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.cli.tools import Project, Rule
    from sessile.project.settings import Settings
    from sessile.project.workspace import Workspace
    from sessile.rules.finding import Finding, Fix, Report
    from sessile.text import Document, Position


def real_tools() -> Tools:
    """What the commands work with outside of tests."""
    return Tools(_open_project, _rules, _serve)


@dataclass(slots=True)
class Analysis:
    """The engine over one workspace. What was concluded from a file that has changed since is concluded anew before
    any other file is analysed. Of the files at `paths`, those that cannot matter are passed over until one changes."""

    workspace: Workspace
    settings: Settings
    paths: Sequence[str] = ()
    _stale: set[str] = field(default_factory=set)
    _passed_over: frozenset[str] | None = None

    def analyze(self, document: Document) -> Report:
        from sessile.engine import analyze, glance

        if self._stale - {document.path}:
            self.workspace.forget()
            self._stale.clear()
        if document.path in self.passed_over:
            return glance(document)
        return analyze(document, self.workspace, self.settings)

    @property
    def passed_over(self) -> frozenset[str]:
        """The paths of what need not be analysed. For a single file nobody asks what lies around it."""
        if self._passed_over is None:
            self._passed_over = frozenset()
            if len(self.paths) > 1:
                from sessile.project.reach import reach_of

                self._passed_over = frozenset(self.paths) - reach_of(self.workspace, self.settings).matter(self.paths)
        return self._passed_over

    def repair(self, finding: Finding, document: Document) -> Fix | None:
        from sessile.engine import repair

        return repair(finding, document, self.workspace, self.settings)

    def explain(self, document: Document, position: Position) -> str | None:
        from sessile import engine

        explain = getattr(engine, "explain", None)
        if explain is None:
            raise UsageError("this version cannot explain values yet; `sessile check` tells the story of each finding")
        found = explain(document, position, self.workspace, self.settings)
        return str(found) if found is not None else None

    def changed(self, document: Document) -> None:
        self._passed_over = frozenset()
        self.workspace.open(document)
        self._stale.add(document.path)


def _open_project(settings: Settings, paths: Sequence[str]) -> Project:
    from sessile.project.environment import find_site
    from sessile.project.workspace import Workspace

    functions = {name: declared.facts() for name, declared in settings.functions.items()}
    site = find_site(settings.root, os.environ.get("VIRTUAL_ENV"))
    return Analysis(Workspace(settings.root, settings.src, functions, site=site), settings, paths)


def _rules() -> Sequence[Rule]:
    from sessile.rules.registry import all_rules

    return all_rules()


def _serve(words: Sequence[str]) -> int:
    from sessile.lsp.server import main

    return main(list(words))
