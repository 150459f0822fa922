"""The page of a rule as an editor shows it, in Markdown or without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.lsp.backend import RulePage

_LINK = re.compile(r"\[([^\]]+)\]\((\S+?)\)")
_MARKS = re.compile(r"\*\*|(?<!\w)`{1,3}(?:\w+\n)?|`{1,3}")


def rule_page(page: RulePage) -> str:
    """What a rule says, why, and where the rest stands."""
    parts = [f"**{page.code}** `{page.name}`", page.summary, page.why, f"[Documentation of {page.code}]({page.url})"]
    return "\n\n".join(part.strip() for part in parts if part.strip())


def plain(markdown: str) -> str:
    """For clients that show no Markdown: links spelled out, marks taken away."""
    return _MARKS.sub("", _LINK.sub(r"\1: \2", markdown)).replace("\n\n---\n\n", "\n\n")
