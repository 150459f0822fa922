"""How long somebody waits who types: start, first diagnostics, diagnostics after each edit, memory; side by side.

    python benchmarks/lsp_latency.py FILE --server 'ruff=ruff server' --server 'sessile=sessile server'

Two kinds of edits: `comment` changes a comment in the middle of the file, so that only places may move; `toggle` takes
the line away that `--line` matches, or puts it back, so that findings change. Servers take turns at every edit, so
that whatever else the machine does hits all of them alike.
"""

from __future__ import annotations

import argparse
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from lsp_client import Client, Missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lsp_client import Message


@dataclass
class Measured:
    """One server on one file; milliseconds, and MiB."""

    name: str
    mode: str
    start: float
    open: float
    findings: int
    edits: list[float] = field(default_factory=list)
    missed: int = 0
    memory: float | None = None

    def at(self, share: float) -> float:
        """The time within which a share of the edits was answered; nan if none was."""
        ordered = sorted(self.edits)
        return ordered[round(share * (len(ordered) - 1))] if ordered else float("nan")


@dataclass(frozen=True)
class Typing:
    """A file and the edits made to it."""

    path: Path
    count: int = 30
    pause: float = 0.05
    line: str | None = None

    def edits(self) -> Iterator[tuple[int, Message, str]]:
        """Version, changed part and whole text of each edit."""
        lines = self.path.read_text().splitlines(keepends=True)
        at = len(lines) // 2
        if self.line is not None:
            matching = [number for number, text in enumerate(lines) if re.search(self.line, text)]
            at = min(matching, key=lambda number: abs(number - len(lines) // 2))
        for step in range(self.count):
            if self.line is None:
                old, new = ("" if step == 0 else f"# {step - 1}\n"), f"# {step}\n"
                whole = "".join([*lines[:at], new, *lines[at:]])
            else:
                old, new = (lines[at], "") if step % 2 == 0 else ("", lines[at])
                whole = "".join([*lines[:at], new, *lines[at + 1 :]])
            end = {"line": at + 1, "character": 0} if old else {"line": at, "character": 0}
            part = {"range": {"start": {"line": at, "character": 0}, "end": end}, "text": new}
            yield step + 2, part, whole


def measure(typing: Typing, servers: Sequence[tuple[str, str]], *, pull: bool = False) -> list[Measured]:
    """Every server on the same edits, in turn; a server that gives up is left out from there on."""
    uri, text = typing.path.as_uri(), typing.path.read_text()
    running: list[tuple[Client, Measured]] = []
    for name, command in servers:
        try:
            client = Client(name, command, typing.path.parent, pull=pull)
            opened = client.open(uri, text)
        except (Missing, OSError) as problem:
            print(f"{name}: {problem}")
            continue
        mode = ("pull" if client.pulls else "push") + ("" if client.incremental else ", full sync")
        start = client.initialized_after * 1e3
        running.append((client, Measured(name, mode, start, opened * 1e3, len(client.shown))))
    time.sleep(1)
    for version, part, whole in typing.edits():
        for client, measured in running:
            _edit(client, measured, (uri, version, part, whole))
            time.sleep(typing.pause)
    for client, measured in running:
        measured.memory = client.memory()
        client.stop()
    return [measured for _, measured in running]


def _edit(client: Client, measured: Measured, edit: tuple[str, int, Message, str]) -> None:
    if measured.missed > 2:
        return
    try:
        measured.edits.append(client.change(*edit) * 1e3)
    except (Missing, OSError) as problem:
        measured.missed += 1
        print(f"{measured.name}: {problem}")


def table(rows: Sequence[Measured]) -> str:
    """Milliseconds, as Markdown; the ratio is that of the medians to the median of the first server."""
    titles = ("server", "start", "open", "edit p50", "ratio", "p95", "max", "MiB", "findings", "mode")
    medians = [median(row.edits) if row.edits else float("nan") for row in rows]
    cells = [
        (
            *(row.name, f"{row.start:.0f}", f"{row.open:.0f}"),
            *(f"{middle:.1f}", f"{middle / medians[0]:.2f}", f"{row.at(0.95):.1f}", f"{row.at(1):.1f}"),
            "?" if row.memory is None else f"{row.memory:.0f}",
            *(str(row.findings), row.mode + (f", {row.missed} missed" if row.missed else "")),
        )
        for row, middle in zip(rows, medians, strict=True)
    ]
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in (titles, tuple("-" * width for width in widths), *cells)
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--server", action="append", required=True, metavar="NAME=COMMAND")
    parser.add_argument("--edits", type=int, default=30)
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between two edits")
    parser.add_argument("--line", help="toggle the line nearest to the middle that matches this expression")
    parser.add_argument("--pull", action="store_true", help="pull diagnostics from servers that offer it")
    given = parser.parse_args()
    typing = Typing(given.file.resolve(), given.edits, given.pause, given.line)
    servers = [(name, command) for name, _, command in (each.partition("=") for each in given.server)]
    print(table(measure(typing, servers, pull=given.pull)))


if __name__ == "__main__":
    main()
