"""A server over the fake analysis, in a process of its own, and a client that may say anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsp_launch import FAKE
from lsp_raw import RawClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., RawClient]]:
    """Starts a server; all of them are gone after the test."""
    clients: list[RawClient] = []

    def begin(*arguments: str) -> RawClient:
        clients.append(RawClient([*FAKE, *arguments], cwd=str(tmp_path)))
        return clients[-1]

    yield begin
    for client in clients:
        client.kill()


@pytest.fixture
def raw(start: Callable[..., RawClient]) -> RawClient:
    """A client of a server that was just started; `initialize` was not sent."""
    return start()
