"""Runs Sessile in a process whose every import, execution, process, connection and written file is noted.

The runner lies outside the workspace, as the console script does, and the working directory is the workspace.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from house import PACKAGE

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO, Any

_RUNNER = """#!{python} -I
import json, os, sys

WORKSPACE, SEEN, PACKAGE = {places!r}
STARTED = ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn")
TOLD = (*STARTED, "_winapi.CreateProcess", "pickle.find_class", "socket.connect", "socket.getaddrinfo")
PLACED = {{"exec": 0, "import": 1, "compile": 1, "ctypes.dlopen": 0}}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def path_of(value):
    value = getattr(value, "co_filename", value)
    return os.fsdecode(value) if isinstance(value, (str, bytes, os.PathLike)) else ""


def watch(event, arguments):
    if event == "subprocess.Popen":
        note(event, [*map(path_of, arguments[1]), "in", path_of(arguments[2])])
    elif event in TOLD:
        note(event, [repr(arguments)[:200]])
    elif event in PLACED and inside(arguments[PLACED[event]]):
        note(event, [path_of(arguments[PLACED[event]])])
    elif event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING and inside(arguments[0]):
        note(event, [path_of(arguments[0])])


def inside(value):
    path = path_of(value)
    return bool(path) and not path.startswith("<") and os.path.join(HERE, path).startswith(WORKSPACE)


def note(event, words):
    os.write(LOG, json.dumps([event, words]).encode() + b"\\n")


HERE = os.getcwd()
LOG = os.open(SEEN, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
sys.path.insert(0, PACKAGE)
sys.addaudithook(watch)
{program}
"""

CHECK = "from sessile.cli.main import main\nsys.exit(main(sys.argv[1:]))"
#: The same, with workers that are watched as well.
CHECK_WITH_WORKERS = f"""sys.executable = os.path.join(os.path.dirname(__file__), "child.py")
{CHECK}"""
SERVE = """sys.executable = os.path.join(os.path.dirname(__file__), "child.py")
from sessile.lsp.server import main
sys.exit(main(sys.argv[1:]))"""
#: Stands in for the interpreter that the server starts its worker with, and is watched as well.
CHILD = """assert sys.argv[1:3] == ["-I", "-c"], sys.argv
code, sys.argv[:] = sys.argv[3], ["-c", *sys.argv[4:]]
exec(compile(code, "<child>", "exec"))"""
Noted = tuple[str, list[str]]
LEAVE: list[dict[str, Any]] = [{"id": "leave", "method": "shutdown"}, {"method": "exit"}]
TIMEOUT = 120


@dataclass(frozen=True)
class Watched:
    """What a run did and said; `child` is what its worker did, None if it had none."""

    seen: list[Noted]
    code: int
    out: str
    err: str
    child: list[Noted] | None = None


def watched(workspace: Path, program: str, *words: str) -> Watched:
    """Run a program in a workspace to its end. The folder above it takes what belongs to the run."""
    with _started(workspace, program, words) as process:
        out, err = process.communicate(timeout=TIMEOUT)
    return _noted(workspace, process.returncode, out, err)


def watched_server(workspace: Path, messages: list[dict[str, Any]]) -> Watched:
    """Lead a conversation with the server: it gets all messages, and leave is taken when every request is answered."""
    with _started(workspace, SERVE, ()) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"".join(map(_framed, messages)))
        process.stdin.flush()
        waiting = {each["id"] for each in messages if "id" in each}
        out = b""
        while waiting:
            body = _body(process.stdout)
            waiting.discard(json.loads(body).get("id"))
            out += body
        rest, err = process.communicate(b"".join(map(_framed, LEAVE)), timeout=TIMEOUT)
    return _noted(workspace, process.returncode, out + rest, err)


def _started(workspace: Path, program: str, words: tuple[str, ...]) -> subprocess.Popen[bytes]:
    beside = workspace.parent / "beside"
    beside.mkdir(exist_ok=True)
    for name, text in (("runner", program), ("child", CHILD)):
        places = (f"{workspace}/", str(beside / f"{name}.seen"), str(PACKAGE.parent))
        (beside / f"{name}.py").write_text(_RUNNER.format(python=sys.executable, places=places, program=text), "utf-8")
        (beside / f"{name}.py").chmod(0o755)
        (beside / f"{name}.seen").unlink(missing_ok=True)
    command = [sys.executable, beside / "runner.py", *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=workspace, stdin=pipe, stdout=pipe, stderr=pipe)


def _noted(workspace: Path, code: int, out: bytes, err: bytes) -> Watched:
    beside = workspace.parent / "beside"
    seen, child = _read(beside / "runner.seen"), _read(beside / "child.seen")
    assert seen is not None
    return Watched(seen, code, out.decode(), err.decode(), child)


def _read(path: Path) -> list[Noted] | None:
    lines = path.read_text("utf-8").splitlines() if path.exists() else None
    return None if lines is None else [tuple(json.loads(line)) for line in lines]


def _framed(message: dict[str, Any]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def _body(stream: IO[bytes]) -> bytes:
    """The next message that the server sends; AssertionError if there is none."""
    length = 0
    while (line := stream.readline().strip()) or not length:
        assert line, "the server has left"
        name, _, value = line.partition(b":")
        length = int(value) if name == b"Content-Length" else length
    return stream.read(length)
