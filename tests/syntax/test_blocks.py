"""Blocks cover the text, hold one statement each, and their trees are those of the whole file."""

from __future__ import annotations

import ast
import time
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syntax_corpus import SNIPPETS, files

from sessile.syntax import Module, parse
from sessile.text import Document, Range


def module(text: str) -> Module:
    return parse(Document("/a.py", text))


def texts(text: str) -> list[str]:
    return [placed.block.text for placed in module(text).blocks]


def absolute_dump(parsed: Module) -> list[str]:
    """The trees of all blocks, their lines moved to where the blocks are."""
    found = []
    for block, line in parsed.blocks:
        for statement in block.tree.body:
            ast.increment_lineno(statement, line - 1)
            found.append(ast.dump(statement, include_attributes=True))
    return found


@pytest.mark.parametrize("batch", range(8))
def test_the_trees_of_the_blocks_are_the_tree_of_the_file(batch: int) -> None:
    compared = 0
    for path, text in files(240)[batch::8]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                whole = ast.parse(text)
            except (SyntaxError, ValueError):
                continue
        if any(type(node).__name__ in ("TypeAlias", "TryStar") for node in ast.walk(whole)):
            continue
        try:
            expected = [ast.dump(statement, include_attributes=True) for statement in whole.body]
            assert absolute_dump(module(text)) == expected, path
        except RecursionError:
            continue
        compared += 1
    assert compared > 20


@pytest.mark.parametrize(
    "blocks",
    [
        ["import a\n", "import b\n"],
        ["# above\n\n@one\n# between\n@two(\n    1\n)\ndef f():\n    pass\n", "\n# trailing\n"],
        ["@one\nasync def f(): pass\n", "@two\nclass A: pass\n", "def g(): pass\n"],
        ["if a:\n    b\n# c\nelif d:\n    e\nelse:\n    f\n", "else_ = 1\n"],
        ["try:\n    a\nexcept B:\n    c\nexcept D: e\nelse: f\nfinally:\n    g\n", "h\n"],
        ["x = 1 + \\\n2\n", "y = \\\n\\\n3\n", "z\n"],
        ["x = (\n1,\n# c\n'a)',\n)\n", "y = [\n    i\n\n]\n", "z = {\n'a': f'{b:{c}}',\n}\n"],
        ["x = '''\ndef f():\n'''\n", 'y = """\n# no comment\n"""\n', "# comment\nz = 1\n"],
        ["x = 'a\\\nb'\n", "y = r'\\\\'\n", 'z = f"{a["b"]}{\n1}"\n', "w = 1\n"],
        ["\fx = 1\n", "  \fy = 2\n", "\f\nz = 3\n"],
        ["x = 1\r\n", "\r\n# a\r\ny = 2\r\n", "def f():\r\n    pass\r\n"],
        ["x = 1\r", "# a\ry = 2\r", "def f():\r    pass\r", "z"],
        ["x = 1; y = 2\n", "class A:\n\n    b = 1\n\n# c\n    d = 2\n", "\n\n"],
        ["x = 'a\u2028b\x85c\vd'\n", "y = 1\n"],
        ["match x:\n    case 1:\n        pass\n", "match = 1\n", "case(match)\n"],
    ],
)
def test_a_block_is_a_statement_with_what_stands_above_it(blocks: list[str]) -> None:
    assert texts("".join(blocks)) == blocks
    assert not any(block.problem for block, _ in module("".join(blocks)).blocks)


@given(st.lists(st.sampled_from([*SNIPPETS, "\n", "\n    ", "a", " "]), max_size=40).map("".join))
def test_blocks_cover_any_text(text: str) -> None:
    parsed = module(text)
    assert "".join(block.text for block, _ in parsed.blocks) == text
    assert all(block.text for block, _ in parsed.blocks)
    lines = [line for _, line in parsed.blocks]
    assert lines == [parsed.document.lines.position(text.index("")).line, *lines[1:]][: len(lines)]
    start = 0
    for block, line in parsed.blocks:
        assert parsed.document.lines.position(start).line == line
        start += len(block.text)


@pytest.mark.parametrize(
    ("text", "length", "remainder"),
    [
        ("x = (1\n\ny = 2\n", 2, ["\ny = 2\n"]),
        ("x = foo(\nrouter = Router()\nimport a\n", 3, ["router = Router()\n", "import a\n"]),
        ("x = 'a\ny = 2\n", 2, ["y = 2\n"]),
        ("@router.get(\ndef f():\n    pass\ny\n", 2, ["y\n"]),
        ("x = f(\n@a\n@b(\n  1\n)\ndef f(): pass\n", 2, ["@a\n@b(\n  1\n)\ndef f(): pass\n"]),
        ("def f():\n  '''a\n\ndef g():\n  '''b'''\ndef h(): pass\n", 3, ["\ndef g():\n  '''b'''\n", "def h(): pass\n"]),
        ("class A:\n  x = '''\n\n@b\nclass C: pass\n", 2, ["\n@b\nclass C: pass\n"]),
        ("print(f'{x)\ny = 2\n", 2, ["y = 2\n"]),
        ("if x\n    y\nelse:\n    z\nw\n", 2, ["w\n"]),
    ],
)  # fmt: skip
def test_damage_does_not_reach_the_next_statement(text: str, length: int, remainder: list[str]) -> None:
    found = texts(text)
    assert found[1:] == remainder
    assert len(found) == length
    parsed = module(text)
    assert parsed.blocks[0].block.problem
    assert not any(block.problem for block, _ in parsed.blocks[1:])


def test_code_in_a_string_of_a_valid_file_stays_a_string() -> None:
    template = 'x = """\ndef f():\n"""\ny = """\nclass A:\n    def g():\n""" if x else """\nimport os\nz ="""\n'
    assert not any(block.problem for block, _ in module(template).blocks)
    assert len(texts(template)) == 2


def test_names_are_those_of_the_text_as_python_reads_them() -> None:
    (placed,) = module("def f(ﬁ: 'Model') -> None:  # see other\n    return ﬁ.attr\n").blocks
    assert {"f", "fi", "Model", "attr", "other", "return"} <= placed.block.names
    assert "1" not in placed.block.names


def test_a_place_in_a_block_is_a_place_in_the_file() -> None:
    parsed = module("import a\n\n\ndef f():\n    return a\n")
    block, line = parsed.blocks[1]
    assert (line, block.lines) == (2, 4)
    assert parsed.absolute(block, Range.at(4, 4, 4, 10)) == Range.at(5, 4, 5, 10)
    assert [parsed.at(number) for number in (1, 2, 5, 6)] == [parsed.blocks[0], *[parsed.blocks[1]] * 3]
    assert parsed.at(0) is None
    assert parsed.at(7) is None
    with pytest.raises(KeyError):
        parsed.absolute(module("a").blocks[0].block, Range.at(1, 0, 1, 0))


@pytest.mark.parametrize("text", ["", "\n", "# only a comment", "\ufeff", "    ", "\f"])
def test_a_file_without_a_statement_has_nothing_to_say(text: str) -> None:
    parsed = module(text)
    assert "".join(texts(text)) == text
    assert not [statement for block, _ in parsed.blocks for statement in block.tree.body]
    assert parsed.at(1) == (parsed.blocks[0] if text else None)


@pytest.mark.parametrize(
    "piece", ["x = (\n", "def f():\n", "A = 1\n", "f(\n", "'", "(", '"""\ndef f(\n', "x = 1 + \\\n"]
)
def test_time_grows_with_the_length_and_not_with_its_square(piece: str) -> None:
    begin = time.process_time()
    module(piece * (40_000 // len(piece)))
    assert time.process_time() - begin < 5
