"""Passing over what cannot matter changes no finding: that of a file is what its analysis would give."""

from __future__ import annotations

from pathlib import Path

import pytest
from literate import Case, load, rule_files

from sessile import engine
from sessile.project.discovery import Source, discover
from sessile.project.reach import reach_of
from sessile.project.resolver import Resolver
from sessile.project.workspace import Workspace
from sessile.text import Document

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PROJECTS = sorted((Path(__file__).resolve().parents[1] / "project_cases").glob("*.md"))
CASES = [case for path in (*rule_files(), *PROJECTS) for case in load(path)]
#: A case in two files: one has the libraries, the other nothing but what it imports from there.
SPLIT = "from {name} import *\n"


def passed_over(root: Path) -> list[str]:
    """What is passed over below a directory; fails if anything is found there after all."""
    sources = [each for each in discover([str(root)], Resolver(str(root))) if isinstance(each, Source)]
    settings = sources[0].settings
    workspace = Workspace(settings.root, settings.src)
    paths = {each.path for each in sources}
    found = sorted(paths - reach_of(workspace, settings, paths).matter())
    for path in found:
        document = Document(path, Path(path).read_text("utf-8"))
        assert engine.analyze(document, workspace, settings) == engine.glance(document)
    return [Path(path).relative_to(root).as_posix() for path in found]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_of_a_literate_case(case: Case, tmp_path: Path) -> None:
    for source in case.files:
        path = tmp_path / source.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source.text, "utf-8")
        path.with_name(f"uses_{path.name}").write_text(SPLIT.format(name=path.stem), "utf-8")
    assert {mark.file for mark in case.marks}.isdisjoint(passed_over(tmp_path))


def test_of_the_examples() -> None:
    passed_over(EXAMPLES)


@pytest.mark.parametrize(
    "text", ["def f(:\n    pass\n", "x = 1\n\n\ny = (\n", "match x:\n    case 1: pass\n", "x = '\0'\n"]
)
def test_broken_syntax_is_told(text: str) -> None:
    document = Document("/plain.py", text)
    workspace = Workspace("/")
    settings = Resolver("/", isolated=True).settings_for("/")
    assert engine.glance(document) == engine.analyze(document, workspace, settings)
