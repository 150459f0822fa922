"""`python -I -m sessile.lsp`: the server without the rest of the command line."""

import sys

from sessile.lsp.isolation import leave_workspace

if __name__ == "__main__":
    leave_workspace()
    from sessile.lsp.server import main

    sys.exit(main(sys.argv[1:]))
