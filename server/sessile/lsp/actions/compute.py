"""What a chosen code action changes, computed from the text as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.actions.changes import current_text, workspace_edit
from sessile.lsp.actions.fix_all import fix_all
from sessile.lsp.actions.rewrites import found_again
from sessile.lsp.actions.suppress import enable, ignore_file, ignore_line
from sessile.lsp.actions.task import Kind
from sessile.lsp.wire.errors import ContentModified, RequestFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.actions.task import Task
    from sessile.lsp.documents import Opened
    from sessile.lsp.snapshot import Snapshot
    from sessile.rules.finding import FileEdit, Finding, Fix
    from sessile.text import Document


async def compute(snapshot: Snapshot, task: Task) -> types.WorkspaceEdit:
    """The edit of a task.

    Raises:
        InvalidParams: the document is not open.
        ContentModified: the task was offered for another version of the text.
        RequestFailed: the finding is gone, or nothing can be done about it.
    """
    opened = snapshot.opened(task.uri)
    if task.version is not None and task.version != opened.version:
        raise ContentModified("The document changed since this action was offered; ask for the actions again.")
    files = await _files(snapshot, opened, task)
    if task.kind in (Kind.FIX_ALL, Kind.FIX_NOTEBOOK) and not files:
        return types.WorkspaceEdit()
    edit = workspace_edit(snapshot, files) if files else None
    if edit is None:
        raise RequestFailed("Sessile finds no way to do this here without changing what the code means.")
    return edit


async def _files(snapshot: Snapshot, opened: Opened, task: Task) -> Sequence[FileEdit]:
    document = opened.code
    if task.kind is Kind.FIX_ALL:
        return await fix_all(snapshot, opened)
    if task.kind is Kind.FIX_NOTEBOOK:
        return await fix_all(snapshot, opened, everywhere=True)
    if task.kind is Kind.FIX_KIND:
        return await fix_all(snapshot, opened, task.subject, everywhere=True)
    if task.kind is Kind.ENABLE:
        return _one(enable(document, task.line, task.subject))
    if task.kind is Kind.REWRITE:
        return await _rewritten(snapshot, opened, task)
    finding = await snapshot.finish(lambda: _finding(snapshot, opened, task))
    if task.kind is Kind.IGNORE_LINE:
        return _one(ignore_line(document, finding))
    if task.kind is Kind.IGNORE_FILE:
        return (ignore_file(document, finding.code),)
    analysed = opened.analysed
    fix = await snapshot.finish(lambda: snapshot.backend.repair(finding, analysed))
    return _checked(snapshot, opened, fix)


async def _rewritten(snapshot: Snapshot, opened: Opened, task: Task) -> Sequence[FileEdit]:
    place = await snapshot.finish(lambda: found_again(snapshot, opened, task))
    if place is None:
        raise RequestFailed("What this action is about is gone.")
    fix = await snapshot.finish(lambda: snapshot.backend.rewrite(task.subject, place, opened.analysed))
    return _checked(snapshot, opened, fix)


def _checked(snapshot: Snapshot, opened: Opened, fix: Fix | None) -> Sequence[FileEdit]:
    """The edits of a fix, as the client has the documents; none if they cannot be made."""
    files, analysed = fix.files if fix else (), opened.analysed
    for file in files:
        if file.path != analysed.path:
            _check(snapshot, file, analysed)
    return files if opened.part is None else opened.part.files(files) or ()


def _check(snapshot: Snapshot, file: FileEdit, document: Document) -> None:
    """Refuse edits of another file that is not as the analysis saw it."""
    now = current_text(snapshot, file.path)
    if file.creates:
        if now is not None:
            raise RequestFailed(f"{file.path} exists already.")
    elif now is None or now.text != snapshot.backend.sees(file.path, document):
        raise ContentModified(f"{file.path} changed since this fix was computed; ask for it again.")


def _finding(snapshot: Snapshot, opened: Opened, task: Task) -> Finding:
    for each in snapshot.diagnosed(opened).report.findings:
        if each.fingerprint == task.subject:
            return each
    raise RequestFailed("The finding that this action is about is gone.")


def _one(edit: FileEdit | None) -> Sequence[FileEdit]:
    return (edit,) if edit else ()
