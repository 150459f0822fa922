"""Questions about syntax that are answered once: the answer stays with the node, which never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    N = TypeVar("N", bound=ast.AST)
    T = TypeVar("T")


def once(answer: Callable[[N], T]) -> Callable[[N], T]:
    """Remember what a function of a node alone gives."""
    name = f" {answer.__module__}.{answer.__name__}"

    def remembered(node: N) -> T:
        held = vars(node)
        if name not in held:
            held[name] = answer(node)
        found: T = held[name]
        return found

    return remembered
