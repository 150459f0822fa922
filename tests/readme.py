"""Programs and settings as the documentation shows them, so that tests use the very text that people copy."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def fences(path: Path, language: str) -> list[str]:
    """The programs of one language in a document."""
    return [body for kind, body in FENCE.findall(path.read_text("utf-8")) if kind == language]


def setting(phrase: str) -> str:
    """The first program after a phrase of the README, which must stand there once."""
    _, *rest = README.read_text("utf-8").split(phrase)
    assert len(rest) == 1, f"{phrase!r} stands {len(rest)} times in the README"
    found = FENCE.search(rest[0])
    assert found, f"no program after {phrase!r}"
    return found[2]
