"""The engine behind the server: one workspace for each project among the client's folders.

The engine is loaded when the client's settings arrive, which is after `initialize` was answered. It sees the text that
`stand_in` chooses for each document, never one with a block that was good before and is broken now.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING

from sessile.lsp.backend import Hint, RulePage
from sessile.rules.finding import FileEdit, Report
from sessile.text import Document, Edit, Position, Range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sessile.lsp.backend import ConfigurationProblem
    from sessile.lsp.options import Options
    from sessile.lsp.project_settings import ProjectSettings
    from sessile.lsp.stand_in import StandIn
    from sessile.project.settings import Settings
    from sessile.project.workspace import Workspace
    from sessile.rules.finding import Finding, Fix
    from sessile.rules.hint import StateHint

_WHY = re.compile(r"^## Why is this bad\?\n+(?P<why>.*?)(?=^## |\Z)", re.M | re.S)


class Analysis:
    """Implements `backend.Backend`. Workspaces are kept as long as their projects' settings stay the same."""

    def __init__(self) -> None:
        self._settings: ProjectSettings | None = None
        self._workspaces: dict[str, tuple[Settings, Workspace]] = {}
        self._views: dict[str, StandIn] = {}
        self._settled: Mapping[str, Document] = {}
        self._interrupt: Callable[[], None] | None = None

    def heed(self, interrupt: Callable[[], None] | None) -> None:
        self._interrupt = interrupt
        for _, workspace in self._workspaces.values():
            workspace.interrupt = interrupt

    def configure(self, folders: Mapping[str, Options]) -> None:
        self._project.configure(folders)

    def problems(self) -> Sequence[ConfigurationProblem]:
        return self._project.problems()

    def problems_in(self, document: Document) -> Sequence[ConfigurationProblem]:
        return self._project.problems_in(document)

    def settle(self, opened: Mapping[str, Document], touched: Iterable[str]) -> bool:
        changed = [path for path in touched if self._is_new(path, opened.get(path))]
        self._settled = dict(opened)
        self._views = {path: view for path, view in self._views.items() if path in opened}
        texts = {path: self._view(document).document for path, document in opened.items()} if changed else {}
        for _, workspace in self._workspaces.values() if changed else ():
            if any(path not in opened for path in changed):
                workspace.documents = dict(texts)
                workspace.forget()
            for each in texts.values():
                workspace.open(each)
        return bool(changed)

    def apart(self) -> Analysis:
        from sessile.fixes.overlay import overlay

        other = Analysis()
        other._settings = self._settings
        other._workspaces = {key: (settings, overlay(each, ())) for key, (settings, each) in self._workspaces.items()}
        other._views = dict(self._views)
        other._settled = self._settled
        other._interrupt = self._interrupt
        return other

    def analyze(self, document: Document, *, hurried: bool = False) -> Report:
        if self._project.leaves_out(document.path):
            return Report(document.path, ())
        from sessile.rules.reporting import syntax_findings

        view = self._view(document)
        return view.told(self._found(view, hurried=hurried), syntax_findings(view.typed))

    def explain(self, document: Document, position: Position) -> Hint | None:
        from sessile.engine import explain

        view = self._view(document)
        asked = view.asked(position)
        settings, workspace = self._workspace(document.path)
        known = explain(view.document, asked, workspace, settings) if asked else None
        return Hint(known.text, view.told_range(known.range)) if known else None

    def hints(self, document: Document, place: Range) -> Sequence[StateHint]:
        if self._project.leaves_out(document.path):
            return ()
        from sessile.engine import hints

        view = self._view(document)
        asked = place if view.lines is None else Range(Position(1, 0), view.document.lines.end)
        settings, workspace = self._workspace(document.path)
        found = hints(view.document, asked, workspace, settings)
        return [hint for each in found if (hint := view.told_hint(each)) and place.start <= hint.position <= place.end]

    def rewrites(self, document: Document, place: Range) -> Sequence[Finding]:
        view = self._view(document)
        if view.lines is not None or self._project.leaves_out(document.path):
            return ()
        from sessile.engine import rewrites

        settings, workspace = self._workspace(document.path)
        return rewrites(view.document, place, workspace, settings)

    def rewrite(self, code: str, place: Range, document: Document) -> Fix | None:
        from sessile.engine import rewrite

        settings, workspace = self._workspace(document.path)
        return rewrite(code, place, self._view(document).document, workspace, settings)

    def repair(self, finding: Finding, document: Document) -> Fix | None:
        from sessile.engine import repair

        view = self._view(document)
        meant = next((each for each in self._found(view).findings if each.fingerprint == finding.fingerprint), None)
        settings, workspace = self._workspace(document.path)
        fix = repair(meant, view.document, workspace, settings) if meant else None
        return view.told_fix(fix) if fix else None

    def helpers(self, document: Document) -> FileEdit:
        from sessile.fixes.helper_module import place, text
        from sessile.rules.repair import Source

        settings, workspace = self._workspace(document.path)
        source = Source(workspace.open(self._view(document).document), workspace, settings)
        module = place(source, document.path)
        start = Range.at(1, 0, 1, 0)
        return FileEdit(module.path, () if module.exists else (Edit(start, text()),), creates=not module.exists)

    def clear(self) -> None:
        self._workspaces.clear()
        self._views.clear()

    def sees(self, path: str, document: Document) -> str | None:
        scope = self._workspace(document.path)[1].scope_of(path)
        return scope.module.document.text if scope is not None else None

    def files(self) -> list[str]:
        """The Python files of all folders that nothing leaves out, by their absolute paths."""
        return self._project.files()

    def link(self, code: str) -> str | None:
        from sessile.rules.registry import by_code

        rule = by_code().get(code)
        return rule.url if rule else None

    def rule(self, code: str) -> RulePage | None:
        return _page(code)

    def codes(self) -> Sequence[str]:
        from sessile.rules.registry import all_rules

        return [rule.code for rule in all_rules()]

    def read(self, path: str) -> Document | None:
        from sessile.syntax import UndecodableError, read_source

        try:
            with open(path, "rb") as file:
                return Document(path, read_source(file.read()).text)
        except (OSError, UndecodableError):
            return None

    @property
    def _project(self) -> ProjectSettings:
        if self._settings is None:
            from sessile.lsp.project_settings import ProjectSettings

            self._settings = ProjectSettings(frozenset(self.codes()))
        return self._settings

    def _view(self, document: Document) -> StandIn:
        """What is analysed for a document; that of the version before decides for what is broken in this one."""
        held = self._views.get(document.path)
        if held is None or held.typed.document is not document:
            from sessile.lsp.stand_in import stand_in

            held = self._views[document.path] = stand_in(document, held)
        return held

    def _found(self, view: StandIn, *, hurried: bool = False) -> Report:
        from sessile.engine import analyze

        settings, workspace = self._workspace(view.document.path)
        return analyze(view.document, workspace, settings, hurried=hurried)

    def _workspace(self, path: str) -> tuple[Settings, Workspace]:
        settings = self._project.of(path)
        key = settings.origin or settings.root
        if key not in self._workspaces or self._workspaces[key][0] != settings:
            from sessile.project.environment import find_site
            from sessile.project.workspace import Workspace

            functions = {name: declared.facts() for name, declared in settings.functions.items()}
            texts = [self._view(document).document for document in self._settled.values()]
            sources = tuple(os.path.normpath(os.path.join(settings.root, each)) for each in settings.src)
            site = find_site(settings.root, os.environ.get("VIRTUAL_ENV"))
            workspace = Workspace(settings.root, sources, functions, site=site, interrupt=self._interrupt)
            for each in texts:
                workspace.open(each)
            self._workspaces[key] = settings, workspace
        return self._workspaces[key]

    def _is_new(self, path: str, document: Document | None) -> bool:
        """Whether others would see another text than before; a file that is not open may have changed on the disk."""
        before = self._settled.get(path)
        return document is None or before is None or before.text != document.text


@cache
def _page(code: str) -> RulePage | None:
    from sessile.rules.registry import by_code

    rule = by_code().get(code)
    if rule is None:
        return None
    why = _WHY.search(rule.documentation)
    return RulePage(rule.code, rule.name, rule.summary, why["why"].strip() if why else "", rule.url)
