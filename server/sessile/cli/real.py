"""The engine, the rules and the server of this package, each loaded when it is first asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.cli.app import UsageError
from sessile.cli.tools import Tools
from sessile.rules.finding import page_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sessile.cli.tools import Economy, Project, Rule
    from sessile.project.failure import Failure
    from sessile.project.settings import Settings
    from sessile.project.workspace import Workspace
    from sessile.rules.finding import Finding, Fix, Report
    from sessile.text import Document, Position


def real_tools() -> Tools:
    """What the commands work with outside of tests."""
    return Tools(_open_project, _rules, _serve, _check, _codes, page_of)


@dataclass(slots=True)
class Analysis:
    """The engine over one workspace. What was concluded from a file that has changed since is concluded anew before
    any other file is analysed."""

    workspace: Workspace
    settings: Settings
    _stale: set[str] = field(default_factory=set)

    def analyze(self, document: Document) -> Report:
        from sessile.engine import analyze

        if self._stale - {document.path}:
            self.workspace.forget()
            self._stale.clear()
        return analyze(document, self.workspace, self.settings)

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

    def elsewhere(self, document: Document, position: Position) -> str | None:
        from sessile.cli.elsewhere import meaning

        return meaning(document, position, self.workspace.site) if self.workspace.site is not None else None

    def changed(self, document: Document) -> None:
        self.workspace.open(document)
        self._stale.add(document.path)


def _open_project(settings: Settings, _paths: Sequence[str]) -> Project:
    from sessile.project.workspace import workspace_of

    return Analysis(workspace_of(settings, _site(settings)), settings)


def _check(settings: Settings, paths: Sequence[str], economy: Economy) -> Iterator[Report | Failure]:
    from sessile.cli.crew.batch import Batch
    from sessile.project.cache.place import cache_file
    from sessile.project.release import find_release

    site = _site(settings)
    cache = cache_file(economy.cache, settings, find_release(settings.root), site) if economy.cache else None
    return Batch(settings, paths, site, economy.jobs, cache, economy.note, economy.log).reports()


def _site(settings: Settings) -> str | None:
    """The `site-packages` of a project's environment."""
    from sessile.project.environment import find_site

    return find_site(settings.root, os.environ.get("VIRTUAL_ENV"))


def _rules() -> Sequence[Rule]:
    from sessile.rules.registry import all_rules

    return all_rules()


def _codes() -> Sequence[str]:
    from sessile.rules.registry import codes

    return codes()


def _serve(words: Sequence[str]) -> int:
    from sessile.lsp.server import main

    return main(list(words))
