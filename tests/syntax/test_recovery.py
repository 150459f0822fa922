"""A broken block keeps what is whole of it, at its true place."""

from __future__ import annotations

import ast
import random
import statistics
import textwrap
import warnings
from collections import Counter
from typing import NamedTuple

import pytest
from syntax_corpus import Broken, broken, files

from sessile.syntax import Block, Module, nodes, parse
from sessile.text import Document, LineIndex


class Function(NamedTuple):
    first: int
    line: int
    end: int
    body: str


def functions(tree: ast.AST, above: int = 0) -> list[Function]:
    return [
        Function(
            min([node.lineno, *(item.lineno for item in node.decorator_list)]) + above,
            node.lineno + above,
            (node.end_lineno or 0) + above,
            ast.dump(node),
        )
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def parsed(text: str) -> Module:
    return parse(Document("/a.py", text))


def survivors(whole: list[Function], case: Broken, module: Module) -> float | None:
    """The share of the functions away from the broken line that are still there, unchanged and at their place."""
    found = Counter(
        (function.line, function.body) for block, line in module.blocks for function in functions(block.tree, line - 1)
    )
    away = [
        function
        for function in whole
        if not function.first <= case.line <= function.end + case.inserted
        or (case.inserted and case.line == function.first)
    ]
    if not away:
        return None
    kept = [found[function.line + (case.inserted and function.line >= case.line), function.body] for function in away]
    return sum(map(bool, kept)) / len(kept)


def test_most_functions_survive_most_breakage() -> None:
    chance = random.Random(5)
    shares: list[float] = []
    for _, text in files(150):
        case = broken(text, chance)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                whole = functions(ast.parse(text))
            except (SyntaxError, ValueError):
                continue
        share = survivors(whole, case, parsed(case.text)) if case and len(whole) > 3 else None
        shares += [share] if share is not None else []
    assert len(shares) > 50
    assert statistics.mean(shares) > 0.98
    assert sum(share == 1 for share in shares) / len(shares) > 0.95


def class_of(methods: int, broken_method: str) -> str:
    """A class with so many methods, this one in the middle."""
    method = "    def m{0}(self, session):\n        '''Docs of {0}.'''\n        return session.get(A, {0})\n\n"
    half = "".join(method.format(number) for number in range(methods // 2))
    return f"class A:\n{half}{broken_method}{half}x = 1\n"


@pytest.mark.parametrize(
    ("kept", "method"),
    [
        ("xy", "    def n(self):\n        x = 1\n        session.\n        y = 2\n"),
        ("y", "    def n(self):\n        x = session.get(A,\n        y = 2\n"),
        ("xy", "    def n(self):\n        with Session(engine) as\n            x = 1\n            y = 2\n"),
        ("xy", "    def n(self):\n        with Session(engine as s:\n            x = 1\n        y = 2\n"),
        ("xy", "    def n(self):\n        if x:\n        y = 2\n        x = 1\n"),
        ("xy", "    def n(self):\n        try:\n            x = 1\n        y = 2\n"),
        ("xy", "    def n(self):\n        x = 1\n        except:\n            y = 2\n"),
        ("x", "    def n(self):\n        x = 1\n        '''\n        y = 2\n"),
        ("xy", "    def n(self):\n        x = 1\n        y = 2\n        f'{x\n"),
        ("xy", "    def n(self):\n        x = 1\n        y = 2\n      z\n"),
        ("xy", "    def n(self):\n        x = 1\n          z\n        y = 2\n"),
        ("xy", "    @property(\n    def n(self):\n        x = 1\n        y = 2\n"),
        ("xy", "    def n(self, x=(1, 2):\n        x = 1\n        y = 2\n"),
        ("xy", "    def n(self\n        x = 1\n        y = 2\n"),
        ("xy", "    def n(self):\n        match x:\n          case [1,:\n            x = 1\n          case 2: y = 2\n"),
        ("xy", "    def n(self):\n        x = 1\n        y = 2\n        return [a for\n"),
        ("xy", "    def n(self):\n        for a in\n            x = 1\n        else\n            y = 2\n"),
        ("xy", "    def n(self):\n        async with\n            x = 1\n            y = 2\n"),
        ("xy", "    def n(self):\n        x = 1\n        print 'old'\n        y = 2\n"),
        ("xy", "    def n(self):\n        lambda: (\n        x = 1\n        y = 2\n"),
    ],
)
def test_a_half_typed_method_loses_only_what_is_broken(kept: str, method: str) -> None:
    text = class_of(30, method)
    module = parsed(text)
    assert [block.problem is None for block, _ in module.blocks] == [False, True]
    block = module.blocks[0].block
    assert block.recovered
    names = [function.name for function in ast.walk(block.tree) if isinstance(function, ast.FunctionDef)]
    assert sorted(names) == sorted([f"m{number}" for number in range(15)] * 2 + ["n"])
    found = [node for node in ast.walk(block.tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    assert sorted(node.id for node in found) == list(kept)
    lines = LineIndex(text)
    assert all(lines.line(node.lineno)[node.col_offset] == node.id for node in found)


def only_block(text: str) -> Block:
    (placed,) = parsed(textwrap.dedent(text)).blocks
    return placed.block


def test_a_hole_is_told_from_pass_and_says_where_it_is() -> None:
    block = only_block("""\
        def f():
            pass
            user = session.get(User,
                1
            if user.:
                pass
        """)
    statements = [node for node in ast.walk(block.tree) if isinstance(node, ast.stmt)]
    holes = [node for node in statements if nodes.is_hole(node)]
    assert [(type(node), node.lineno, node.end_lineno) for node in holes] == [(ast.Pass, 3, 4), (ast.If, 5, 6)]
    assert [(hole.start.line, hole.end.line) for hole in block.holes] == [(3, 4), (5, 5)]
    assert not any(nodes.is_hole(node) for node in ast.walk(only_block("def f(): pass").tree))


def test_a_definition_with_a_broken_header_keeps_its_name_and_body() -> None:
    block = only_block("@route(\nasync def f(session, x=:\n    return session.x\n")
    (function,) = block.tree.body
    assert isinstance(function, ast.AsyncFunctionDef)
    assert (function.name, function.decorator_list, nodes.is_hole(function)) == ("f", [], True)
    assert isinstance(function.body[0], ast.Return)


def test_a_missing_body_is_no_hole() -> None:
    block = only_block("class A:\n    def f(self, session):  # todo\n    def g(self): return 1\n")
    (definition,) = block.tree.body
    assert isinstance(definition, ast.ClassDef)
    first = definition.body[0]
    assert isinstance(first, ast.FunctionDef)
    assert [argument.arg for argument in first.args.args] == ["self", "session"]
    assert not block.holes
    assert not nodes.is_hole(first)
    assert block.problem


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("def f():\n    x = (1\n    y\n\n\n", "'(' was never closed", 2, 8),
        ("x = 'é' 'a\n", "unterminated string literal", 1, 9),
        ("if x:\ny = 1\n", "expected an indented block after 'if' statement", 1, 5),
        ("def f():\n    x = [1, 2)\n", "closing parenthesis ')' does not match opening parenthesis '['", 2, 13),
        ("x = '''a\nb\n", "unterminated triple-quoted string literal", 1, 4),
        ("x = 1\0\n", "null byte in the source", 1, 5),
        ("x = 'a\ud800'\n", "lone surrogate in the source", 1, 6),
    ],
)
def test_the_problem_is_what_python_says_without_line_numbers(text: str, message: str, line: int, column: int) -> None:
    block = next(block for block, _ in parsed(text).blocks if block.problem)
    assert block.problem
    assert (block.problem.message, block.problem.position.line) == (message, line)
    assert block.problem.position.column == column


def test_unreadable_characters_cost_only_themselves() -> None:
    block = only_block("def f(x):\n    y = 'a\ud800b' + x.\0é + '\0' + x.last\n")
    found = next(node for node in ast.walk(block.tree) if isinstance(node, ast.Attribute) and node.attr == "last")
    assert (found.lineno, found.end_col_offset) == (2, len("    y = 'a???b' + x. éé + ' ' + x.last"))
    assert block.problem


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500,
        "[" * 50_000,
        "-" * 50_000 + "1",
        "x = " + "1 + " * 20_000 + "1",
        "a" + ".b" * 20_000,
        "not " * 9000 + "x",
        "x = " + "f(" * 90 + ")" * 90,
        "lambda: " * 3000 + "1",
        "x[" * 3000 + "]" * 3000,
        "".join(" " * depth + "if x:\n" for depth in range(150)),
        "".join(" " * depth + "if x\n" for depth in range(300)),
        "f'{" * 300,
        "f'{x:" * 300,
        "@\n" * 2000,
    ],
    ids=lambda text: text[:8],
)
def test_nothing_is_too_deep_to_get_an_answer(text: str) -> None:
    module = parsed(text + "\nimport after\n")
    assert all(block.tree is not None for block, _ in module.blocks)
    assert isinstance(module.blocks[-1].block.tree.body[0], ast.Import)
