"""`--fix` and `--diff`: what is applied, what is refused, and that the rest of every file stays as it was."""

from __future__ import annotations

import os
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Shell


def check(shell: Shell, before: str | bytes, after: str | bytes, said: str, code: int, *words: str) -> None:
    """`--fix` turns a file into another, says how much it did, and exits with `code`."""
    shell.write({"a.py": before})
    outcome = shell.run("check", "--fix", "--output-format=concise", *words)
    assert shell.read("a.py") == (after.encode() if isinstance(after, str) else after)
    assert outcome.out.splitlines()[-1] == said
    assert outcome.err == ""
    assert outcome.code == code


def test_safe_fixes_only(shell: Shell) -> None:
    check(shell, "leak\ndrift\nmurmur\n", "kept\ndrift\nmurmur\n", "Fixed 1, 2 remaining.", 1)


def test_unsafe_fixes_when_asked_for(shell: Shell) -> None:
    check(shell, "leak\ndrift\nmurmur\n", "kept\nstill\nmurmur\n", "Fixed 2, 1 remaining.", 0, "--unsafe-fixes")


def test_configuration_may_ask_for_both(shell: Shell) -> None:
    shell.write({"sessile.toml": "fix = true\nunsafe-fixes = true", "a.py": "leak\ndrift\n"})
    assert shell.run("check", "-q").out == ""
    assert shell.read("a.py") == b"kept\nstill\n"
    shell.write({"a.py": "leak\n"})
    assert shell.run("check", "--no-fix").code == 1
    assert shell.read("a.py") == b"leak\n"


def test_fixes_that_overlap_are_applied_one_round_after_the_other(shell: Shell) -> None:
    check(shell, "pair\n", "kept\n", "Fixed 2, 0 remaining.", 0)


def test_a_fix_that_does_not_parse_is_dropped_alone(shell: Shell) -> None:
    check(shell, "leak\nspoil\nleak\n", "kept\nspoil\nkept\n", "Fixed 2, 1 remaining.", 1)


def test_a_fix_that_does_no_good_is_dropped_alone(shell: Shell) -> None:
    check(shell, "stay\nleak\n", "stay\nkept\n", "Fixed 1, 1 remaining.", 1)


def test_a_broken_file_can_be_fixed_where_it_is_whole(shell: Shell) -> None:
    check(shell, "def (\n\nx = 1\n\nleak\n", "def (\n\nx = 1\n\nkept\n", "Fixed 1, 1 remaining.", 1)


def test_a_fix_may_touch_and_create_other_files(shell: Shell) -> None:
    shell.write({"other.py": "x = 1\n"})
    check(shell, "far\n", "near\n", "Fixed 1, 0 remaining.", 0)
    assert shell.read("other.py") == b"import new\nx = 1\n"
    assert shell.read("new.py") == b"made = 1\n"


def test_a_fix_never_creates_a_file_that_is_there(shell: Shell) -> None:
    shell.write({"other.py": "x = 1\n", "new.py": "mine\n"})
    check(shell, "far\n", "far\n", "Fixed 0, 1 remaining.", 1)
    assert shell.read("new.py") == b"mine\n"
    assert shell.read("other.py") == b"x = 1\n"


def test_a_fix_never_reaches_out_of_the_project(shell: Shell) -> None:
    shell.write({"other.py": "x = 1\n", "in/a.py": "far\n", "in/sessile.toml": ""})
    outcome = shell.run("check", "--fix", "in")
    assert outcome.out.endswith("Fixed 0, 1 remaining.\n")


def test_two_fixes_may_create_the_same_file(shell: Shell) -> None:
    shell.write({"other.py": "x = 1\n"})
    check(shell, "far\nfar\n", "near\nnear\n", "Fixed 2, 0 remaining.", 0)
    assert shell.read("other.py") == b"import new\nx = 1\n"


@pytest.mark.parametrize(
    "frame",
    [
        b"a = 1\r\n%s\r\nb = 2\r\n",
        b"a = 1\r%s\rb = 2\r",
        b"a = 1\n%s\r\nb = 2",
        b"\xef\xbb\xbfa = '\xc3\xa9'\n%s\n",
        b"# coding: latin-1\na = '\xe9'\n%s",
        b"\x0ca = 1\n%s\n\x0c\n",
        "# coding: euc-jp\na = '名前'\n%s\n".encode("euc-jp"),
        b"a = '\xe2\x80\xa8 \xc2\x85'\n%s\n",
    ],
)
def test_everything_else_stays_byte_for_byte(shell: Shell, frame: bytes) -> None:
    check(shell, frame.replace(b"%s", b"leak"), frame.replace(b"%s", b"kept"), "Fixed 1, 0 remaining.", 0)


def test_a_text_that_cannot_be_written_back_exactly_is_left_alone(shell: Shell) -> None:
    escaped = b"# coding: utf-7\na = '+AGE-'\nleak\n"
    check(shell, escaped, escaped, "Fixed 0, 1 remaining.", 1)


def test_permissions_and_links_stay(shell: Shell) -> None:
    shell.write({"real.py": "leak\n"})
    (shell.root / "real.py").chmod(0o751)
    (shell.root / "in").mkdir()
    (shell.root / "in" / "link.py").symlink_to("../real.py")
    assert shell.run("check", "--fix", "in").code == 0
    assert shell.read("real.py") == b"kept\n"
    assert (shell.root / "in" / "link.py").is_symlink()
    assert stat.S_IMODE((shell.root / "real.py").stat().st_mode) == 0o751


def test_a_new_file_has_the_usual_permissions(shell: Shell) -> None:
    shell.write({"a.py": "far\n", "other.py": ""})
    shell.run("check", "--fix")
    assert (shell.root / "new.py").stat().st_mode == (shell.root / "other.py").stat().st_mode


def test_nothing_is_left_beside_the_files(shell: Shell) -> None:
    shell.write({"a.py": "far\n", "other.py": ""})
    shell.run("check", "--fix")
    assert sorted(os.listdir(shell.root)) == ["a.py", "new.py", "other.py"]


def test_an_untouched_file_is_not_written(shell: Shell) -> None:
    shell.write({"a.py": "drift\n"})
    before = (shell.root / "a.py").stat()
    shell.run("check", "--fix")
    after = (shell.root / "a.py").stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)


def test_a_later_file_sees_what_an_earlier_fix_did_to_it(shell: Shell) -> None:
    shell.write({"a.py": "far\n", "other.py": "leak\n"})
    outcome = shell.run("check", "--fix")
    assert outcome.out == "Fixed 2, 0 remaining.\n"
    assert shell.read("other.py") == b"import new\nkept\n"


def test_json_keeps_standard_output_to_itself(shell: Shell) -> None:
    shell.write({"a.py": "leak\n"})
    outcome = shell.run("check", "--fix", "--output-format=json")
    assert (outcome.out, outcome.err) == ("[]\n", "Fixed 1, 0 remaining.\n")


DIFF = """\
--- a.py
+++ a.py
@@ -1,2 +1,2 @@
-leak
+kept
 x = 1
\\ No newline at end of file
"""


def test_diff_changes_nothing(shell: Shell) -> None:
    shell.write({"a.py": "leak\nx = 1"})
    outcome = shell.run("check", "--diff")
    assert (outcome.code, outcome.out, outcome.err) == (1, DIFF, "Would fix 1 in 1 file.\n")
    assert shell.read("a.py") == b"leak\nx = 1"
    assert shell.run("check", "--diff", "--fix").out == DIFF
    assert shell.read("a.py") == b"leak\nx = 1"


def test_diff_of_nothing(shell: Shell) -> None:
    shell.write({"a.py": "drift\n"})
    outcome = shell.run("check", "--diff")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "Would fix 0 in 0 files.\n")


@pytest.mark.parametrize("command", [["patch", "-p0", "--quiet"], ["git", "apply", "-p0"]])
def test_patch_makes_of_a_diff_what_fix_does(shell: Shell, command: list[str]) -> None:
    files: dict[str, str | bytes] = {
        "a.py": "far\n",
        "other.py": "\fx = 1\r\nleak",
        "in/b.py": "a\n" * 20 + "leak\n" + "b\n" * 20 + "drift",
    }
    shell.write(files)
    outcome = shell.run("check", "--diff", "--unsafe-fixes")
    subprocess.run(command, input=outcome.out.encode(), cwd=shell.root, check=True)
    names = [*files, "new.py"]
    patched = [shell.read(name) for name in names]
    shell.write(files)
    (shell.root / "new.py").unlink()
    shell.run("check", "--fix", "--unsafe-fixes")
    assert patched == [shell.read(name) for name in names]
    assert b"\fx = 1\r\nkept" in patched[1]


def test_diff_exits_with_2_when_something_could_not_be_read(shell: Shell) -> None:
    shell.write({"a.py": "leak\n", "latin.py": b"\xe9"})
    assert shell.run("check", "--diff").code == 2
