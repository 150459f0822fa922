"""What all tests share. Its folder is on the import path of every test, so that each can ask for `environments`.

Some folders are run inside other environments too, so nothing is needed here but pytest.
"""

from __future__ import annotations

import os
import shutil
import signal

import pytest

import environments

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that starts this in the background has it ignore Ctrl+C, and all that it starts; tests send it on purpose.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests run caches nothing where the user's own runs look."""
    os.environ["SESSILE_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))


def pytest_report_header() -> list[str]:
    """What is there to test with: what is not is skipped."""
    libraries = [name for name in environments.REQUIREMENTS if environments.interpreter(name)]
    return [
        f"SQLAlchemy environments: {', '.join(libraries) or 'none, see tests/environments.py'}",
        f"editors: {', '.join(filter(shutil.which, ('nvim', 'emacs', 'vim'))) or 'none, see tests/editors/run'}",
    ]


try:
    from hypothesis import settings
except ImportError:
    pass
else:
    settings.register_profile("sessile", deadline=None, print_blob=True)  # machines that run tests do other things, too
    settings.load_profile("sessile")
