"""The JSON of diagnostics. They are written as plain JSON and not as lsprotocol's classes, since they are sent at every
keystroke: with a few hundred of them the classes alone cost several times as much as sending does.

https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#diagnostic
"""

from __future__ import annotations

from typing import TypedDict


class JsonPosition(TypedDict):
    line: int
    character: int


class JsonRange(TypedDict):
    start: JsonPosition
    end: JsonPosition


class JsonLocation(TypedDict):
    uri: str
    range: JsonRange


class JsonStep(TypedDict):
    """Related information."""

    location: JsonLocation
    message: str


class JsonLink(TypedDict):
    """A code's description."""

    href: str


class JsonData(TypedDict):
    """Ours: which finding it is, and the version of the text that it was found in."""

    fingerprint: str
    version: int | None


class JsonDiagnostic(TypedDict, total=False):
    range: JsonRange
    severity: int
    code: str
    codeDescription: JsonLink
    source: str
    message: str
    tags: list[int]
    relatedInformation: list[JsonStep]
    data: JsonData
