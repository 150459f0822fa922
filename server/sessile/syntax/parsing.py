"""Parses one block: the one place that calls Python's own parser."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

from sessile.syntax.dialect import restore, unify
from sessile.syntax.modern import rewrite
from sessile.syntax.problem import SyntaxProblem
from sessile.text import LineIndex, Position

_LINE_NUMBERS = re.compile(r" on line \d+| \(detected at line \d+\)")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree and, if the text was broken, why."""

    tree: ast.Module
    problem: SyntaxProblem | None = None


def parse_block(text: str) -> Parsed:
    """The tree of a block; never raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = parse_source(text)
        if isinstance(tree, ast.Module):
            unify(tree, text)
            return Parsed(tree)
        return _parse_rewritten(text, tree)


def _parse_rewritten(text: str, problem: SyntaxProblem) -> Parsed:
    """What the host's parser refuses, once more in older syntax."""
    rewritten = rewrite(text)
    if rewritten is not None:
        tree = parse_source(rewritten.text)
        if isinstance(tree, ast.Module):
            restore(tree, rewritten)
            return Parsed(tree)
        problem = tree
    return Parsed(ast.Module(body=[], type_ignores=[]), problem)


def parse_source(text: str) -> ast.Module | SyntaxProblem:
    """The tree by Python's own parser, or what it says is wrong."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        return _problem(text, error)
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return SyntaxProblem(str(error) or "too deeply nested to be parsed", Position(1, 0))


def _problem(text: str, error: SyntaxError) -> SyntaxProblem:
    lines = LineIndex(text)
    line = min(max(error.lineno or 1, 1), lines.count)
    position = lines.from_column(line, max((error.offset or 1) - 1, 0), "utf-32")
    return SyntaxProblem(_LINE_NUMBERS.sub("", error.msg or "invalid syntax"), position)
