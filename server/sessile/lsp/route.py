"""Handlers and what they may touch, which their type says.

A `Mutating` handler gets the `State` and runs at once. A `Reading` handler gets a frozen `Snapshot` and runs when all
that is queued has been seen, so that a cancelled or outdated request costs nothing.
"""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from sessile.lsp.actions.task import read_task
from sessile.lsp.wire.errors import ContentModified

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessile.lsp.snapshot import Snapshot
    from sessile.lsp.state import State

P = TypeVar("P")

_CHANGED = "The document changed since the request."


@dataclass(frozen=True, slots=True)
class Mutating(Generic[P]):
    """A notification, or a request that changes the state."""

    method: str
    handle: Callable[[State, P], object]

    def bound(self, state: State) -> Callable[[P], object]:
        return partial(self.handle, state)


@dataclass(frozen=True, slots=True)
class Reading(Generic[P]):
    """A request that is answered from a snapshot; `handle` may be a coroutine function.

    A document that changed before its request came to its turn makes the request's positions meaningless: it is
    refused, unless it is about the document as a whole (`newest`) and is answered for the new text.
    """

    method: str
    handle: Callable[[Snapshot, P], object]
    newest: bool = False

    def bound(self, state: State) -> Callable[[P], object]:
        return lambda params: self._answer(state, _snapshot(state, params), params)

    async def _answer(self, state: State, snapshot: Snapshot, params: P) -> object:
        def run() -> object:
            if not self.newest and _moved(snapshot, state, params):
                raise ContentModified(_CHANGED)
            return self.handle(_snapshot(state, params) if self.newest else snapshot, params)

        with state.attention.aside():
            await state.ready.wait()
        await asyncio.sleep(0)
        result = await state.attention.finish(run)
        if inspect.isawaitable(result):
            result = await result
            if not self.newest and _moved(snapshot, state, params):
                raise ContentModified(_CHANGED)
        return result


def _snapshot(state: State, params: object) -> Snapshot:
    opened = state.documents.opened.get(_uri(params) or "")
    return state.snapshot(opened.document.path if opened else "")


def _moved(snapshot: Snapshot, state: State, params: object) -> bool:
    uri = _uri(params)
    return uri is not None and snapshot.documents.get(uri) is not state.documents.opened.get(uri)


def _uri(params: object) -> str | None:
    """The URI of the document that a request is about, where it is about one."""
    uri = getattr(getattr(params, "text_document", None), "uri", None)
    if uri is None and (task := read_task(getattr(params, "data", None))):
        uri = task.uri
    return uri if isinstance(uri, str) else None
