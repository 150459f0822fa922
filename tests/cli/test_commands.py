"""The commands besides `check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

import sessile
from sessile.project.configuration import read
from sessile.project.settings import Settings
from sessile.project.toml import parse_toml

if TYPE_CHECKING:
    from conftest import Shell

ROOT = Path(__file__).parents[2]
HELPERS = Path(sessile.__file__).parent / "helpers" / "session_helpers.py"


def test_version(shell: Shell) -> None:
    assert shell.run("--version").out == f"sessile {sessile.__version__}\n"
    assert shell.run("--version").code == 0


def test_without_a_command_there_is_help_and_no_success(shell: Shell) -> None:
    outcome = shell.run()
    assert outcome.code == 2
    assert "check" in outcome.out


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("chek", "`chek` is not a command; did you mean `check`?"),
        ("lint", "`lint` is not a command; use one of check, rule, explain, config, helpers, clean, server"),
        ("--scan-all", "`--scan-all` stands where a command should; did you mean `sessile check --scan-all`?"),
        ("a.py", "`a.py` stands where a command should; did you mean `sessile check a.py`?"),
    ],
)
def test_what_is_not_a_command(shell: Shell, word: str, message: str) -> None:
    shell.write({"a.py": ""})
    outcome = shell.run(word)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", f"error: {message}\n")


def test_every_command_has_help(shell: Shell) -> None:
    assert shell.run("--help") == shell.run("help")
    for command in ("check", "rule", "explain", "config", "helpers", "server"):
        assert f"\n  {command} " in shell.run("--help").out
        outcome = shell.run(command, "--help")
        assert (outcome.code, outcome.err) == (0, "")
        assert f"usage: sessile {command}" in outcome.out


def test_rules_are_listed(shell: Shell) -> None:
    assert shell.run("rule").out.splitlines() == [
        "ROW001    row-used-as-entity         warning      on   unsafe fix",
        "GET001    select-by-primary-key      hint         on",
        "SCOPE001  attribute-outside-session  error        on   safe fix",
        "DETACH001 returns-orm-model          warning      off",
    ]


@pytest.mark.parametrize("word", ["SCOPE001", "scope001", "attribute-outside-session"])
def test_a_rule_is_explained_by_code_or_name(shell: Shell, word: str) -> None:
    assert shell.run("rule", word).out == "# attribute-outside-session\n\nIt is about a *word*.\n\n"


def test_rules_as_json(shell: Shell) -> None:
    expected = {
        "code": "SCOPE001",
        "name": "attribute-outside-session",
        "summary": "It is about a word.",
        "severity": "error",
        "fix": "safe",
        "default": True,
        "documentation": "# attribute-outside-session\n\nIt is about a *word*.\n",
        "url": "https://example.org/SCOPE001",
    }
    assert json.loads(shell.run("rule", "SCOPE001", "--output-format", "json").out) == expected
    everything = json.loads(shell.run("rule", "--all", "--output-format", "json").out)
    assert expected in everything
    assert len(everything) == 4
    assert shell.run("rule", "--all").out.count("# ") == 4


def test_a_rule_in_colours_is_rendered(shell: Shell) -> None:
    out = shell.run("rule", "SCOPE001", "--color=always").out
    assert "\x1b[" in out
    assert "*word*" not in out


@pytest.mark.parametrize(
    ("word", "guess"),
    [
        ("SCOPE01", "did you mean `SCOPE001`?"),
        ("scpe001", "did you mean `SCOPE001`?"),
        ("row-as-entity", "did you mean `row-used-as-entity`?"),
        ("zzz", "see `sessile rule` for the list"),
    ],
)
def test_an_unknown_rule(shell: Shell, word: str, guess: str) -> None:
    outcome = shell.run("rule", word)
    assert (outcome.code, outcome.err) == (2, f"error: `{word}` is no rule; {guess}\n")


def test_explain_a_place(shell: Shell) -> None:
    shell.write({"a.py": "x = 1\n名 = drift; leak, drift\n"})
    assert shell.run("explain", "a.py:2:5").out == "`drift` is a word\n"
    assert shell.run("explain", "a.py:2:12").out == "`leak` is a word\n"
    assert shell.run("explain", "a.py:2").out == "`drift` is a word\n\n`leak` is a word\n"
    outcome = shell.run("explain", "a.py:1")
    assert (outcome.code, outcome.out) == (0, "Nothing is known of a value there.\n")


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("a.py", "`a.py` is no place; write it as FILE:LINE or FILE:LINE:COL"),
        ("a.py:9", "line 9 is not in the file, which has 2; name one that is"),
        ("b.py:1", "b.py: cannot be read: no such file or directory"),
        ("in/c.py:1", "in/sessile.toml:1: `fix` must be true or false, not 1"),
    ],
)
def test_a_place_that_is_not_there(shell: Shell, place: str, message: str) -> None:
    shell.write({"a.py": "x = 1\n", "in/sessile.toml": "fix = 1", "in/c.py": ""})
    outcome = shell.run("explain", place)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", f"error: {message}\n")


def test_a_file_may_have_colons_in_its_name(shell: Shell) -> None:
    shell.write({"a:1.py": "drift\n"})
    assert shell.run("explain", "a:1.py:1").out == "`drift` is a word\n"


def test_helpers_are_written(shell: Shell) -> None:
    (shell.root / "app").mkdir()
    assert shell.run("helpers", "--write", "app").out == "Wrote app/session_helpers.py.\n"
    assert shell.read("app/session_helpers.py") == HELPERS.read_bytes()
    assert shell.run("helpers", "--write", "app/session_helpers.py").out == "app/session_helpers.py is up to date.\n"
    assert shell.run("helpers", "--write", "lib/own.py").out == "Wrote lib/own.py.\n"


def test_helpers_do_not_overwrite_what_differs(shell: Shell) -> None:
    shell.write({"own.py": "mine = 1\n"})
    outcome = shell.run("helpers", "--write", "own.py")
    assert (outcome.code, outcome.err) == (2, "error: own.py exists and differs; --force overwrites it\n")
    assert shell.read("own.py") == b"mine = 1\n"
    assert shell.run("helpers", "--write", "own.py", "--force").code == 0
    assert shell.read("own.py") == HELPERS.read_bytes()


def test_helpers_are_shown(shell: Shell) -> None:
    assert shell.run("helpers").out == HELPERS.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "handed"),
    [
        ("", "serving\n"),
        ("--stdio --log-level=info", "serving --stdio --log-level info\n"),
        ("--tcp --port 2087 --host ::1", "serving --tcp --host ::1 --port 2087\n"),
    ],
)
def test_the_server_gets_its_options(shell: Shell, words: str, handed: str) -> None:
    outcome = shell.run("server", *words.split())
    assert (outcome.code, outcome.out) == (7, handed)


def test_the_server_takes_one_way(shell: Shell) -> None:
    assert shell.run("server", "--tcp", "--stdio").code == 2
    assert shell.run("server", "--port", "x").code == 2
    assert shell.run("server", "what").err == "error: `what` is one argument too many; see `sessile server --help`\n"


def test_options_are_explained(shell: Shell) -> None:
    out = shell.run("config", "fail-on").out
    assert out.startswith("fail-on\n")
    assert 'Default: "warning"' in out
    assert shell.run("config").out.count("Default: ") == len(
        json.loads(shell.run("config", "--output-format=json").out)
    )
    assert shell.run("config", "fail_on").err == "error: `fail_on` is not an option; did you mean `fail-on`?\n"


def test_examples_of_options_are_what_they_claim_to_be(shell: Shell) -> None:
    for option in json.loads(shell.run("config", "--output-format=json").out):
        table = parse_toml(f"{option['name']} = {option['example']}".encode())
        settings, problems = read(table, root="/p")
        assert problems == []
        assert settings != Settings(root="/p"), f"the example of {option['name']} is its default"
        jsonschema.Draft7Validator(option["schema"]).validate(table[option["name"]])


def test_the_published_schema_is_current(shell: Shell) -> None:
    published = (ROOT / "docs" / "sessile.schema.json").read_text(encoding="utf-8")
    assert shell.run("config", "--schema").out == published
    jsonschema.Draft7Validator.check_schema(json.loads(published))


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("select = ['SCOPE']", True),
        ("slect = ['SCOPE']", False),
        ("fix = 1", False),
        ("severity = {SCOPE001 = 'loud'}", False),
        ("functions = {'a.b' = {commits = true}}", True),
        ("functions = {'a.b' = {commit = true}}", False),
        ("session-providers = ['a b']", False),
    ],
)
def test_the_schema_accepts_what_the_reader_accepts(shell: Shell, text: str, valid: bool) -> None:
    schema = json.loads(shell.run("config", "--schema").out)
    table = parse_toml(text.encode())
    assert jsonschema.Draft7Validator(schema).is_valid(table) is valid
    assert (read(table, root="/p")[1] == []) is valid


def test_settings_are_shown_as_a_configuration_that_says_the_same(shell: Shell) -> None:
    shell.write(
        {
            "a.py": "",
            "pyproject.toml": """
                [tool.sessile]
                ignore = ["GET"]
                per-file-ignores = { "a \\"b\\"" = ["ROW001"] }
                functions."lib.save" = { commits = true, returns = "list[app.User]" }
                severity = { SCOPE001 = "hint" }
                helper-module = "app.helpers"
            """,
        }
    )
    shown = shell.run("check", "--show-settings", "--extend-select", "DETACH").out
    assert shown.startswith(f"# of a.py\n# from pyproject.toml\n# relative to {shell.root}\n")
    settings, problems = read(parse_toml(shown.encode()), root="/p")
    assert problems == []
    assert settings.extend_select == ("DETACH",)
    assert settings.functions["lib.save"].returns == "list[app.User]"
    assert settings.per_file_ignores == {'a "b"': ("ROW001",)}


def test_settings_without_a_configuration(shell: Shell) -> None:
    assert "# from no file: these are the defaults\n" in shell.run("check", "--show-settings").out


def test_files_are_shown(shell: Shell) -> None:
    shell.write({"b.py": "leak\n", "a/x.py": "", "build/y.py": ""})
    outcome = shell.run("check", "--show-files", "gone.py", ".")
    assert outcome.out == "a/x.py\nb.py\n"
    assert outcome.code == 2
