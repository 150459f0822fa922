"""Writing: whole or not at all, over nobody else's work."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from sessile.cli import writing
from sessile.cli.files import Change
from sessile.cli.writing import WriteError, write_all

if TYPE_CHECKING:
    from pathlib import Path


def put(directory: Path, **files: str) -> list[Change]:
    """Files `a.py` with their text, and changes that append a line to each; `None` is created."""
    for name, text in files.items():
        (directory / f"{name}.py").write_text(text)
    return [Change(str(directory / f"{name}.py"), text.encode(), f"{text}+\n".encode()) for name, text in files.items()]


def state(directory: Path) -> dict[str, str]:
    return {name: (directory / name).read_text() for name in sorted(os.listdir(directory))}


def refused(changes: list[Change], message: str) -> None:
    with pytest.raises(WriteError) as caught:
        write_all(changes)
    assert caught.value.failure.message == message


def test_all_are_written(tmp_path: Path) -> None:
    created = Change(str(tmp_path / "new" / "c.py"), None, b"c\n")
    write_all([*put(tmp_path, a="a\n", b="b\n"), created])
    assert (tmp_path / "new" / "c.py").read_text() == "c\n"
    assert (tmp_path / "a.py").read_text() == "a\n+\n"


def test_a_file_that_changed_meanwhile_stays_and_so_do_the_others(tmp_path: Path) -> None:
    changes = put(tmp_path, a="a\n", b="b\n")
    (tmp_path / "b.py").write_text("mine\n")
    refused(changes, "was changed by somebody else while it was being fixed; nothing was written, run again")
    assert state(tmp_path) == {"a.py": "a\n", "b.py": "mine\n"}


def test_a_file_that_vanished_is_not_brought_back(tmp_path: Path) -> None:
    changes = put(tmp_path, a="a\n", b="b\n")
    (tmp_path / "b.py").unlink()
    refused(changes, "cannot be written: no such file or directory")
    assert state(tmp_path) == {"a.py": "a\n"}


def test_a_file_that_appeared_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    changes = [*put(tmp_path, a="a\n"), Change(str(tmp_path / "c.py"), None, b"c\n")]
    (tmp_path / "c.py").write_text("mine\n")
    refused(changes, "cannot be written: file exists")
    assert state(tmp_path) == {"a.py": "a\n", "c.py": "mine\n"}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_halfway_takes_back_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    changes = [*put(tmp_path, a="a\n", b="b\n"), Change(str(tmp_path / "c.py"), None, b"c\n")]
    publish = writing._publish

    def fail_at_the_last(staged: writing._Staged) -> None:
        if staged.change.path.endswith("c.py"):
            publish(staged)
            (tmp_path / "c.py").unlink()
            raise error
        publish(staged)

    monkeypatch.setattr(writing, "_publish", fail_at_the_last)
    with pytest.raises((WriteError, KeyboardInterrupt)):
        write_all(changes)
    assert state(tmp_path) == {"a.py": "a\n", "b.py": "b\n"}


def test_a_file_system_without_links_gets_new_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: str) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    write_all([Change(str(tmp_path / "c.py"), None, b"c\n")])
    assert state(tmp_path) == {"c.py": "c\n"}
    refused([Change(str(tmp_path / "c.py"), None, b"d\n")], "cannot be written: file exists")
