"""The store follows every edit of the client, in every encoding, whatever line ends and odd characters there are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from sessile.lsp.documents import Documents, by_path, find
from sessile.lsp.handlers.did_change import did_change
from sessile.lsp.wire.errors import InvalidParams

if TYPE_CHECKING:
    from sessile.text import Encoding

URI = "file:///w/a.py"
PIECES = [
    "\n",
    "\r\n",
    "\r",
    "\f",
    "\v",
    "\x1c",
    "\x85",
    "\u2028",
    "\u2029",
    "a",
    "é",
    "€",
    "\U0001f600",
    "\t",
    "#",
    "'",
]
texts = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)
UNITS = {
    "utf-8": lambda text: len(text.encode()),
    "utf-16": lambda text: len(text.encode("utf-16-le")) // 2,
    "utf-32": len,
}


class Mirror:
    """The client's side: a text and edits by offset, with positions worked out the long way."""

    def __init__(self, text: str, encoding: Encoding) -> None:
        self.text, self.encoding = text, encoding

    def position(self, offset: int) -> types.Position:
        """Not for an offset within a line ending."""
        *lines, last = re.split(r"\r\n|\r|\n", self.text[:offset])
        return types.Position(len(lines), UNITS[self.encoding](last))

    def replace(self, start: int, end: int, text: str) -> types.TextDocumentContentChangePartial:
        change = types.TextDocumentContentChangePartial(types.Range(self.position(start), self.position(end)), text)
        self.text = self.text[:start] + text + self.text[end:]
        return change

    def splits_an_ending(self, offset: int) -> bool:
        return self.text[offset - 1 : offset + 1] == "\r\n" and offset > 0


class _Diagnosis:
    def edited(self, opened: object) -> None:
        self.last = opened


class _Client:
    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding


class _State:
    """As much of the state as the handler touches."""

    def __init__(self, encoding: Encoding) -> None:
        self.client, self.documents, self.diagnosis = _Client(encoding), Documents(), _Diagnosis()


@given(data=st.data(), text=texts, encoding=st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_after_random_edits_both_sides_have_the_same_text(data: st.DataObject, text: str, encoding: Encoding) -> None:
    state, mirror = _State(encoding), Mirror(text, encoding)
    state.documents.open(types.TextDocumentItem(URI, "python", 0, text), None)
    for version in range(1, data.draw(st.integers(1, 4)) + 1):
        changes = []
        for _ in range(data.draw(st.integers(0, 3))):
            corners = sorted(data.draw(st.integers(0, len(mirror.text))) for _ in range(2))
            if any(map(mirror.splits_an_ending, corners)):
                continue
            changes.append(mirror.replace(*corners, data.draw(texts)))
        document = types.VersionedTextDocumentIdentifier(version, URI)
        did_change(state, types.DidChangeTextDocumentParams(document, changes))  # type: ignore[arg-type]  # a part of it
        opened = find(state.documents.opened, URI)
        assert opened.document.text == mirror.text
        assert opened.version == version
        assert opened.document.lines.count == type(opened.document)("", mirror.text).lines.count


def test_whole_texts_and_parts_may_be_mixed() -> None:
    documents = Documents()
    documents.open(types.TextDocumentItem(URI, "python", 1, "old"), None)
    whole = types.TextDocumentContentChangeWholeDocument("new\ntext")
    at = types.Range(types.Position(1, 0), types.Position(1, 4))
    opened = documents.change(URI, 2, [whole, types.TextDocumentContentChangePartial(at, "line")], "utf-16")
    assert opened.document.text == "new\nline"


def test_a_snapshot_does_not_follow() -> None:
    documents = Documents()
    documents.open(types.TextDocumentItem(URI, "python", 1, "old"), None)
    snapshot = documents.opened
    documents.change(URI, 2, [types.TextDocumentContentChangeWholeDocument("new")], "utf-16")
    documents.close(URI)
    assert snapshot[URI].document.text == "old"
    assert not documents.opened


def test_what_is_not_open_is_named() -> None:
    documents = Documents()
    for call in (lambda: documents.close(URI), lambda: documents.change(URI, 1, [], "utf-8")):
        with pytest.raises(InvalidParams, match=r"a\.py"):
            call()


@pytest.mark.parametrize(
    ("uri", "language", "python"),
    [
        ("file:///w/a.py", "python", True),
        ("file:///w/a.pyi", "plaintext", True),
        ("file:///w/notes.txt", "plaintext", False),
        ("file:///w/pyproject.toml", "toml", False),
        ("file:///w/script", "python", True),
        ("untitled:Untitled-1", "python", True),
        ("git:/w/a.py?ref=HEAD", "python", False),
        ("vscode-notebook-cell:/w/a.ipynb#X", "python", False),
    ],
)
def test_which_documents_are_ours(uri: str, language: str, python: bool) -> None:
    assert Documents().open(types.TextDocumentItem(uri, language, 1, ""), "/w").python is python


def test_documents_are_found_by_path() -> None:
    documents = Documents()
    opened = documents.open(types.TextDocumentItem("file:///w/my%20file%3B.py", "python", 1, ""), None)
    assert by_path(documents.opened, "/w/my file;.py") is opened
    assert by_path(documents.opened, "/w/other.py") is None
