"""Every call of which the table says that it never returns is made, where its library is installed."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from sessile.orm.api.calls import ENDS

#: These end the process, or close what it reads, before anybody could look at an exception.
PROCESS = {"os._exit", "os.abort", "exit", "quit"}
ARGUMENTS: dict[str, tuple[object, ...]] = {"assert_never": (1,), "exit": (0,)}


@pytest.mark.parametrize("name", sorted(ENDS.keys() - PROCESS))
def test_what_it_raises(name: str) -> None:
    home, _, last = name.rpartition(".")
    ending = getattr(pytest.importorskip(home), last, None)
    if ending is None:
        pytest.skip(f"{name} is not in this release")
    arguments = ("why",) if home == "pytest" else ARGUMENTS.get(last, (400,))
    with pytest.raises(BaseException) as raised:  # noqa: PT011  # which one is what is asked
        ending(*arguments)
    lineage = [each.__name__ for each in type(raised.value).__mro__]
    assert [each for each in lineage if each in ENDS[name]] == list(ENDS[name])


@pytest.mark.parametrize("name", sorted(PROCESS))
def test_nothing_comes_after_it(name: str) -> None:
    home, _, last = name.rpartition(".")
    assert hasattr(importlib.import_module(home or "builtins"), last)
    call = f"{name}({0 if last == '_exit' else ''})"
    code = f"import os, resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); {call}; print('returned')"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).stdout == b""
