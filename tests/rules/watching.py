"""Watches a program run on the real SQLAlchemy, and holds inlay hints against what is so behind their lines."""

from __future__ import annotations

import ast
import contextlib
import dis
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import TypeAlias

Hints: TypeAlias = "dict[tuple[str, int], list[str]]"
"""By file and line what is said there, such as "user, order: expired"; after `AFTER` what is so once a `with` around
has ended, too."""
AFTER = "after with · "


class Watch:
    """`wrong` is what was said and not so, `met` the hints whose lines were passed with something to look at."""

    def __init__(self, texts: dict[str, str], hints: Hints) -> None:
        self._last = {name: dict(_last_lines(ast.parse(text))) for name, text in texts.items()}
        self._withs = {name: set(_with_lines(ast.parse(text))) for name, text in texts.items()}
        self._direct = {name: set(_ends_of_withs(ast.parse(text))) for name, text in texts.items()}
        self._hints = hints
        self._passed: dict[FrameType, tuple[int, bool]] = {}
        self.wrong: list[str] = []
        self.met: set[tuple[str, int, str]] = set()

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        before = sys.gettrace()
        sys.settrace(self._called)
        try:
            yield
        finally:
            sys.settrace(before)

    def _called(self, frame: FrameType, *_: object) -> Any:
        return self._happened if os.path.basename(frame.f_code.co_filename) in self._last else None

    def _happened(self, frame: FrameType, event: str, _: object) -> Any:
        name = os.path.basename(frame.f_code.co_filename)
        passed = self._passed.get(frame)
        if event == "exception":
            self._passed.pop(frame, None)
        elif event == "return" and passed is not None and _returns(frame):
            self._look(frame, name, *passed)
        elif event == "line" and passed is not None and self._leaves(name, passed[0], frame.f_lineno):
            if passed[0] not in self._direct[name]:
                self._look(frame, name, *passed)
                self._passed[frame] = passed[0], True
        elif event == "line":
            if passed is not None:
                self._look(frame, name, *passed)
            self._passed[frame] = self._last[name].get(frame.f_lineno, frame.f_lineno), False
        return self._happened

    def _leaves(self, name: str, passed: int, line: int) -> bool:
        """Whether a `with` comes to its end, with its exit yet to come."""
        return line < passed and line in self._withs[name]

    def _look(self, frame: FrameType, name: str, line: int, late: bool) -> None:
        """Look at what a line left behind; `late` once a block around it has ended, in which it is deeper."""
        for said in self._hints.get((name, line), ()):
            if said.startswith(AFTER) is not late:
                continue
            names, _, state = said.removeprefix(AFTER).partition(": ")
            for each in names.split(", "):
                value = frame.f_locals.get(each)
                if value is not None:
                    self.met.add((name, line, said))
                    if not any(_is_so(value, way) for way in _ways(state)):
                        self.wrong.append(f"{name}:{line} {each} is not {state}")


def _returns(frame: FrameType) -> bool:
    """Whether a frame ends, and does not wait for something."""
    return dis.opname[frame.f_code.co_code[frame.f_lasti]].startswith("RETURN")


def _ends_of_withs(tree: ast.AST) -> Iterator[int]:
    """The lines with which a `with` ends, its last statement not being deeper inside, or is left."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.end_lineno:
            yield node.end_lineno
        if isinstance(node, ast.With | ast.AsyncWith):
            last: ast.stmt = node
            while isinstance(last, ast.With | ast.AsyncWith):
                last = last.body[-1]
            if not hasattr(last, "body") and last.end_lineno:
                yield last.end_lineno


def _last_lines(tree: ast.AST) -> Iterator[tuple[int, int]]:
    """The last line of the simple statement that each line belongs to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not hasattr(node, "body") and node.end_lineno:
            yield from ((line, node.end_lineno) for line in range(node.lineno, node.end_lineno + 1))


def _with_lines(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.With | ast.AsyncWith):
            yield from range(node.lineno, (node.items[-1].context_expr.end_lineno or node.lineno) + 1)


def _ways(state: str) -> list[str]:
    first, perhaps, more = state.partition(", perhaps ")
    return [first, f"{first}, {more}"] if perhaps else state.split(" or ")


def _is_so(value: Any, state: str) -> bool:
    """Whether an object, a session or all objects of a list are as it is said."""
    if isinstance(value, list | tuple | set):
        return all(_is_so(each, state) for each in value)
    if state == "closed":
        return not getattr(value, "sync_session", value).in_transaction()
    from sqlalchemy import inspect

    seen = inspect(value)
    columns = {each.key for each in seen.mapper.base_mapper.column_attrs if not each.deferred}
    missing = columns & seen.unloaded
    if seen.detached is not state.startswith("detached"):
        return False
    if "`" in state:
        return all(f"`{each}`" in state or "more" in state for each in missing & seen.expired_attributes)
    if state.endswith("expired"):
        return missing == columns
    return not (missing & seen.expired_attributes) if state == "detached" else missing != columns
