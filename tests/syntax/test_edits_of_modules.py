"""After an edit only what it touched is new, and the result is that of a fresh parse."""

from __future__ import annotations

import random
import re
import time
from typing import TYPE_CHECKING

import pytest
from syntax_corpus import SNIPPETS, files

from sessile.syntax import Module, parse
from sessile.text import Document, Position, Range

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 2.0


def shape(module: Module) -> list[tuple[str, int]]:
    return [(block.text, line) for block, line in module.blocks]


def code(text: str) -> str:
    """What is left of a text without comments, blanks and joined lines."""
    return re.sub(r"#[^\r\n]*|\\|\ufeff|\s", "", text)


def edited(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) + 1)
    kind = chance.random()
    if kind < 0.5:
        return text[:place] + chance.choice(SNIPPETS) + text[place:]
    if kind < 0.8:
        return text[:place] + text[place + chance.choice([1, 2, 3, 10, 100]) :]
    other = chance.randrange(len(text) + 1)
    return text[:place] + text[other : other + chance.randrange(200)] + text[place:]


def histories(chance: random.Random) -> Iterator[list[str]]:
    """Texts that come one from the other, for as long as time allows."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        lines = chance.choice(files(60))[1].splitlines(keepends=True)
        start = chance.randrange(len(lines) + 1)
        texts = ["".join(lines[start : start + chance.randrange(120)])]
        while len(texts) < 10:
            texts.append(edited(texts[-1], chance))
        yield texts


@pytest.mark.parametrize("seed", range(3))
def test_parsing_after_an_edit_equals_parsing_afresh_and_never_raises(seed: int) -> None:
    checked = 0
    for texts in histories(random.Random(seed)):
        module: Module | None = None
        for text in texts:
            module = parse(Document("/a.py", text), module)
            assert shape(module) == shape(parse(Document("/a.py", text)))
            assert len({id(block) for block, _ in module.blocks}) == len(module.blocks)
            for block, _ in module.blocks:
                assert block.tree.body or block.problem or not code(block.text)
                assert not block.recovered or block.problem
            checked += 1
    assert checked > 20


def test_blocks_that_an_edit_does_not_touch_are_the_same_objects() -> None:
    text = "import a\n\ndef f():\n    pass\n\ndef g():\n    pass\n\ndef h():\n    pass\n"
    before = parse(Document("/a.py", text, 1))
    trees = [block.tree for block, _ in before.blocks]
    document = before.document.changed([(Range.at(7, 4, 7, 8), "return 1\n    return 2")], 2)
    after = parse(document, before)
    assert [old.block is new.block for old, new in zip(before.blocks, after.blocks, strict=True)] == [
        True,
        True,
        False,
        True,
    ]
    assert [line for _, line in after.blocks] == [1, 2, 5, 9]
    assert after.blocks[3].block.tree is trees[3]


def test_a_block_that_moves_elsewhere_is_the_same_object() -> None:
    before = parse(Document("/a.py", "def f(): pass\ndef g(): pass\nx = 1\nx = 1\n"))
    after = parse(Document("/a.py", "x = 1\ndef g(): pass\nx = 1\ndef f(): pass\n"), before)
    blocks = {id(block) for block, _ in before.blocks}
    assert {id(block) for block, _ in after.blocks} == blocks


def test_what_is_typed_below_joins_what_it_belongs_to() -> None:
    before = parse(Document("/a.py", "if a:\n    b\n\n\nc\n"))
    after = parse(before.document.changed([(Range.at(4, 0, 4, 0), "else:\n    d\n")], 2), before)
    assert shape(after) == [("if a:\n    b\n\nelse:\n    d\n", 1), ("\nc\n", 6)]


def test_an_edit_costs_little_in_a_file_of_5600_lines() -> None:
    function = "def f{0}(session):\n    user = session.get(User, {0})\n    if user:\n        return user.name\n\n\n"
    text = "".join(function.format(number) for number in range(5600 // 6))
    module = parse(Document("/a.py", text))
    assert all(block.tree.body for block, _ in module.blocks[:-1])
    fastest = 1.0
    for number in range(20):
        begin = time.perf_counter()
        place = Position(3000, 8)
        document = module.document.changed([(Range(place, place), "x" if number % 2 else "\n")], number)
        module = parse(document, module)
        edited_block = module.at(3000)
        assert edited_block
        assert edited_block.block.tree
        fastest = min(fastest, time.perf_counter() - begin)
    assert fastest < 0.01
