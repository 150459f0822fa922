"""Inlay hints: what they say of the literate cases is so when these are run, and what they say where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from literate import Case, load, rule_files
from test_cases import settings
from watching import Hints, Watch
from world import World

from sessile import engine
from sessile.project.workspace import Workspace
from sessile.text import Document, Range

if TYPE_CHECKING:
    from pathlib import Path

FILES = [path for path in rule_files() if path.stem in ("SCOPE001", "SCOPE002", "SCOPE003", "DETACH002", "COMMIT003")]
CASES = [case for path in FILES for case in load(path) if case.runnable]


def hints(case: Case, root: Path) -> Hints:
    """What is said of every file of a case."""
    workspace = Workspace(str(root))
    for source in case.files:
        workspace.open(Document(str(root / source.name), source.text))
    found: Hints = {}
    for source in case.files:
        document = workspace.documents[str(root / source.name)]
        for each in engine.hints(document, Range.at(1, 0, 1 << 20, 0), workspace, settings(case, root)):
            when = f"{each.moment} · " if each.moment else ""
            found.setdefault((source.name, each.position.line), []).extend(when + part.text for part in each.parts)
    return found


def watched(case: Case, said: Hints) -> Watch:
    watch = Watch({source.name: source.text for source in case.files}, said)
    with World(case) as world:
        calls = [] if case.run is not None else list(world.standard_calls())
        if case.run is not None:
            with watch.watching():
                list(world.run(case.run))
    for call in calls:
        with World(case) as world, watch.watching():
            world.call(call)
    return watch


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_said_is_so(case: Case, tmp_path: Path) -> None:
    said = hints(case, tmp_path)
    assert not said or watched(case, said).wrong == []


def test_what_is_not_so_is_noticed(tmp_path: Path) -> None:
    """Of all that is said of objects, the contrary is said."""
    case = next(each for each in CASES if each.title == "Reading any expired column while attached heals all of them")
    said = hints(case, tmp_path)
    states = [part.partition(": ")[2] for parts in said.values() for part in parts]
    assert states == ["expired", "detached"]
    contrary = {"expired": "loaded again", "detached": "expired"}
    lies = {place: [f"user: {contrary[each.partition(': ')[2]]}" for each in parts] for place, parts in said.items()}
    assert len(watched(case, lies).wrong) == 2
