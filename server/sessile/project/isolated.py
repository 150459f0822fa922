"""How Sessile starts a process of its own: this Python, isolated, with this very package, and nothing of a workspace.

Whoever starts one gives it a working directory outside of any workspace.
"""

from __future__ import annotations

import os
import sys


def command(module: str) -> list[str]:
    """The words that start a process which runs `main` of one of this package's modules."""
    above = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    code = f"import sys; sys.path.insert(0, {above!r}); from {module} import main; sys.exit(main())"
    return [sys.executable, "-I", "-c", code]
