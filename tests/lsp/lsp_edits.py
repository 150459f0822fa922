"""Applies a workspace edit as a client does, counting in utf-16, and checks on the way that it may be applied."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

Texts = dict[str, str]


def apply(edit: dict[str, Any], texts: Texts, versions: dict[str, int] | None = None) -> Texts:
    """The texts by URI after an edit. AssertionError where a client would refuse it."""
    after = dict(texts)
    for step in edit.get("documentChanges", ()):
        if step.get("kind") == "create":
            assert step["uri"] not in after, "the file exists"
            after[step["uri"]] = ""
            continue
        uri, version = step["textDocument"]["uri"], step["textDocument"].get("version")
        assert versions is None or version is None or version == versions[uri], "computed for another version"
        after[uri] = apply_edits(after[uri], step["edits"])
    for uri, edits in edit.get("changes", {}).items():
        after[uri] = apply_edits(after[uri], edits)
    return after


def apply_edits(text: str, edits: list[dict[str, Any]]) -> str:
    """All edits against the same text; they must not overlap nor reach outside of it."""
    spans = sorted(
        (offset(text, each["range"]["start"]), offset(text, each["range"]["end"]), each["newText"]) for each in edits
    )
    for (_, end, _), (start, _, _) in pairwise(spans):
        assert end <= start, "edits overlap"
    for start, end, new in reversed(spans):
        assert start <= end
        text = text[:start] + new + text[end:]
    return text


def offset(text: str, position: dict[str, int]) -> int:
    """The offset of a position, which must be inside the text or at the start of the line after the last."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    if position == {"line": len(starts), "character": 0}:
        return len(text)
    start = starts[position["line"]]
    line = re.split(r"[\r\n]", text[start:], maxsplit=1)[0].encode("utf-16-le")
    assert position["character"] * 2 <= len(line), "beyond the end of the line"
    return start + len(line[: position["character"] * 2].decode("utf-16-le"))
