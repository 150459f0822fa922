"""Analyses the files of a case, repairs its findings, and gives the case as it is afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from literate import Case, Mark, Source

from sessile import engine
from sessile.project.settings import Settings
from sessile.project.workspace import Workspace
from sessile.text import Document, apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.finding import Finding, Fix

#: Rules that are off unless asked for would speak in cases that are not theirs.
OPTIONAL = ("DETACH001", "SCOPE008", "SCOPE012", "DETACH006", "DETACH007")


@dataclass(frozen=True)
class Project:
    """The files of a case as the engine sees them."""

    root: Path
    workspace: Workspace
    settings: Settings
    texts: dict[str, str]

    @classmethod
    def of(cls, texts: dict[str, str], root: Path, **settings: object) -> Project:
        """A project of these files, by their names relative to `root`."""
        workspace = Workspace(str(root))
        options: dict[str, object] = {"select": ("ALL",), "ignore": OPTIONAL, **settings}
        project = cls(root, workspace, Settings(root=str(root), **options), texts)  # type: ignore[arg-type]
        for name in texts:
            workspace.open(project.document(name))
        return project

    def document(self, name: str) -> Document:
        """One of the files."""
        return Document(str(self.root / name), self.texts[name])

    def findings(self) -> Iterator[tuple[str, Finding]]:
        """Every finding, with the name of its file."""
        for name in self.texts:
            for finding in engine.analyze(self.document(name), self.workspace, self.settings).findings:
                yield name, finding

    def repair(self, name: str, finding: Finding) -> Fix | None:
        """The verified fix of a finding in one of the files."""
        return engine.repair(finding, self.document(name), self.workspace, self.settings)

    def fixed(self, fix: Fix) -> Project:
        """The project with a fix applied."""
        texts = dict(self.texts)
        for file in fix.files:
            name = Path(file.path).relative_to(self.root).as_posix()
            assert file.creates == (name not in texts)
            texts[name] = apply_edits(texts.get(name, ""), file.edits)
        project = Project(self.root, Workspace(str(self.root)), self.settings, texts)
        for name in texts:
            project.workspace.open(project.document(name))
        return project


def project_of(case: Case, root: Path, **settings: object) -> Project:
    """The files of a literate case."""
    ignore = tuple(code for code in OPTIONAL if code != case.rule)
    return Project.of({source.name: source.text for source in case.files}, root, **{"ignore": ignore, **settings})


def as_case(case: Case, project: Project) -> Case:
    """A case with the files of a project instead of its own."""
    return replace(case, files=tuple(Source(name, text, ()) for name, text in project.texts.items()))


def mark_of(case: Case, name: str, finding: Finding) -> Mark | None:
    """The expectation that a finding meets."""
    line = finding.location.range.start.line
    return next((each for each in case.marks if (each.file, each.line, each.code) == (name, line, finding.code)), None)
