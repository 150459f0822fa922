"""`sessile check services.py` says of that file what `sessile check .` says: in the example shop, and in any project
that SESSILE_PROJECTS names (directories, separated as in PATH)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sessile.cli.real import real_tools
from sessile.project.discovery import Source, discover
from sessile.project.resolver import Resolver
from sessile.syntax import read_source
from sessile.text import Document

if TYPE_CHECKING:
    from sessile.rules.finding import Report

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMED = [Path(each) for each in os.environ.get("SESSILE_PROJECTS", "").split(os.pathsep) if each]
TOOLS = real_tools()


def document(path: str) -> Document:
    return Document(path, read_source(Path(path).read_bytes()).text)


def reports(sources: list[Source], asked: list[Source]) -> dict[str, Report]:
    """What is said of `asked` where `sources` are to be checked."""
    project = TOOLS.open_project(sources[0].settings, [each.path for each in sources])
    return {each.path: project.analyze(document(each.path)) for each in asked}


@pytest.mark.parametrize("root", [EXAMPLES, *NAMED], ids=lambda root: root.name)
def test_alone_or_with_all_others(root: Path) -> None:
    sources = [each for each in discover([str(root)], Resolver(str(root))) if isinstance(each, Source)]
    for settings in {id(each.settings): each.settings for each in sources}.values():
        own = [each for each in sources if each.settings is settings]
        together = reports(own, own)
        backwards = reports(own, own[::-1])
        for each in own:
            assert reports([each], [each])[each.path] == together[each.path] == backwards[each.path]
