"""How long `sessile check` takes, beside ruff (and Fixit, where it is installed) on the same tree in the same run.

    python benchmarks/check_speed.py TREE...

Each tree is copied and checked cold, again without a change, after a change that touches one function, and after one to
the file that most others depend on. Of everything the median of some runs is told: seconds on the clock, seconds of
processor time of all processes together, and the most memory that they had at one time, all summed. Several trees are
put side by side into one, so that a project can be as large as is wanted.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
CHANGE = "\n\ndef changed_by_the_benchmark(number):\n    return number + {number}\n"
LEFT_OUT = (".git", ".venv", "node_modules", "__pycache__")


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, seconds of processor time, bytes of memory (0 where that cannot be measured)."""

    clock: float
    processor: float
    memory: int


def cost(command: list[str], directory: Path, environment: dict[str, str], worst: int = 1) -> Cost:
    """Run a command to its end; fails if its exit code is above `worst`, that is if it could not do its job."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=directory, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    watch = Watch(process.pid)
    assert process.stderr
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    clock = time.perf_counter() - started
    memory = watch.end()
    if not 0 <= process.returncode <= worst:
        raise RuntimeError(f"{command}: exit code {process.returncode}: {errors[-500:].decode()}")
    return Cost(clock, usage.ru_utime + usage.ru_stime, memory)


class Watch:
    """Looks at how much memory a process and all below it have, every few milliseconds (on Linux)."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> int:
        """Stop looking; the most bytes seen."""
        self._over.set()
        self._thread.join()
        return self._most

    def _look(self) -> None:
        while not self._over.wait(0.02):
            self._most = max(self._most, resident(self._pid))


def resident(pid: int) -> int:
    """The resident bytes of a process and of all that it has started; 0 where it cannot be found out."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        children = [each.read_text().split() for each in Path(f"/proc/{pid}/task").glob("*/children")]
    except (OSError, IndexError):
        return 0
    return own + sum(resident(int(child)) for each in children for child in each)


def median(costs: list[Cost]) -> Cost:
    """The medians of each of the three."""
    clock, processor, memory = zip(*((each.clock, each.processor, each.memory) for each in costs), strict=True)
    return Cost(statistics.median(clock), statistics.median(processor), int(statistics.median(memory)))


@dataclass(frozen=True)
class Tree:
    """A directory to be checked, and a cache for it."""

    root: Path
    cache: Path
    jobs: int

    def files(self) -> list[Path]:
        return sorted(self.root.rglob("*.py"))

    def lines(self) -> int:
        return sum(path.read_bytes().count(b"\n") for path in self.files())

    def sessile(self, *words: str) -> Cost:
        command = [sys.executable, "-m", "sessile", "check", "--exit-zero", "-q", f"--jobs={self.jobs}", *words, "."]
        return cost(command, self.root, {"SESSILE_CACHE_DIR": str(self.cache)})

    def cold(self) -> Cost:
        shutil.rmtree(self.cache, ignore_errors=True)
        return self.sessile()

    def most_read(self) -> list[Path]:
        """Files by how many verdicts have read them, most first; of several projects in the tree the largest counts."""
        cache = max(self.cache.iterdir(), key=lambda path: path.stat().st_size)
        answers, reads, _ = json.loads(cache.read_text("ascii").splitlines()[2])
        readers = Counter(path for each in reads.values() for path in {answers[number][0] for number in each})
        inside = [path for path, _ in readers.most_common() if path.startswith(str(self.root))]
        return [Path(path) for path in inside]

    def changed(self, path: Path, number: int) -> Cost:
        """Check after a change of one file, which is then taken back."""
        text = path.read_bytes()
        path.write_bytes(text + CHANGE.format(number=number).encode())
        try:
            return self.sessile()
        finally:
            path.write_bytes(text)


def ruff(tree: Tree) -> Cost | None:
    """Ruff over the same files."""
    found = shutil.which("ruff", path=os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")]))
    command = [found or "", "check", "--isolated", "--no-cache", "--exit-zero", "-q", "."]
    return cost(command, tree.root, {}) if found else None


def fixit(tree: Tree) -> Cost | None:
    """Fixit over the same files."""
    found = shutil.which("fixit")
    counted_as_bits = 7  # findings, files that it cannot parse, fixes
    return cost([found, "lint", "."], tree.root, {}, counted_as_bits) if found else None


def measure(tree: Tree, runs: int, cold_runs: int) -> dict[str, Cost | None]:
    """Everything about one tree, the tools in turn."""
    found: dict[str, list[Cost | None]] = {}

    def add(name: str, measured: Cost | None) -> None:
        found.setdefault(name, []).append(measured)
        if measured:
            print(f"  {name}: {measured.clock:.2f} s, {measured.processor:.2f} s of processor time", file=sys.stderr)

    for number in range(max(runs, cold_runs)):
        add("ruff, cold", ruff(tree))
        if number < cold_runs:
            add("fixit, cold", fixit(tree))
            add("sessile, cold", tree.cold())
    central = tree.most_read()
    usual = central[len(central) // 2]
    for number in range(runs):
        add("sessile, nothing changed", tree.sessile())
        add("sessile, one function changed", tree.changed(usual, number))
        add("sessile, the file most depend on changed", tree.changed(central[0], number))
        tree.sessile()
    return {name: median([each for each in costs if each]) if all(costs) else None for name, costs in found.items()}


def show(tree: Tree, costs: dict[str, Cost | None]) -> None:
    """A table in Markdown."""
    lines = tree.lines()
    beside = costs["ruff, cold"]
    print(f"\n{lines:,} lines in {len(tree.files()):,} files, {tree.jobs} processes\n")
    print("| | seconds | of processor time | lines a second | times ruff | memory |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, each in costs.items():
        if each is not None:
            times = f"{each.clock / beside.clock:.1f}" if beside else ""
            memory = f"{each.memory / 1e6:.0f} MB"
            rate = f"{lines / each.clock:,.0f}"
            print(f"| {name} | {each.clock:.2f} | {each.processor:.2f} | {rate} | {times} | {memory} |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", nargs="+", type=Path, metavar="TREE")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cold-runs", type=int, help="how often to check cold (default: as often as everything else)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "root"
        for tree in arguments.trees:
            shutil.copytree(tree, root / tree.name, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        whole = Tree(root, Path(place) / "cache", arguments.jobs)
        show(whole, measure(whole, arguments.runs, arguments.cold_runs or arguments.runs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
