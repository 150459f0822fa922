"""`python -m sessile`: the command line without its console script."""

import sys

from sessile.cli.main import main

sys.exit(main())
