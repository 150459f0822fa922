"""Reading configurations: what they say, what is wrong with them, and the line it stands on."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

from sessile.project.configuration import ConfigurationError, load, read
from sessile.project.functions import DeclaredFunction
from sessile.project.settings import DEFAULT_EXCLUDE, Settings
from sessile.rules.finding import Severity

if TYPE_CHECKING:
    from pathlib import Path

CODES = frozenset({"SCOPE001", "SCOPE002", "ROW001", "GET001"})


def check(directory: Path, text: str, *expected: str, name: str = "pyproject.toml") -> None:
    """A configuration file is refused with these mistakes, each written `line: message`."""
    path = directory / name
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigurationError) as caught:
        load(str(path), str(directory), CODES)
    assert [f"{each.line}: {each.message}" for each in caught.value.mistakes] == list(expected)
    assert caught.value.path == str(path)


EVERYTHING = """
[project]
name = "app"

[tool.sessile]
select = ["ALL"]
ignore = ["GET"]
extend-select = ["GET001"]
exclude = ["vendor/"]
extend-exclude = ["gen/"]
session-providers = ["app.db.get_session"]
helper-module = "app.helpers"
sqlalchemy-version = "2.0"
src = ["src"]
fix = true
unsafe-fixes = true
fail-on = "error"
output-format = "concise"

[tool.sessile.per-file-ignores]
"tests/" = ["ROW001"]

[tool.sessile.severity]
SCOPE001 = "hint"

[tool.sessile.functions]
"lib.save" = { commits = true, rolls_back = false, returns = "app.models.User" }
"""


def test_everything_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(EVERYTHING)
    assert load(str(path), str(tmp_path), CODES) == Settings(
        root=str(tmp_path),
        origin=str(path),
        select=("ALL",),
        ignore=("GET",),
        extend_select=("GET001",),
        per_file_ignores={"tests/": ("ROW001",)},
        severity={"SCOPE001": Severity.HINT},
        exclude=("vendor/",),
        extend_exclude=("gen/",),
        session_providers=("app.db.get_session",),
        functions={"lib.save": DeclaredFunction(commits=True, rolls_back=False, returns="app.models.User")},
        helper_module="app.helpers",
        sqlalchemy_version="2.0",
        src=("src",),
        fix=True,
        unsafe_fixes=True,
        fail_on=Severity.ERROR,
        output_format="concise",
    )


def test_an_empty_table_is_a_configuration(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.sessile]\n")
    assert load(str(path), str(tmp_path)) == Settings(root=str(tmp_path), origin=str(path), exclude=DEFAULT_EXCLUDE)


@pytest.mark.parametrize("text", ["", "[tool.ruff]\n", "tool = 1\n", "[project]\nname = 'sessile'\n"])
def test_no_table_is_no_configuration(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert load(str(tmp_path / "pyproject.toml"), str(tmp_path)) is None


def test_settings_can_be_sent_to_another_process(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(EVERYTHING)
    settings = load(str(tmp_path / "pyproject.toml"), str(tmp_path))
    assert pickle.loads(pickle.dumps(settings)) == settings
    assert hash(settings) == hash(pickle.loads(pickle.dumps(settings)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("slect = []", "2: `slect` is not an option; did you mean `select`?"),
        ("select = 'ALL'", "2: `select` must be a list, not 'ALL'"),
        (
            "select = ['scope']",
            "2: `select` must be a rule's code, or the start of one such as SCOPE, ALL or DEFAULT, not 'scope'",
        ),
        ("select = ['ROW009']", "2: `ROW009` is no rule; did you mean `ROW001`?"),
        ("ignore = ['SCOP001']", "2: `SCOP001` is no rule; did you mean `SCOPE001`?"),
        ("ignore = ['SCPE']", "2: `SCPE` is no rule; did you mean `SCOPE`?"),
        ("ignore = ['XYZ']", "2: `XYZ` is no rule; use one of GET, ROW, SCOPE, ALL, DEFAULT"),
        ("fix = 1", "2: `fix` must be true or false, not 1"),
        ("fail-on = 'warn'", "2: `fail-on` must be one of error, warning, information, hint, not 'warn'"),
        ("severity = 3", "2: `severity` must be a table, not 3"),
        (
            "[tool.sessile.severity]\nROW001 = 'bad'",
            "3: `severity.ROW001` must be one of error, warning, information, hint, not 'bad'",
        ),
        (
            "[tool.sessile.functions]\n'a.b' = { commit = true }",
            '3: `functions."a.b".commit` is not an option; did you mean `commits`?',
        ),
        ("exclude = ['!']", "2: `!` is not a pattern; write it as in .gitignore"),
        (
            "session-providers = ['app/db.py']",
            "2: `session-providers` must be a dotted name such as app.db.get_session, not 'app/db.py'",
        ),
        (
            "sqlalchemy-version = '2'",
            "2: `sqlalchemy-version` must be a release of SQLAlchemy such as 2.0, not '2'",
        ),
        ("helper-module = ''", "2: `helper-module` must be a dotted name such as app.db.get_session, not ''"),
    ],
)
def test_mistakes_name_the_line_and_what_to_do(tmp_path: Path, text: str, message: str) -> None:
    check(tmp_path, f"[tool.sessile]\n{text}\n", message)


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    check(
        tmp_path,
        "fix = 0\n\nunsafe-fixes = 2\n",
        "1: `fix` must be true or false, not 0",
        "3: `unsafe-fixes` must be true or false, not 2",
        name="sessile.toml",
    )


def test_a_table_is_expected(tmp_path: Path) -> None:
    check(tmp_path, "[tool]\nsessile = 3\n", "2: [tool.sessile] must be a table")


def test_the_table_of_the_other_file(tmp_path: Path) -> None:
    message = "1: options stand at the top level of sessile.toml; take [tool.sessile] away"
    check(tmp_path, "[tool.sessile]\nfix = true\n", message, name="sessile.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n[tool.sessile\n", "2: it is not TOML: expected ']' at the end of a table declaration"),
        ("a = 1\na = 2\n", "2: it is not TOML: cannot overwrite a value"),
        ("a = 1\nb = '\xe9'\n", "2: it is not UTF-8; save it as UTF-8"),
        ("a = " + "[" * 100_000, "None: it is not TOML: it is nested too deeply"),
    ],
)
def test_a_file_that_is_not_toml(tmp_path: Path, text: str, message: str) -> None:
    check(tmp_path, text, message)


def test_rules_that_nobody_knows_are_accepted_where_no_rules_are_given() -> None:
    assert read({"select": ["NEW001"]}, root="/p") == (Settings(root="/p", select=("NEW001",)), [])
