"""`sessile check`: exit codes, which rules and files, formats, what cannot be done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Shell

LEAK = "error[SCOPE001]"
DRIFT = "warning[ROW001]"
MURMUR = "hint[GET001]"


def check(shell: Shell, words: str, code: int, *expected: str, err: str = "") -> None:
    """`check` with these words, written concisely, exits with `code`; each finding is written `path:row: label`."""
    outcome = shell.run("check", "--output-format=concise", "-q", *words.split())
    found = [[*line.split(":")[:2], line.split(" ")[1]] for line in outcome.out.splitlines()]
    assert [f"{path}:{row}: {label}" for path, row, label in found] == list(expected)
    assert outcome.err == err
    assert outcome.code == code


def test_a_clean_project(shell: Shell) -> None:
    shell.write({"a.py": "x = 1\n"})
    assert shell.run("check") == shell.run("check", ".")
    assert shell.run("check").out == "All checks passed.\n"
    assert shell.run("check").code == 0


def test_findings_in_the_order_of_files_and_lines(shell: Shell) -> None:
    shell.write({"b.py": "leak\n", "a/z.py": "drift\nleak\n", "a/a.py": "murmur\n"})
    check(
        shell, "", 1,
        f"a/a.py:1: {MURMUR}", f"a/z.py:1: {DRIFT}", f"a/z.py:2: {LEAK}", f"b.py:1: {LEAK}",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        ("leak", "", 1),
        ("drift", "", 1),
        ("murmur", "", 0),
        ("murmur", "--fail-on hint", 1),
        ("drift", "--fail-on error", 0),
        ("leak", "--fail-on error", 1),
        ("leak", "--exit-zero", 0),
        ("def (", "", 1),
        ("def (", "--select GET", 1),
    ],
)
def test_the_exit_code_depends_on_the_bar(shell: Shell, text: str, words: str, code: int) -> None:
    shell.write({"a.py": text + "\n"})
    assert shell.run("check", *words.split()).code == code


def test_the_bar_is_that_of_each_file(shell: Shell) -> None:
    shell.write({"a/sessile.toml": "fail-on = 'error'", "a/x.py": "drift\n"})
    assert shell.run("check").code == 0
    shell.write({"b/x.py": "drift\n"})
    assert shell.run("check").code == 1


def test_rules_by_command_line(shell: Shell) -> None:
    shell.write({"a.py": "leak\ndrift\nsilent\n"})
    silent = "a.py:3: warning[DETACH001]"
    check(shell, "--select SCOPE", 1, f"a.py:1: {LEAK}")
    check(shell, "--ignore SCOPE,GET --ignore ROW001", 0)
    check(shell, "--extend-select DETACH", 1, f"a.py:1: {LEAK}", f"a.py:2: {DRIFT}", silent)
    check(shell, "--select ALL --ignore ROW", 1, f"a.py:1: {LEAK}", silent)


def test_rules_by_configuration(shell: Shell) -> None:
    shell.write({"a.py": "leak\n", "t/b.py": "leak\ndrift\n", "sessile.toml": "per-file-ignores = {'t/' = ['ROW']}"})
    check(shell, "", 1, f"a.py:1: {LEAK}", f"t/b.py:1: {LEAK}")
    shell.write({"sessile.toml": "severity = {SCOPE001 = 'hint'}\nselect = ['SCOPE']"})
    check(shell, "", 0, "a.py:1: hint[SCOPE001]", "t/b.py:1: hint[SCOPE001]")
    check(shell, "--isolated t", 1, f"t/b.py:1: {LEAK}", f"t/b.py:2: {DRIFT}")
    shell.write({"ci.toml": "select = ['ROW']"})
    check(shell, "--config ci.toml", 1, f"t/b.py:2: {DRIFT}")


def test_a_file_that_is_named_is_checked_unless_told_otherwise(shell: Shell) -> None:
    shell.write({"build/a.py": "leak\n"})
    check(shell, "build/a.py", 1, f"build/a.py:1: {LEAK}")
    check(shell, "--force-exclude build/a.py", 0)


def test_options_may_stand_between_paths(shell: Shell) -> None:
    shell.write({"a.py": "leak\n", "b.py": "leak\n"})
    check(shell, "a.py --fail-on error b.py", 1, f"a.py:1: {LEAK}", f"b.py:1: {LEAK}")


def test_the_whole_project(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.write({"pyproject.toml": "[tool.sessile]", "a/x.py": "leak\n", "b/y.py": "leak\n"})
    monkeypatch.chdir(shell.root / "a")
    check(shell, "", 1, f"x.py:1: {LEAK}")
    root = str(shell.root)
    check(shell, "x.py --scan-all", 1, f"x.py:1: {LEAK}", f"{root}/b/y.py:1: {LEAK}")


MESSAGES = [
    ("--slect=X", "`--slect=X` is not an option of `sessile check`; did you mean `--select`?"),
    ("--zzz", "`--zzz` is not an option of `sessile check`; see `sessile check --help`"),
    ("--select SCOP", "`SCOP` is no rule; did you mean `SCOPE`?"),
    ("--select ss", "`--select` must be a rule's code, or the start of one such as SCOPE, ALL or DEFAULT, not 'ss'"),
    ("--config none.toml", "none.toml: it cannot be read: no such file or directory"),
    ("--config a --isolated", "`--config` and `--isolated` exclude each other; take one away"),
    ("--stdin-filename a.py", "`--stdin-filename` names what `-` reads; add `-`"),
    ("- a.py", "`-` is checked alone; take the other paths away"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "message"), MESSAGES)
def test_what_the_command_line_cannot_mean(shell: Shell, words: str, message: str) -> None:
    outcome = shell.run("check", *words.split())
    assert (outcome.code, outcome.err) == (2, f"error: {message}\n")


@pytest.mark.parametrize(
    "words", ["check --fail-on bad", "check --output-format xml", "server --port x", "check --config"]
)
def test_a_bad_option_is_one_line(shell: Shell, words: str) -> None:
    outcome = shell.run(*words.split())
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("\n") == 1
    assert "--help`" in outcome.err


def test_other_files_are_checked_when_one_cannot_be(shell: Shell) -> None:
    shell.write({"a.py": "leak\n", "latin.py": b"x = '\xe9'\n", "z.py": "drift\n", "n.ipynb": "{}"})
    reason = "cannot be decoded: line 1 holds the byte 0xe9, which is not utf-8: invalid continuation byte"
    check(
        shell, "a.py gone.py latin.py n.ipynb z.py", 2, f"a.py:1: {LEAK}", f"z.py:1: {DRIFT}",
        err="error: gone.py: cannot be read: no such file or directory\n"
        f"error: latin.py: {reason}; save it as UTF-8 or declare its encoding\n"
        "error: n.ipynb: notebooks cannot be checked yet; check the modules that they import\n",
    )  # fmt: skip


def test_a_broken_configuration_stops_only_what_it_holds_for(shell: Shell) -> None:
    shell.write({"a/sessile.toml": "\nslect = 1\nfix = 2", "a/x.py": "leak\n", "b/x.py": "leak\n"})
    check(
        shell, "", 2, f"b/x.py:1: {LEAK}",
        err="error: a/sessile.toml:2: `slect` is not an option; did you mean `select`?\n"
        "error: a/sessile.toml:3: `fix` must be true or false, not 2\n",
    )  # fmt: skip


def test_a_broken_configuration_at_the_top_is_said_once(shell: Shell) -> None:
    shell.write({"sessile.toml": "fix = 2", "x.py": "leak\n"})
    check(shell, "", 2, err="error: sessile.toml:1: `fix` must be true or false, not 2\n")


def test_nothing_to_check(shell: Shell) -> None:
    shell.write({"a/readme.md": ""})
    outcome = shell.run("check", "a")
    assert (outcome.code, outcome.err) == (0, "warning: no Python files in a; nothing was checked\n")


def test_failures_are_not_called_a_pass(shell: Shell) -> None:
    assert shell.run("check", "gone.py").out == ""


def test_summary(shell: Shell) -> None:
    shell.write({"a.py": "leak\ndrift\nmurmur\n"})
    assert shell.run("check").out.endswith(
        "Found 3 findings: 1 error, 1 warning, 1 hint.\n1 fixable with --fix, 1 more with --fix --unsafe-fixes.\n"
    )


def test_full_is_the_default_and_tells_the_story(shell: Shell) -> None:
    shell.write({"a.py": "x = trace\n", "other.py": "oops\n"})
    assert shell.run("check", "-q").out == (
        "warning[ROW001]: `trace` stands here. It fails. Take it away.\n"
        " --> a.py:1:5\n  |\n1 | x = trace\n  |     ^^^^^\n  |\n"
        "note 1: it begins here\n"
        " --> other.py:1:1\n  |\n1 | oops\n  | ----\n  |\n"
        "help: Replace `trace` (--fix --unsafe-fixes)\n\n"
    )


@pytest.mark.parametrize("form", ["json", "json-lines"])
def test_json_is_all_there_is_on_standard_output(shell: Shell, form: str) -> None:
    shell.write({"a.py": "leak\ndrift\n"})
    outcome = shell.run("check", "--output-format", form)
    found = json.loads(outcome.out) if form == "json" else [json.loads(line) for line in outcome.out.splitlines()]
    assert [each["code"] for each in found] == ["SCOPE001", "ROW001"]
    assert found[0]["filename"] == str(shell.root / "a.py")
    assert found[0]["url"] == "https://example.org/SCOPE001"
    assert [each["fix"]["applicability"] for each in found] == ["safe", "unsafe"]
    assert found[0]["fix"]["edits"][0]["content"] == "kept"


def test_json_of_nothing(shell: Shell) -> None:
    shell.write({"a.py": ""})
    assert json.loads(shell.run("check", "--output-format=json").out) == []
    assert shell.run("check", "--output-format=json-lines").out == ""


def test_statistics(shell: Shell) -> None:
    shell.write({"a.py": "leak\nleak\ndrift\n"})
    outcome = shell.run("check", "--statistics")
    assert outcome.out == "2  SCOPE001   [*] attribute-outside-session\n1  ROW001         row-used-as-entity\n"
    assert outcome.code == 1
    counted = json.loads(shell.run("check", "--statistics", "--output-format=json").out)
    assert counted[0] == {"code": "SCOPE001", "name": "attribute-outside-session", "count": 2, "fixable": True}


def test_verbose_says_what_is_done(shell: Shell) -> None:
    shell.write({"a.py": ""})
    assert "checked 1 files in" in shell.run("check", "-v").err


def test_a_failure_of_the_engine_is_one_line_and_the_rest_is_checked(shell: Shell) -> None:
    shell.write({"a.py": "crash\nleak\n", "b.py": "crash\nleak\n"})
    message = "rule ROW001 failed and is left out (KeyError: 'session')"
    advice = "this is a bug in Sessile, please report what --verbose says"
    check(shell, "", 2, f"a.py:2: {LEAK}", f"b.py:2: {LEAK}", err=f"error: {message}; {advice}\n")
    told = shell.run("check", "--verbose").err
    assert "ERROR sessile.engine: rule ROW001 failed and is left out\nTraceback (most recent call last):\n" in told
    check(shell, "--exit-zero", 2, f"a.py:2: {LEAK}", f"b.py:2: {LEAK}", err=f"error: {message}; {advice}\n")


@pytest.mark.parametrize(
    ("words", "environment", "coloured"),
    [
        ("", {}, False),
        ("--color=always", {}, True),
        ("--color=always", {"NO_COLOR": "1"}, True),
        ("", {"FORCE_COLOR": "1"}, True),
        ("", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("--color=never", {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, words: str, environment: dict[str, str], coloured: bool
) -> None:
    shell.write({"a.py": "leak\n"})
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in shell.run("check", *words.split()).out) is coloured
