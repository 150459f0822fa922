"""Keeps the workspace out of the import path; to be called before anything else is imported.

Editors start servers in the workspace, and `python -m` puts that directory in front of the import path. Only modules
that the interpreter has loaded at its start are imported here.
"""

import os
import sys


def leave_workspace() -> None:
    """Forget the working directory: as a place to import from, and as the place where the process is."""
    try:
        here = os.getcwd()
    except FileNotFoundError:
        here = ""
    own = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    entries = [os.path.abspath(each) for each in sys.path if each]
    sys.path[:] = [each for each in entries if each != here or each == own]
    os.chdir(os.path.abspath(os.sep))
