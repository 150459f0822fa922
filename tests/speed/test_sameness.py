"""What is said does not depend on the number of processes, the order of files or the state of the cache."""

from __future__ import annotations

import gc
import random
import re
import shutil
import sys
from pathlib import Path

import pytest
from literate import Case, load, rule_files
from runs import run

from sessile.cli.crew import batch, crew, examiner
from sessile.syntax import Block

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PROJECTS = [
    case for path in sorted(Path(__file__).parents[1].joinpath("project_cases").glob("*.md")) for case in load(path)
]
_TOP = re.compile(r"^(?=[^\s#)\]}])", re.MULTILINE)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even few files are worth starting processes for."""
    monkeypatch.setattr(batch, "WORTHWHILE", 1)


@pytest.mark.usefixtures("many")
def test_of_the_examples(tmp_path: Path) -> None:
    alone = run(EXAMPLES)
    assert run(EXAMPLES, backwards=True) == alone
    assert run(EXAMPLES, jobs=2) == alone
    assert run(EXAMPLES, tmp_path, jobs=3) == alone
    said: list[str] = []
    assert run(EXAMPLES, tmp_path, said=said) == alone
    assert f"{len(alone)} of {len(alone)} files are as the cache knows them" in said


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("seed", range(4))
def test_of_literate_programs(seed: int, tmp_path: Path) -> None:
    cases = [case for path in rule_files() for case in load(path) if not case.settings]
    root = tmp_path / "root"
    for number, case in enumerate(random.Random(seed).sample(cases, 12)):
        for source in case.files:
            path = root / f"case{number}" / source.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source.text, "utf-8")
    alone = run(root)
    assert any(each.findings for each in alone.values())
    assert run(root, tmp_path / "cache", backwards=True) == alone
    assert run(root, jobs=2) == alone
    assert run(root, tmp_path / "cache") == alone


def test_of_what_is_let_go_and_concluded_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = run(EXAMPLES)
    monkeypatch.setattr(examiner, "HEAVIEST", 0)
    monkeypatch.setattr(examiner, "KEPT_FOR", 2)
    assert run(EXAMPLES) == alone


def test_what_is_let_go_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that lives longer holds the trees of a workspace that nobody needs any more."""
    monkeypatch.setattr(examiner, "HEAVIEST", 0)
    monkeypatch.setattr(examiner, "KEPT_FOR", 1)
    before = _blocks()
    run(EXAMPLES)
    assert not [each for each in _blocks() if not any(each is other for other in before)]


def _blocks() -> list[Block]:
    gc.collect()
    return [each for each in gc.get_objects() if isinstance(each, Block)]


@pytest.mark.usefixtures("many")
def test_a_worker_that_dies_leaves_its_files_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    deadly = "import sys; sys.stdin.readline(); sys.stdin.readline(); sys.exit(1)"
    commands = [[sys.executable, "-I", "-c", deadly], crew.command(crew.WORKER)]
    monkeypatch.setattr(crew, "command", lambda _: commands.pop(0) if len(commands) > 1 else commands[0])
    assert run(EXAMPLES / "shop", jobs=2) == run(EXAMPLES / "shop")
    monkeypatch.setattr(crew, "command", lambda _: [sys.executable, "-I", "-c", deadly])
    assert run(EXAMPLES / "shop", jobs=2) == run(EXAMPLES / "shop")


@pytest.mark.parametrize("seed", range(2))
def test_after_any_edits_of_the_examples(seed: int, tmp_path: Path) -> None:
    """Blocks, files and names come and go, and the cache knows what that means for files far away."""
    root = tmp_path / "shop"
    shutil.copytree(EXAMPLES / "shop", root)
    _holds_after_edits(root, random.Random(seed), 5)


@pytest.mark.parametrize("case", [case for case in PROJECTS if len(case.files) > 1], ids=str)
def test_after_any_edits(case: Case, tmp_path: Path) -> None:
    """The same in programs whose findings all depend on another file."""
    root = tmp_path / "root"
    for source in case.files:
        path = root / source.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source.text, "utf-8")
    _holds_after_edits(root, random.Random(str(case)), 4)


def _holds_after_edits(root: Path, chance: random.Random, edits: int) -> None:
    cache = root.parent / "cache"
    texts = {path: path.read_text("utf-8") for path in sorted(root.rglob("*.py"))}
    run(root, cache)
    for _ in range(edits):
        _edit(chance, texts)
        assert run(root, cache) == run(root)


def _edit(chance: random.Random, texts: dict[Path, str]) -> None:
    """Leave a block of some file out, change words in it, move it, or take the file away; or bring the file back."""
    path = chance.choice(list(texts))
    if not path.exists() or path.read_text("utf-8") != texts[path]:
        path.write_text(texts[path], "utf-8")
        return
    blocks = _TOP.split(texts[path])
    place = chance.randrange(len(blocks))
    how = chance.choice(["without", "moved", "else", "renamed", "gone", "lower"])
    if how == "gone":
        path.unlink()
        return
    if how == "without":
        del blocks[place]
    elif how == "moved":
        blocks.append(blocks.pop(place))
    elif how == "lower":
        blocks.insert(1, "\n\n")
    elif how == "else":
        words = (("expire_on_commit=False", "expire_on_commit=True"), ("lazy", "later"), ("commit()", "flush()"))
        for old, new in words:
            blocks[place] = blocks[place].replace(old, new)
    else:
        blocks[place] = re.sub(r"\b(def|class) (\w+)", r"\1 \2_", blocks[place])
    path.write_text("".join(blocks), "utf-8")
