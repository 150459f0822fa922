"""Starts the server that comes with the extension: `python -I server.py`.

Nothing but the interpreter is needed: what the server runs on lies in `libs`, for every Python from 3.10 on.
"""

import os
import sys

if __name__ == "__main__":
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "libs"))
    from sessile.lsp.server import main

    sys.exit(main(sys.argv[1:]))
