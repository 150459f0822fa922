"""A program in a terminal of its own: keys go in, and what it writes is kept as a screen."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import signal
import struct
import termios
import threading
from typing import TYPE_CHECKING

import pyte

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_UNKNOWN = re.compile(rb"\x1b\[[?>=<][0-9;]*[umnpq]|\x1b\[>[0-9;]*[a-z]|\x1b\[\?[0-9;]*\$p")
"""Questions about the terminal that pyte would write on the screen."""


class Terminal:
    """Ends with `close`."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], folder: Path, *, rows: int, columns: int):
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._lock = threading.Lock()
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], list(command), environment)
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # that is how the end of the program is told
            while data := os.read(self._file, 65536):
                with self._lock:
                    self._stream.feed(_UNKNOWN.sub(b"", data))

    def press(self, keys: str) -> None:
        """Send keys as a keyboard would."""
        os.write(self._file, keys.encode())

    @property
    def lines(self) -> list[str]:
        """The screen."""
        with self._lock:
            return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def close(self) -> None:
        """Whatever the program thinks of it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self._reader.join(5)
        os.close(self._file)
