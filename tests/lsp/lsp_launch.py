"""How the tests start the server: isolated, and anywhere but in the workspace."""

from __future__ import annotations

import sys
from pathlib import Path

import sessile

HERE = Path(__file__).resolve().parent
PACKAGE = Path(sessile.__file__).resolve().parents[1]

_PATHS = f"import sys; sys.path[:0] = [{str(PACKAGE)!r}, {str(HERE)!r}]; from sessile.lsp.server import main; "
FAKE = [
    *(sys.executable, "-I", "-c"),
    _PATHS + "from lsp_fake import FakeBackend; sys.exit(main(sys.argv[1:], FakeBackend()))",
]
REAL = [*(sys.executable, "-I", "-c"), _PATHS + "sys.exit(main(sys.argv[1:]))"]
