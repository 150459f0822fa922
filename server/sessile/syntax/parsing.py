"""Parses one block: the one place that calls Python's own parser."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

from sessile.syntax.dialect import restore, unify
from sessile.syntax.modern import rewrite
from sessile.syntax.problem import SyntaxProblem
from sessile.syntax.recovery import recover
from sessile.text import LineIndex, Position, Range

_UNREADABLE = re.compile("[\0\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_NUMBERS = re.compile(r" on line \d+| \(detected at line \d+\)")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree and, if the text was broken, why, and what of it is not in the tree."""

    tree: ast.Module
    problem: SyntaxProblem | None = None
    holes: tuple[Range, ...] = ()


def parse_block(text: str) -> Parsed:
    """The tree of a block; never raises."""
    source, problem = readable(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = parse_source(source)
        if isinstance(tree, ast.Module):
            unify(tree, source)
            return Parsed(tree, problem)
        try:
            return _parse_rewritten(source, tree, problem)
        except RecursionError:
            return _nothing(LineIndex(source), problem or tree)


def _parse_rewritten(source: str, first: SyntaxProblem, problem: SyntaxProblem | None) -> Parsed:
    """What the host's parser refuses, in older syntax, and then with holes for what is broken."""
    rewritten = rewrite(source, strings=first.message.startswith("f-string"))
    if rewritten is not None:
        source = rewritten.text
        tree = parse_source(source)
        if isinstance(tree, ast.Module):
            restore(tree, rewritten)
            return Parsed(tree, problem)
        first = tree
    index = LineIndex(source)
    recovered = recover(source, index.offset(first.position), _tree)
    if recovered is None:
        return _nothing(index, problem or first)
    if rewritten is not None:
        restore(recovered.tree, rewritten)
    else:
        unify(recovered.tree, source)
    holes = tuple(Range(index.position(start), index.position(end)) for start, end in recovered.lost)
    return Parsed(recovered.tree, problem or first, holes)


def _nothing(index: LineIndex, problem: SyntaxProblem) -> Parsed:
    return Parsed(ast.Module(body=[], type_ignores=[]), problem, (Range(Position(1, 0), index.end),))


def parses(text: str) -> bool:
    """Whether a text is a program, in newer syntax than the host's too."""
    source, problem = readable(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if problem is not None or _tree(source):
            return problem is None
        rewritten = rewrite(source)
        return rewritten is not None and _tree(rewritten.text) is not None


def readable(text: str) -> tuple[str, SyntaxProblem | None]:
    """The text without what no parser reads, and of the same length in UTF-8 bytes, and what is wrong with it if so.

    A byte order mark becomes form feeds, which do not count as indentation.
    """
    bad = None if text.isascii() and "\0" not in text else _UNREADABLE.search(text)
    source = "\f\f\f" + text[1:] if text.startswith("\ufeff") else text
    if bad is None:
        return source, None
    message = "null byte in the source" if bad[0] == "\0" else "lone surrogate in the source"
    source = _SURROGATE.sub("\ufffd", source.replace("\0", " "))
    return source, SyntaxProblem(message, LineIndex(text).position(bad.start()))


def _tree(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None


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
