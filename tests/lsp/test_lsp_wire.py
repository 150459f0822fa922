"""The pieces of the wire by themselves: framing, strict conversion, paths and URIs, and what is imported when."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsp_launch import PACKAGE
from lsprotocol import types

from sessile.lsp.capabilities import read_client
from sessile.lsp.logs import Once
from sessile.lsp.uris import to_path, to_uri
from sessile.lsp.wire.converter import strict_converter
from sessile.lsp.wire.framing import LARGEST_BODY, Writer, read_body


@given(st.lists(st.binary(max_size=50), max_size=5))
def test_bodies_come_out_as_they_went_in(bodies: list[bytes]) -> None:
    stream = io.BytesIO()
    writer = Writer(stream)
    for body in bodies:
        writer.write(body)
    stream.seek(0)
    assert [read_body(stream) for _ in bodies] == bodies
    assert read_body(stream) is None


@given(st.binary(max_size=200))
def test_noise_ends_by_itself(noise: bytes) -> None:
    stream = io.BytesIO(noise)
    while read_body(stream) is not None:
        pass
    assert stream.read() == b""


def test_a_body_beyond_all_measure_ends_the_stream() -> None:
    assert read_body(io.BytesIO(b"Content-Length: %d\r\n\r\nx" % (LARGEST_BODY + 1))) is None
    assert read_body(io.BytesIO(b"Content-Length: %s\r\n\r\nx" % (b"9" * 5000))) is None


def test_what_was_read_can_be_written_again() -> None:
    converter = strict_converter()
    plain = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}, "message": "m"}
    for extra in ({"severity": 2}, {"severity": 9}, {"tags": [1, 7]}, {"code": 5}, {"data": {"a": [1, None]}}):
        diagnostic = converter.structure({**plain, **extra}, types.Diagnostic)
        assert converter.unstructure(diagnostic) == {**plain, **extra}


@pytest.mark.skipif(os.name == "nt", reason="POSIX paths")
@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///w/a.py", "/w/a.py"),
        ("file:///w/my%20file.py", "/w/my file.py"),
        ("file:///w/a%3Bb%23c%3Fd.py", "/w/a;b#c?d.py"),
        ("file:///w/a;b.py", "/w/a;b.py"),
        ("file:///w/%C3%A9.py", "/w/é.py"),
        ("file:///w/x/../a.py", "/w/a.py"),
        ("file://localhost/w/a.py", "/w/a.py"),
        ("file://server/share/a.py", "//server/share/a.py"),
        ("untitled:Untitled-1", "/root/Untitled-1"),
        ("untitled:/some/where.py", "/root/where.py"),
        ("git:/w/a.py?ref=HEAD", None),
        ("vscode-vfs://github/a/b.py", None),
        ("file:relative", None),
        ("file://[broken", None),
        ("", None),
        ("nonsense", None),
    ],
)
def test_paths_of_uris(uri: str, path: str | None) -> None:
    assert to_path(uri, "/root") == path


@pytest.mark.skipif(os.name == "nt", reason="POSIX paths")
@given(
    st.lists(
        st.text(alphabet=st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1), min_size=1
    )
)
def test_paths_survive_being_uris(parts: list[str]) -> None:
    path = os.path.normpath("/" + "/".join(parts)).replace("//", "/")
    assert to_path(to_uri(path)) == path


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (None, "utf-16"),
        ([], "utf-16"),
        (["utf-16"], "utf-16"),
        (["utf-16", "utf-8"], "utf-8"),
        (["utf-32", "utf-16"], "utf-16"),
        (["utf-32"], "utf-32"),
        (["utf-7"], "utf-16"),
        ("utf-8", "utf-16"),
    ],
)
def test_the_encoding_of_positions(offered: object, chosen: str) -> None:
    assert read_client({"general": {"positionEncodings": offered}}).encoding == chosen


def test_the_server_starts_without_what_it_does_not_need_yet() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(PACKAGE)!r}); import sessile.lsp.wiring, sessile.lsp.analysis; "
        "print(' '.join(sorted(set(name.partition('.')[0] for name in sys.modules))), 'sessile.engine' in sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"libcst", "jedi", "parso", "sqlalchemy", "rich", "pathspec", "websockets"} & set(loaded)
    assert loaded[-1] == "False", "the engine is loaded after `initialize` was answered"


def test_a_defect_is_logged_once(capsys: pytest.CaptureFixture[str]) -> None:
    log = logging.Logger("sessile.test")
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Once())
    log.addHandler(handler)
    for document in ("a.py", "b.py", "c.py"):
        try:
            raise RuntimeError(document)
        except RuntimeError:
            log.exception("analysing %s failed", document)
        log.warning("told each time")
    written = capsys.readouterr().err
    assert written.count("Traceback") == 1
    assert written.count("told each time") == 3
