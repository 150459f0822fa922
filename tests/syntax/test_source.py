"""Bytes become text by Python's own rules, or the reason why not is told."""

from __future__ import annotations

import ast
import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessile.syntax import UndecodableError, read_source


@pytest.mark.parametrize(
    ("data", "text", "encoding", "bom"),
    [
        (b"", "", "utf-8", False),
        (b"x = '\xc3\xa9'\r\n\ry\n", "x = 'é'\r\n\ry\n", "utf-8", False),
        (codecs.BOM_UTF8 + b"x\n", "x\n", "utf-8", True),
        (codecs.BOM_UTF8 + b"# coding: utf8\n", "# coding: utf8\n", "utf-8", True),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n", "iso8859-1", False),
        (b"#!/bin/python\r\n# vim: set fileencoding=cp1252 :\r\n'\x80'", None, "cp1252", False),
        (b"#!/bin/python\r# coding=cp1252\r'\x80'", None, "cp1252", False),
        (b"\n\n# coding: cp1252\n'\xc3\xa9'", "\n\n# coding: cp1252\n'é'", "utf-8", False),
        (b"x = 1\n# coding: cp1252\n'\xc3\xa9'", "x = 1\n# coding: cp1252\n'é'", "utf-8", False),
        (b" \t\f# coding: cp1252\n'\x80'", " \t\f# coding: cp1252\n'€'", "cp1252", False),
        (b"x\0y\n", "x\0y\n", "utf-8", False),
    ],
)
def test_encodings(data: bytes, text: str | None, encoding: str, bom: bool) -> None:
    decoded = read_source(data)
    assert text is None or decoded.text == text
    assert (decoded.encoding, decoded.bom) == (encoding, bom)
    assert decoded.encode(decoded.text) == data


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        (b"x\r\ny = '\xe9'\n", "line 2 holds the byte 0xe9, which is not utf-8", 2),
        (b"# coding: ascii\n\n'\xe9'", "line 3 holds the byte 0xe9, which is not ascii", 3),
        (b"# coding: klingon\n", "line 1 declares the encoding 'klingon', which Python does not know", 1),
        (b"\n# coding: rot13\n", "line 2 declares the encoding 'rot13', which Python does not know", 2),
        (b"# coding: utf-16\n", "line 1 declares 'utf-16', an encoding that is no superset of ASCII", 1),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", "line 1 declares 'latin-1', and the byte order mark says UTF-8", 1),
        ("x".encode("utf-16"), "the file begins with a UTF-16 byte order mark", 1),
        ("x".encode("utf-32"), "the file begins with a UTF-32 byte order mark", 1),
        (b"'\xed\xa0\x80'", "line 1 holds the byte 0xed, which is not utf-8", 1),
    ],
)
def test_the_reason_is_told(data: bytes, reason: str, line: int) -> None:
    with pytest.raises(UndecodableError) as caught:
        read_source(data)
    assert caught.value.reason.startswith(reason)
    assert caught.value.line == line


@given(st.binary(max_size=60))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        decoded = read_source(b"# coding: " + data)
    except UndecodableError as error:
        reason = error.reason
    else:
        reason = "" if decoded.encode(decoded.text).endswith(data) else "changed"
    assert reason != "changed"


def test_what_python_reads_is_read_alike() -> None:
    folder = Path(ast.__file__).parent
    samples = [Path(ast.__file__), *folder.glob("test/*coding*.py"), *folder.glob("test/**/*coding*.py")]
    for path in samples:
        data = path.read_bytes()
        try:
            tree = ast.parse(data)
        except SyntaxError:
            continue
        assert ast.dump(ast.parse(read_source(data).text)) == ast.dump(tree)
