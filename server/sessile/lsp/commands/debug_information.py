"""`sessile.debugInformation`: what somebody who reports a bug should tell."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from sessile import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.lsp.state import State


async def run(state: State, _: Sequence[object]) -> str:
    """Nothing of the documents' texts: people paste this into public issues."""
    client, opened = state.client, state.documents.opened.values()
    rows = {
        "sessile": __version__,
        "python": f"{platform.python_version()} on {platform.system()}",
        "positions": client.encoding,
        "diagnostics": "pulled" if client.pulls else "pushed",
        "folders": len(state.folders),
        "open documents": f"{len(opened)}, of which Python: {sum(each.python for each in opened)}",
        "rules": len(state.backend.codes()),
    }
    return "\n".join(f"{name}: {value}" for name, value in rows.items())
