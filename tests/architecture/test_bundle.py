"""What the VS Code extension brings along suffices for the server, on every Python and platform."""

from __future__ import annotations

import re
import sys

from house import ROOT, imports

REQUIREMENTS = ROOT / "vscode-client" / "bundled" / "requirements.txt"
NOT_THE_SERVER = {"cli", "output", "helpers"}


def pinned() -> set[str]:
    return set(re.findall(r"^([\w-]+)==", REQUIREMENTS.read_text("utf-8"), re.M))


def test_it_holds_what_the_server_imports() -> None:
    used = {
        each.target.split(".")[0] for each in imports() if each.room not in NOT_THE_SERVER and each.when != "typing"
    }
    assert used - sys.stdlib_module_names - {"sessile"} <= pinned()


def test_it_holds_nothing_that_is_not_pinned() -> None:
    lines = [each for each in REQUIREMENTS.read_text("utf-8").splitlines() if each and not each.startswith("#")]
    assert all(re.match(r"[\w-]+==\S+ (; .* )?\\$|    --hash=sha256:[0-9a-f]{64}( \\)?$", each) for each in lines)
