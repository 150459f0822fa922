"""What a request sees: the state at its arrival, frozen.

A handler that takes a `Snapshot` cannot change anything and cannot see an edit that came after its request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sessile.lsp.documents import find

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sessile.lsp.attention import Attention
    from sessile.lsp.backend import Backend
    from sessile.lsp.capabilities import Client
    from sessile.lsp.desk import Desk, Diagnosed
    from sessile.lsp.documents import Opened
    from sessile.lsp.options import Options


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`documents` are all open ones by URI."""

    client: Client
    attention: Attention
    documents: Mapping[str, Opened]
    desk: Desk
    options: Options
    folders: Sequence[str]

    @property
    def backend(self) -> Backend:
        return self.desk.backend

    def opened(self, uri: str) -> Opened:
        """An open document; InvalidParams if it is not open."""
        return find(self.documents, uri)

    def diagnosed(self, opened: Opened) -> Diagnosed:
        """The verdict on one of the documents, perhaps not complete."""
        return self.desk.diagnosed(opened, self.documents, self.client)

    async def finish(self, work: Callable[[], T]) -> T:
        """Do some work that may take long, while messages are seen to."""
        return await self.attention.finish(work)
