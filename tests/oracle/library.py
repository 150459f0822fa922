"""The releases that programs run on, and a process for each that runs them."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import environments  # it lies beside this package, and is no package itself

if TYPE_CHECKING:
    from .option import Release
    from .program import Program

STAGE = Path(__file__).with_name("stage.py")
SERVER = Path(__file__).resolve().parents[2] / "server"
#: Seconds after which a process that does not answer is replaced; a program is stopped earlier.
PATIENCE = 120
#: After so many a process makes room for a new one: what Python and the libraries keep of each program slows the next.
JOBS = 100

RELEASES: dict[str, Release] = {"sa14": (1, 4, 54), "sa20": (2, 0, 58), "sa21": (2, 1, 9)}
PINS = {"sa14": "sqlalchemy==1.4.54", "sa20": "sqlalchemy==2.0.58", "sa21": "sqlalchemy==2.1.9"}


def installed() -> list[str]:
    """The environments that are there."""
    return [name for name in RELEASES if environments.interpreter(name) is not None]


@dataclass
class Library:
    """One release, in a process that lives as long as it answers, and for so many jobs."""

    name: str
    process: subprocess.Popen[str] | None = None
    jobs: int = 0
    answers: queue.Queue[str] = field(default_factory=queue.Queue)

    def run(self, job: dict[str, Any]) -> dict[str, Any]:
        """The outcome of a job, see `stage.py`."""
        process = self._alive()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(self.answers.get(timeout=PATIENCE))
        except (OSError, queue.Empty, ValueError):
            self.close()
            return {"failed": "the process that ran it did not answer"}
        self.jobs += 1
        if self.jobs % JOBS == 0:
            self.close()
        return answer

    def _alive(self) -> subprocess.Popen[str]:
        if self.process is None:
            python = environments.interpreter(self.name)
            assert python is not None, environments.how_to_create(self.name)
            self.process = subprocess.Popen(
                [python, STAGE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env={"PYTHONPATH": str(SERVER)},
            )
            self.answers = queue.Queue()
            threading.Thread(target=_read, args=(self.process, self.answers), daemon=True).start()
        return self.process

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def _read(process: subprocess.Popen[str], answers: queue.Queue[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        answers.put(line)
    answers.put("")


def job_of(program: Program) -> dict[str, Any]:
    """What the stage has to know of a program."""
    text = "".join(program.files.values())
    caught = any(word in text for word in ("except", "suppress", "hasattr"))
    return {"files": program.files, "traced": caught, **program.demands}
