"""Paths and URIs, both ways.

Clients spell the same file differently (`file:///c%3A/x` and `file:///C:/x`), so the server compares paths and answers
with the client's own spelling where it has one. pygls' conversion is not used: it loses what follows a `;`.
"""

from __future__ import annotations

import os
import re
from urllib.parse import quote, unquote, urlsplit

_DRIVE = re.compile(r"^/[A-Za-z]:")


def to_path(uri: str, root: str | None = None) -> str | None:
    """The absolute path of a `file:` URI.

    A buffer that was never saved (`untitled:`) gets a path below `root`, so that the project's settings apply to it.
    None for everything else (older revisions, virtual file systems): this server leaves them alone.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = unquote(uri.partition(":")[2].partition("?")[0].partition("#")[0]) if parts.scheme else ""
    if parts.scheme == "untitled":
        return os.path.join(root or os.path.abspath(os.sep), os.path.basename(path) or "untitled")
    if parts.scheme != "file":
        return None
    return _local(unquote(parts.netloc), unquote(parts.path))


def to_uri(path: str) -> str:
    """The `file:` URI of an absolute path."""
    path = path.replace(os.sep, "/")
    if path.startswith("//"):
        return "file:" + quote(path)
    return "file://" + quote(path if path.startswith("/") else f"/{path}")


def _local(host: str, path: str) -> str | None:
    if host and host != "localhost":
        return os.path.normpath(f"//{host}{path}")
    if _DRIVE.match(path) and os.name == "nt":
        return os.path.normpath(path[1].upper() + path[2:])
    return os.path.normpath(path) if path.startswith("/") else None
