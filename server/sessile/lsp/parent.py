"""Ends the server when the editor that started it is gone, even if stdin stays open (a shell between the two)."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

INTERVAL = 3.0
"""Seconds between two looks."""


def watch(pid: int, died: Callable[[], None]) -> None:
    """Call `died` once, soon after the process ended."""

    def look() -> None:
        if alive(pid):
            loop.call_later(INTERVAL, look)
        else:
            died()

    loop = asyncio.get_running_loop()
    loop.call_later(INTERVAL, look)


def alive(pid: int) -> bool:
    """Whether a process runs. One that ended and was not yet waited for does not."""
    if sys.platform == "win32":
        return _alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return not _zombie(pid)


def _zombie(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False


def _alive_on_windows(pid: int) -> bool:
    """`os.kill(pid, 0)` would send Ctrl+C there."""
    import ctypes

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  # absent from the stubs of other platforms
    synchronize, timed_out = 0x00100000, 0x102
    handle = kernel.OpenProcess(synchronize, False, pid)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == timed_out)
    finally:
        kernel.CloseHandle(handle)
