"""Writing changed files so that nothing is ever lost.

Every file is written whole beside its old self and then takes its place in one step. Several files change together or
not at all. A file that somebody else changed in the meantime is left alone, and one that is to be created never takes
the place of another.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.project.failure import Failure, reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sessile.cli.files import Change

_NEW_FILE_MODE = 0o666


class WriteError(Exception):
    """Changes were not written, none of them."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.message)


@dataclass(frozen=True, slots=True)
class _Staged:
    """A change whose bytes stand ready in `temporary`, to become `target`, the file behind all links."""

    change: Change
    target: str
    temporary: str


def write_all(changes: Sequence[Change]) -> None:
    """Write files.

    Raises:
        WriteError: it cannot be done; every file is as it was.
    """
    staged: list[_Staged] = []
    done: list[_Staged] = []
    try:
        for change in changes:
            with _named(change):
                staged.append(_stage(change))
        for each in staged:
            with _named(each.change):
                _publish(each)
            done.append(each)
    except BaseException:
        for each in done:
            _undo(each)
        raise
    finally:
        for each in staged:
            with contextlib.suppress(OSError):
                os.unlink(each.temporary)


@contextlib.contextmanager
def _named(change: Change) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WriteError(Failure(change.path, f"cannot be written: {reason(error)}")) from error


def _stage(change: Change) -> _Staged:
    target = os.path.realpath(change.path)
    if change.before is None:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        return _Staged(change, target, _temporary(target, change.after, _NEW_FILE_MODE & ~_umask()))
    if os.stat(target) and not os.access(target, os.W_OK):
        raise PermissionError(None, "Permission denied")
    return _Staged(change, target, _temporary(target, change.after, None))


def _temporary(target: str, data: bytes, mode: int | None) -> str:
    """A file beside the target with these bytes, and the target's owner and permissions unless a mode is given."""
    from tempfile import mkstemp

    handle, path = mkstemp(prefix=".sessile-", dir=os.path.dirname(target))
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        status = os.stat(target) if mode is None else None
        if status and hasattr(os, "chown"):
            with contextlib.suppress(PermissionError):
                os.chown(path, status.st_uid, status.st_gid)
        os.chmod(path, status.st_mode & 0o7777 if status else mode or 0)
    except BaseException:
        os.unlink(path)
        raise
    return path


def _publish(staged: _Staged) -> None:
    if staged.change.before is None:
        _create(staged)
        return
    with open(staged.target, "rb") as file:
        if file.read() != staged.change.before:
            message = "was changed by somebody else while it was being fixed; nothing was written, run again"
            raise WriteError(Failure(staged.change.path, message))
    os.replace(staged.temporary, staged.target)


def _create(staged: _Staged) -> None:
    try:
        os.link(staged.temporary, staged.target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(staged.target):
            raise FileExistsError(None, "File exists") from None
        os.replace(staged.temporary, staged.target)


def _undo(staged: _Staged) -> None:
    if staged.change.before is None:
        os.unlink(staged.target)
    else:
        os.replace(_temporary(staged.target, staged.change.before, None), staged.target)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
