"""What the client can do, as the few facts that answers depend on; and what this server can do.

Read once, at `initialize`. Nothing else in the server looks at the client's capabilities.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.json_values import integers, member, strings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sessile.text import Encoding

FIX_ALL = "source.fixAll.sessile"
NOTEBOOK_FIX_ALL = "notebook.source.fixAll.sessile"


@dataclass(frozen=True, slots=True)
class Client:
    """Facts about the client; the defaults are those of a client that says nothing."""

    encoding: Encoding = "utf-16"
    notebooks: bool = False
    pulls: bool = False
    refreshes_diagnostics: bool = False
    related_information: bool = False
    diagnostic_tags: frozenset[int] = frozenset()
    action_literals: bool = False
    action_preferred: bool = False
    action_resolves_edit: bool = False
    document_changes: bool = False
    creates_files: bool = False
    markdown_hover: bool = False
    markdown_completion: bool = False
    hints: bool = False
    hints_link: bool = False
    refreshes_hints: bool = False
    pulls_configuration: bool = False
    watches_configuration: bool = False
    watches_files: bool = False
    applies_edits: bool = False
    shows_progress: bool = False
    shows_status: bool = False


def read_client(capabilities: object) -> Client:
    """The facts in a client's `capabilities`, JSON as it came."""

    def yes(path: str) -> bool:
        return member(capabilities, path) is True

    def names(path: str) -> tuple[str, ...]:
        return strings(member(capabilities, path))

    action = "textDocument.codeAction"
    return Client(
        encoding=_encoding(names("general.positionEncodings")),
        notebooks=isinstance(member(capabilities, "notebookDocument.synchronization"), dict),
        pulls=isinstance(member(capabilities, "textDocument.diagnostic"), dict),
        refreshes_diagnostics=yes("workspace.diagnostics.refreshSupport"),
        related_information=yes("textDocument.publishDiagnostics.relatedInformation")
        or yes("textDocument.diagnostic.relatedInformation"),
        diagnostic_tags=frozenset(
            integers(member(capabilities, "textDocument.publishDiagnostics.tagSupport.valueSet"))
            + integers(member(capabilities, "textDocument.diagnostic.tagSupport.valueSet"))
        ),
        action_literals=isinstance(member(capabilities, f"{action}.codeActionLiteralSupport"), dict),
        action_preferred=yes(f"{action}.isPreferredSupport"),
        action_resolves_edit=yes(f"{action}.dataSupport") and "edit" in names(f"{action}.resolveSupport.properties"),
        document_changes=yes("workspace.workspaceEdit.documentChanges"),
        creates_files="create" in names("workspace.workspaceEdit.resourceOperations"),
        markdown_hover="markdown" in names("textDocument.hover.contentFormat"),
        markdown_completion="markdown" in names("textDocument.completion.completionItem.documentationFormat"),
        hints=isinstance(member(capabilities, "textDocument.inlayHint"), dict),
        hints_link="label.location" in names("textDocument.inlayHint.resolveSupport.properties"),
        refreshes_hints=yes("workspace.inlayHint.refreshSupport"),
        pulls_configuration=yes("workspace.configuration"),
        watches_configuration=yes("workspace.didChangeConfiguration.dynamicRegistration"),
        watches_files=yes("workspace.didChangeWatchedFiles.dynamicRegistration"),
        applies_edits=yes("workspace.applyEdit"),
        shows_progress=yes("window.workDoneProgress"),
        shows_status=yes("experimental.serverStatusNotification"),
    )


def server_capabilities(
    client: Client, commands: Iterable[str], *, workspace_diagnostics: bool
) -> types.ServerCapabilities:
    """What this server offers to that client."""
    return types.ServerCapabilities(
        position_encoding=types.PositionEncodingKind(client.encoding),
        text_document_sync=types.TextDocumentSyncOptions(
            open_close=True,
            change=types.TextDocumentSyncKind.Incremental,
            save=types.SaveOptions(include_text=False),
        ),
        notebook_document_sync=types.NotebookDocumentSyncOptions(
            notebook_selector=[
                types.NotebookDocumentFilterWithNotebook(
                    notebook="*", cells=[types.NotebookCellLanguage(language="python")]
                )
            ]
        )
        if client.notebooks
        else None,
        diagnostic_provider=types.DiagnosticOptions(
            identifier="sessile", inter_file_dependencies=True, workspace_diagnostics=workspace_diagnostics
        )
        if client.pulls
        else None,
        code_action_provider=types.CodeActionOptions(
            code_action_kinds=[
                *(types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite, FIX_ALL, NOTEBOOK_FIX_ALL)
            ],
            resolve_provider=client.action_resolves_edit,
        ),
        hover_provider=True,
        inlay_hint_provider=client.hints or None,
        completion_provider=types.CompletionOptions(trigger_characters=["[", ",", '"']),
        execute_command_provider=types.ExecuteCommandOptions(commands=list(commands)),
        workspace=types.WorkspaceOptions(
            workspace_folders=types.WorkspaceFoldersServerCapabilities(supported=True, change_notifications=True)
        ),
    )


def _encoding(offered: tuple[str, ...]) -> Encoding:
    """utf-8 where the client can, since the engine counts in it; else utf-16, which every client must know."""
    if "utf-8" in offered:
        return "utf-8"
    return "utf-32" if "utf-32" in offered and "utf-16" not in offered else "utf-16"
