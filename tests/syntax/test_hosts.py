"""A file means the same whatever Python hosts the analysis, in syntax that the host does not know and broken too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import syntax_dump
from syntax_corpus import files

HERE = Path(__file__).parent
SERVER = HERE.parents[1] / "server"
SAMPLES = sorted((HERE / "samples").glob("*.py.txt"))


def hosts() -> list[str]:
    """The interpreters at hand that work, this one first."""
    found = {(sys.version_info.major, sys.version_info.minor): sys.executable}
    for minor in range(10, 16):
        managed = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python"))
        for path in [*map(str, managed), shutil.which(f"python3.{minor}")]:
            if path and (3, minor) not in found and runs(path):
                found[3, minor] = path
    return list(found.values())


def runs(path: str) -> bool:
    done = subprocess.run([path, "-c", "import ast"], capture_output=True, timeout=20, check=False)
    return done.returncode == 0


def dumped_by(host: str, *paths: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(SERVER), "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [host, "-W", "error", str(HERE / "syntax_dump.py"), *map(str, paths)]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize("host", hosts(), ids=lambda path: Path(path).parts[-3])
def test_a_sample_means_what_is_written_down(host: str, sample: Path) -> None:
    assert dumped_by(host, sample) == sample.with_name(sample.name.replace(".py.txt", ".expected")).read_text("utf-8")


def test_real_files_mean_the_same_on_all_hosts(tmp_path: Path) -> None:
    paths = []
    for number, (_, text) in enumerate(files(60, seed=1)):
        whole, cut = tmp_path / f"{number}.py", tmp_path / f"{number}-cut.py"
        whole.write_text(text, encoding="utf-8", errors="replace", newline="")
        cut.write_text(text[: len(text) * 2 // 3], encoding="utf-8", errors="replace", newline="")
        paths += [whole, cut]
    dumps = {host: dumped_by(host, *paths) for host in hosts()}
    assert len(set(dumps.values())) == 1


def test_everything_modern_is_read() -> None:
    (modern,) = (path for path in SAMPLES if path.name.startswith("modern"))
    dump = "\n".join(syntax_dump.lines(modern.read_text("utf-8")))
    assert "broken" not in dump
    for meaning in ("Assign!alias", "Import!lazy", "ImportFrom!lazy", "Try!group", "JoinedStr!template", "Starred"):
        assert meaning in dump
    for class_name in ("TypeAlias", "TryStar", "TypeVar", "TemplateStr"):
        assert class_name not in dump
