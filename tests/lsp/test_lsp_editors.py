"""The whole of a session as three editors lead it, in the profiles that pytest-lsp keeps of them."""

from collections.abc import AsyncIterator

import pytest
import pytest_lsp
from lsp_launch import FAKE
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

URI = "file:///w/a.py"
TEXT = "with session:\n    badname = 1\n"
HERE = types.TextDocumentIdentifier(URI)
AT = types.Position(1, 6)


@pytest_lsp.fixture(
    config=ClientServerConfig(server_command=FAKE), params=["visual_studio_code", "neovim@0.11", "neovim@0.7", "emacs"]
)
async def client(request: pytest.FixtureRequest, lsp_client: LanguageClient) -> AsyncIterator[None]:
    capabilities = client_capabilities(request.param)
    registered: list[types.Registration] = []

    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        registered.extend(params.registrations)

    result = await lsp_client.initialize_session(types.InitializeParams(capabilities=capabilities))
    lsp_client.server_pulls = result.capabilities.diagnostic_provider is not None
    lsp_client.lazily = result.capabilities.code_action_provider.resolve_provider
    yield
    watching = capabilities.workspace.did_change_watched_files
    expected = bool(watching and watching.dynamic_registration)
    assert any(each.method == "workspace/didChangeWatchedFiles" for each in registered) is expected
    await lsp_client.shutdown_session()


async def diagnostics(client: LanguageClient) -> list[types.Diagnostic]:
    if client.server_pulls:
        report = await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(HERE))
        return list(report.items)
    await client.wait_for_notification("textDocument/publishDiagnostics")
    return list(client.diagnostics[URI])


async def test_a_session(client: LanguageClient) -> None:
    client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(URI, "python", 1, TEXT)))
    found = await diagnostics(client)
    assert [(each.code, each.source, each.range.start.line) for each in found] == [("BAD001", "sessile", 1)]
    story = "`badname` began here"
    related = found[0].related_information
    assert related[0].message == story if related else story in found[0].message

    hover = await client.text_document_hover_async(types.HoverParams(HERE, AT))
    assert "BAD001" in hover.contents.value
    hover = await client.text_document_hover_async(types.HoverParams(HERE, types.Position(0, 6)))
    assert "session" in hover.contents.value

    params = types.CodeActionParams(HERE, types.Range(AT, AT), types.CodeActionContext(found))
    actions = await client.text_document_code_action_async(params)
    assert [each.title for each in actions] == [
        "Rename to goodname",
        "Ignore BAD001 for this line",
        "Ignore BAD001 in this file",
        "Sessile: apply all safe fixes",
    ]
    action = await client.code_action_resolve_async(actions[0]) if client.lazily else actions[0]
    steps = action.edit.document_changes
    (edit,) = steps[0].edits if steps else action.edit.changes[URI]
    assert edit.new_text == "goodname"

    change = types.TextDocumentContentChangePartial(edit.range, edit.new_text)
    document = types.VersionedTextDocumentIdentifier(2, URI)
    client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
    assert await diagnostics(client) == []
