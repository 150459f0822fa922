"""Whatever was typed before, the verdict is that of a server that sees the same texts for the first time."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sessile.lsp.analysis import Analysis
from sessile.lsp.options import Options
from sessile.syntax import parse
from sessile.text import Document

if TYPE_CHECKING:
    from sessile.rules.finding import Report

SHOP = Path(__file__).resolve().parents[2] / "examples" / "shop"
TEXTS = {str(path): path.read_text() for path in sorted(SHOP.rglob("*.py"))}


def analysis() -> Analysis:
    started = Analysis()
    started.configure({str(SHOP): Options()})
    return started


def edited(text: str, chance: random.Random) -> str:
    """A line less, one twice, half of one, or two that changed places."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    kind = chance.choice(["less", "twice", "half", "swapped"])
    if kind == "swapped" and at + 1 < len(lines):
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
    else:
        lines[at : at + 1] = {"less": [], "twice": [lines[at]] * 2}.get(
            kind, [lines[at], lines[at][: len(lines[at]) // 2]]
        )
    return "\n".join(lines)


def broken(document: Document) -> bool:
    return any(placed.block.problem for placed in parse(document).blocks)


def told(report: Report) -> list[object]:
    return [(each.code, each.location, each.severity, each.message, each.related) for each in report.findings]


@pytest.mark.parametrize("seed", range(12))
def test_history_does_not_matter(seed: int) -> None:
    chance = random.Random(seed)
    typing = analysis()
    paths = chance.sample(sorted(TEXTS), 3)
    documents = {path: Document(path, TEXTS[path], 0) for path in paths}
    for version in range(1, chance.randint(3, 10)):
        path = chance.choice(paths)
        documents[path] = Document(path, edited(documents[path].text, chance), version)
        typing.analyze(documents[path])
        if chance.random() < 0.5:
            typing.settle(documents, [path])
    for path in paths:
        if broken(documents[path]):
            documents[path] = Document(path, TEXTS[path], 100)
    typing.settle(documents, paths)
    fresh = analysis()
    fresh.settle(documents, paths)
    for document in documents.values():
        assert told(typing.analyze(document)) == told(fresh.analyze(document))
