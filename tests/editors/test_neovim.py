"""A real Neovim without a window: what somebody sees there, and what their keys do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Project

HERE = Path(__file__).resolve().parent
NEOVIM = shutil.which("nvim")

pytestmark = pytest.mark.skipif(NEOVIM is None, reason="Neovim is not installed: apt-get install neovim")


def neovim(project: Project, body: str) -> None:
    """Run Lua with the driver as `D`; AssertionError with what went wrong."""
    assert NEOVIM
    script = project.root / "script.lua"
    driver = str(HERE / "nvim" / "drive.lua")
    script.write_text(f"local D = dofile({json.dumps(driver)})\nD.run(function()\n{body}\nend)\n")
    environment = {
        **os.environ,
        "TEST_SERVER": json.dumps(project.command),
        "TEST_WORKSPACE": str(project.root),
        "XDG_STATE_HOME": str(project.root / "state"),
        "XDG_DATA_HOME": str(project.root / "data"),
        "XDG_CACHE_HOME": str(project.root / "cache"),
    }
    command = [NEOVIM, "--headless", "--clean", "-n", "-i", "NONE", "-c", f"luafile {script}"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    log = project.root / "cache" / "nvim" / "lsp.log"
    assert run.returncode == 0, f"{run.stderr}\n{log.read_text() if log.exists() else ''}"


def test_findings_and_their_story(project: Project) -> None:
    neovim(
        project,
        """
        D.open("main.py")
        D.start()
        D.expect("SCOPE001:9 COMMIT001:14")
        local first = vim.diagnostic.get(0, { lnum = 8 })[1]
        assert(first.source == "sessile", vim.inspect(first))
        assert(first.severity == vim.diagnostic.severity.ERROR, vim.inspect(first))
        assert(first.message:find("DetachedInstanceError", 1, true), first.message)
        local story = {}
        for _, step in ipairs(first.user_data.lsp.relatedInformation) do
          story[#story + 1] = step.location.range.start.line + 1
        end
        assert(vim.deep_equal(story, { 6, 8, 5 }), vim.inspect(story))
        """,
    )


def test_a_quick_fix_changes_the_saved_file(project: Project) -> None:
    neovim(
        project,
        """
        D.open("main.py")
        D.start()
        D.expect("SCOPE001:9 COMMIT001:14")
        D.at(14, "session")
        local offered = D.choose("Commit before the session ends")
        assert(vim.tbl_contains(offered, "Ignore COMMIT001 for this line"), vim.inspect(offered))
        D.expect("SCOPE001:9")
        vim.cmd("silent write")
        """,
    )
    assert (project.root / "main.py").read_text().endswith("session.add(User(name=name))\n        session.commit()\n")


def test_a_suppression_changes_the_saved_file(project: Project) -> None:
    neovim(
        project,
        """
        D.open("main.py")
        D.start()
        D.expect("SCOPE001:9 COMMIT001:14")
        D.at(9, "user")
        D.choose("Ignore SCOPE001 for this line")
        D.expect("COMMIT001:14")
        vim.cmd("silent write")
        """,
    )
    assert "    return user.name  # sessile: ignore[SCOPE001]\n" in (project.root / "main.py").read_text()


def test_hover(project: Project) -> None:
    neovim(
        project,
        """
        D.open("main.py")
        D.start()
        D.expect("SCOPE001:9 COMMIT001:14")
        D.at(9, "user.name")
        local text = D.hover()
        assert(text:find("SCOPE001", 1, true) and text:find("DetachedInstanceError", 1, true), text)
        D.at(7, "user")
        assert(D.hover():find("User", 1, true))
        """,
    )


def test_typing_what_is_broken_for_a_while(project: Project) -> None:
    neovim(
        project,
        """
        D.open("main.py")
        D.start()
        D.expect("SCOPE001:9 COMMIT001:14")
        D.insert(8, "        session.")
        D.expect("SYNTAX:8 SCOPE001:10 COMMIT001:15")
        D.insert(1, "import os")
        D.expect("SYNTAX:9 SCOPE001:11 COMMIT001:16")
        D.delete(9)
        D.insert(9, "        session.refresh(user)")
        D.expect("SCOPE001:11 COMMIT001:16")
        D.insert(11, "        session.refresh(user)")
        D.delete(9)
        D.expect("COMMIT001:16")
        """,
    )


def test_another_file_changes_the_verdict(project: Project) -> None:
    neovim(
        project,
        """
        D.open("main.py")
        D.start()
        D.expect("SCOPE001:9 COMMIT001:14")
        local main = vim.api.nvim_get_current_buf()
        vim.cmd("set hidden")
        D.open("models.py")
        vim.lsp.buf_attach_client(0, D.client.id)
        D.expect("")
        D.delete(15)
        D.insert(15, 'Factory = sessionmaker(create_engine("sqlite://"), expire_on_commit=False)')
        vim.api.nvim_set_current_buf(main)
        D.expect("COMMIT001:14")
        """,
    )


def test_after_a_crash_the_next_server_knows_everything_again(project: Project) -> None:
    neovim(
        project,
        """
        D.open("main.py")
        D.start()
        D.expect("SCOPE001:9 COMMIT001:14")
        D.insert(1, "import os")
        D.expect("SCOPE001:10 COMMIT001:15")
        D.kill()
        D.start()
        D.expect("SCOPE001:10 COMMIT001:15")
        D.delete(1)
        D.expect("SCOPE001:9 COMMIT001:14")
        """,
    )
