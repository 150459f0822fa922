"""The command line as a process of its own: what it loads, exit codes, pipes, signals, names, permissions."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import sessile

HERE = Path(__file__).parent
SERVER = Path(sessile.__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SERVER), str(HERE)]), "PYTHONSAFEPATH": "1"}
TOY = [sys.executable, str(HERE / "toy.py")]
HEAVY = ["pygls", "lsprotocol", "libcst", "jedi", "sqlalchemy", "rich"]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A directory with nothing in it."""
    root = tmp_path / "root"
    root.mkdir()
    return root


def run(
    directory: Path, *words: str, stdin: bytes = b"", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """`sessile` with the toy engine."""
    variables = {**ENVIRONMENT, **(environment or {})}
    return subprocess.run([*TOY, *words], cwd=directory, input=stdin, capture_output=True, env=variables, timeout=60)


def check(
    directory: Path, code: int, *words: str, out: bytes | None = None, err: bytes = b"", stdin: bytes = b""
) -> None:
    """The exit code and what is written."""
    done = run(directory, *words, stdin=stdin)
    assert (done.returncode, done.stderr) == (code, err)
    assert out is None or done.stdout == out


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        ("x = 1\n", [], 0),
        ("leak\n", [], 1),
        ("murmur\n", [], 0),
        ("def (\n", [], 1),
        ("leak\n", ["--exit-zero"], 0),
        ("leak\n", ["--fix"], 0),
        ("leak\n", ["--diff", "-q"], 1),
        ("drift\n", ["--diff", "-q"], 0),
    ],
)
def test_exit_codes(directory: Path, text: str, words: list[str], code: int) -> None:
    (directory / "a.py").write_text(text)
    check(directory, code, "check", *words)


def test_exit_code_2_is_one_line(directory: Path) -> None:
    (directory / "a.py").write_text("leak\n")
    check(
        directory,
        2,
        "check",
        "--bad",
        err=b"error: `--bad` is not an option of `sessile check`; see `sessile check --help`\n",
        out=b"",
    )
    check(directory, 2, "check", "gone.py", err=b"error: gone.py: cannot be read: no such file or directory\n", out=b"")
    (directory / "sessile.toml").write_text("fix = 1")
    check(directory, 2, "check", err=b"error: sessile.toml:1: `fix` must be true or false, not 1\n", out=b"")


def loaded(*words: str) -> list[str]:
    """The heavy packages that a command line of the real tool loads."""
    code = (
        "import sys; from sessile.cli.main import main; code = main(sys.argv[1:]);"
        f"print(*[each for each in {HEAVY!r} if each in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, env=ENVIRONMENT, timeout=60)
    assert b"Traceback" not in done.stderr
    return done.stderr.decode().splitlines()[-1].split()


def test_nothing_heavy_is_loaded_where_it_is_not_needed(directory: Path) -> None:
    (directory / "a.py").write_text("import sqlalchemy\n")
    assert loaded("--version") == []
    assert loaded("check", str(directory)) == []
    assert loaded("check", "--output-format=json", str(directory)) == []
    assert loaded("rule", "SCOPE001") == []
    assert loaded("config") == []
    assert loaded("helpers") == []


def test_rich_is_loaded_for_colours(directory: Path) -> None:
    (directory / "a.py").write_text("def (\n")
    assert loaded("check", "--color=always", str(directory)) == ["rich"]


def test_standard_input(directory: Path) -> None:
    out = b"app/a.py:1:1: error[SCOPE001] [*] `leak` stands here. It fails. Take it away.\n"
    words = ["check", "-", "--stdin-filename", "app/a.py", "--output-format=concise", "-q"]
    check(directory, 1, *words, out=out, stdin=b"leak\n")
    (directory / "sessile.toml").write_text("per-file-ignores = {'app/' = ['SCOPE']}")
    check(directory, 0, *words, out=b"", stdin=b"leak\n")
    check(directory, 0, *words, "--force-exclude", out=b"", stdin=b"drift\n"[:0])


def test_standard_input_without_a_name(directory: Path) -> None:
    done = run(directory, "check", "-", "--output-format=concise", stdin=b"leak\n")
    assert done.stdout.startswith(b"<stdin>:1:1: error[SCOPE001]")


def test_fixed_standard_input_goes_to_standard_output_as_it_came(directory: Path) -> None:
    text = b"\xef\xbb\xbfleak\r\nx = '\xc3\xa9'\r\ndrift"
    done = run(directory, "check", "--fix", "-", "--output-format=concise", stdin=text)
    assert done.stdout == text.replace(b"leak", b"kept")
    assert done.stderr.splitlines()[-1] == b"Fixed 1, 1 remaining."
    assert done.returncode == 1
    (directory / "other.py").write_bytes(b"")
    assert run(directory, "check", "--fix", "-", stdin=b"far\n").stdout == b"far\n"
    assert (directory / "other.py").read_bytes() == b""


def test_standard_input_that_is_left_out_is_handed_back(directory: Path) -> None:
    words = ["check", "--fix", "-", "-q", "--stdin-filename=build/a.py", "--force-exclude"]
    check(directory, 0, *words, out=b"leak\n", stdin=b"leak\n")


def test_diff_of_standard_input(directory: Path) -> None:
    out = b"--- a.py\n+++ a.py\n@@ -1 +1 @@\n-leak\n+kept\n"
    check(directory, 1, "check", "--diff", "-q", "-", "--stdin-filename=a.py", out=out, stdin=b"leak\n")
    assert not (directory / "a.py").exists()


def test_undecodable_standard_input(directory: Path) -> None:
    done = run(directory, "check", "-", stdin=b"\xff\xfea\x00")
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert b"<stdin>: cannot be decoded: the file begins with a UTF-16 byte order mark" in done.stderr


@pytest.mark.parametrize("form", ["concise", "full", "json", "json-lines"])
def test_a_reader_that_goes_away(directory: Path, form: str) -> None:
    (directory / "a.py").write_text("leak\n" * 5000)
    process = subprocess.Popen(
        [*TOY, "check", f"--output-format={form}"],
        cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.wait(60) == 141
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk(directory: Path) -> None:
    (directory / "a.py").write_text("leak\n")
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*TOY, "check"], cwd=directory, stdout=full, stderr=subprocess.PIPE, env=ENVIRONMENT)
    assert (done.returncode, done.stderr) == (2, b"error: cannot write: no space left on device\n")


@pytest.mark.parametrize("closed", ["1", "2", "0"])
def test_a_closed_stream(directory: Path, closed: str) -> None:
    (directory / "a.py").write_text("leak\n")
    line = f'exec "$@" {closed}>&-' if closed != "0" else 'exec "$@" <&-'
    done = subprocess.run(["sh", "-c", line, "sh", *TOY, "check"], cwd=directory, capture_output=True, env=ENVIRONMENT)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def test_interrupted(directory: Path) -> None:
    os.mkfifo(directory / "a.py")
    process = subprocess.Popen(
        [*TOY, "check", "a.py"], cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT
    )
    with open(directory / "a.py", "wb"):  # as soon as it waits for what is written
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"interrupted\n")


def test_names_that_are_not_utf_8(directory: Path) -> None:
    name = os.path.join(os.fsencode(directory), b"\xff.py")
    with open(name, "wb") as file:
        file.write(b"leak\n")
    done = run(directory, "check", "--output-format=concise")
    assert done.stdout.startswith(b"\xff.py:1:1: error[SCOPE001]")
    assert json.loads(run(directory, "check", "--output-format=json").stdout)[0]["filename"].endswith("/\ufffd.py")
    assert run(directory, "check", "--fix").returncode == 0
    with open(name, "rb") as file:
        assert file.read() == b"kept\n"
    assert run(directory, "check", b"gone\xff.py".decode("utf-8", "surrogateescape")).stderr.startswith(
        b"error: gone\xff.py:"
    )


@pytest.mark.parametrize("variables", [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp1252"}])
def test_output_that_cannot_hold_every_character(directory: Path, variables: dict[str, str]) -> None:
    (directory / "名.py").write_text("'名' ; leak\n", encoding="utf-8")
    done = run(directory, "check", environment=variables)
    assert done.returncode == 1
    assert b"\\u540d.py:1:7" in done.stdout


def mortal(directory: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """The same bound by permissions even as root, which then loses CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH."""

    def drop() -> None:
        drop_from_bounding_set = 24
        for capability in (1, 2):
            ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0)

    prepare = drop if os.geteuid() == 0 else None
    return subprocess.run(
        [*TOY, *words], cwd=directory, capture_output=True, env=ENVIRONMENT, timeout=60, preexec_fn=prepare
    )


def test_what_may_not_be_read(directory: Path) -> None:
    for name in ("a.py", "z.py", "locked/x.py"):
        (directory / name).parent.mkdir(exist_ok=True)
        (directory / name).write_text("leak\n")
    (directory / "a.py").chmod(0)
    (directory / "locked").chmod(0)
    done = mortal(directory, "check", "--output-format=concise", "-q")
    (directory / "locked").chmod(0o755)
    assert done.stdout.count(b"\n") == 1
    assert done.stderr.splitlines() == [
        b"error: a.py: cannot be read: permission denied",
        b"error: locked: cannot be read: permission denied",
    ]
    assert done.returncode == 2


@pytest.mark.parametrize(("mode", "directory_mode"), [(0o444, 0o777), (0o666, 0o555)])
def test_what_may_not_be_written(directory: Path, mode: int, directory_mode: int) -> None:
    (directory / "in").mkdir()
    (directory / "in" / "a.py").write_text("leak\n")
    (directory / "in" / "a.py").chmod(mode)
    (directory / "in").chmod(directory_mode)
    (directory / "ok").mkdir()
    (directory / "ok" / "b.py").write_text("leak\n")
    for each in (directory / "ok", directory / "ok" / "b.py"):
        each.chmod(0o777)
    done = mortal(directory, "check", "--fix", "--output-format=concise")
    (directory / "in").chmod(0o755)
    assert done.returncode == 2
    assert done.stderr == b"error: in/a.py: cannot be written: permission denied\n"
    assert done.stdout.splitlines()[-1] == b"Fixed 1, 1 remaining."
    assert (directory / "in" / "a.py").read_text() == "leak\n"
    assert (directory / "ok" / "b.py").read_text() == "kept\n"
    assert os.listdir(directory / "in") == ["a.py"]


def test_a_directory_that_is_no_more(directory: Path) -> None:
    inner = directory / "inner"
    inner.mkdir()
    (directory / "a.py").write_text("leak\n")
    line = f'rmdir "{inner}"; exec "$@"'
    done = subprocess.run(
        ["sh", "-c", line, "sh", *TOY, "check", "-q", str(directory / "a.py")],
        cwd=inner, capture_output=True, env=ENVIRONMENT,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, b"")
