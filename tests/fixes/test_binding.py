"""Statements whose values are bound find what they found before, and no more than that when the value is evil."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from repairing import Project
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "from sqlalchemy import text\nfrom sqlalchemy.orm import Session\n\n\n"
MAIN = "main.py"
ROWS = [(1, "ada"), (2, "bob"), (3, "O'Brien"), (4, "a:b {c} 100%")]
EVIL = "x' OR '1' = '1"

#: Functions of a session, a name, a number and a list of numbers; the second of a pair is what the repair makes of it.
CASES = {
    "a quoted field": (
        """text(f"SELECT id FROM u WHERE name = '{name}'")""",
        """text("SELECT id FROM u WHERE name = :name").bindparams(name=name)""",
    ),
    "several fields and doubled braces": (
        """text(f"SELECT id FROM u WHERE name = '{name}' AND id = {key} AND name <> '{{}}'")""",
        """text("SELECT id FROM u WHERE name = :name AND id = :key AND name <> '{}'").bindparams(name=name, key=key)""",
    ),
    "the same field twice": (
        """text(f"SELECT id FROM u WHERE name = '{name}' OR name = '{name}'")""",
        """text("SELECT id FROM u WHERE name = :name OR name = :name").bindparams(name=name)""",
    ),
    "part of a quoted text": (
        """text(f"SELECT id FROM u WHERE name LIKE '%{name[:2]}%' AND id < 9")""",
        """text("SELECT id FROM u WHERE name LIKE :value AND id < 9").bindparams(value=f"%{name[:2]}%")""",
    ),
    "several strings in a row": (
        """text(f"SELECT id FROM u "  # ids
        f"WHERE name = '{name}' "
        "ORDER BY id")""",
        """text("SELECT id FROM u "  # ids
        "WHERE name = :name "
        "ORDER BY id").bindparams(name=name)""",
    ),
    "a joined list": (
        """text(f"SELECT id FROM u WHERE id IN ({', '.join(str(each) for each in keys)}) ORDER BY id")""",
        (
            """text("SELECT id FROM u WHERE id IN :keys ORDER BY id")"""
            """.bindparams(bindparam("keys", list(keys), expanding=True))"""
        ),
    ),
    "percent": (
        """text("SELECT id FROM u WHERE name = '%s' AND id <= %d AND name NOT LIKE 'z%%'" % (name, key + 9))""",
        (
            """text("SELECT id FROM u WHERE name = :name AND id <= :value AND name NOT LIKE 'z%'")"""
            """.bindparams(name=name, value=key + 9)"""
        ),
    ),
    "percent with names": (
        """text("SELECT id FROM u WHERE name = '%(who)s'" % {"who": name})""",
        """text("SELECT id FROM u WHERE name = :name").bindparams(name=name)""",
    ),
    "format": (
        """text("SELECT id FROM u WHERE name = '{}' AND id < {most}".format(name, most=key + 9))""",
        """text("SELECT id FROM u WHERE name = :name AND id < :value").bindparams(name=name, value=key + 9)""",
    ),
    "plus": (
        """text("SELECT id FROM u WHERE name = '" + name + "' AND id = " + str(key))""",
        """text("SELECT id FROM u WHERE name = :name AND id = :key").bindparams(name=name, key=key)""",
    ),
    "a raw string": (
        """text(rf"SELECT id FROM u WHERE name = '{name}'")""",
        """text(r"SELECT id FROM u WHERE name = :name").bindparams(name=name)""",
    ),
    "a parameter of that name is there": (
        """text(f"SELECT id FROM u WHERE :name = 1 AND name = '{name}'").bindparams(name=1)""",
        """text("SELECT id FROM u WHERE :name = 1 AND name = :name_2").bindparams(name_2=name).bindparams(name=1)""",
    ),
    "conversion": (
        """text(f"SELECT id FROM u WHERE name = {name!r}")""",
        """text("SELECT id FROM u WHERE name = :name").bindparams(name=name)""",
    ),
}


def program(expression: str) -> str:
    """A function that runs a statement."""
    body = f"    return session.execute({expression}).scalars().all()\n"
    return HEAD + "def f(session: Session, name: str, key: int, keys: list[int]) -> list[int]:\n" + body


def call(text: str, name: str) -> list[int]:
    """What the function finds."""
    engine = create_engine("sqlite://")
    scope: dict[str, Any] = {}
    exec(compile(text, MAIN, "exec"), scope)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE u (id INTEGER, name TEXT)")
        connection.exec_driver_sql("INSERT INTO u VALUES (?, ?)", ROWS)
    with Session(engine) as session:
        found: list[int] = list(scope["f"](session, name, 1, [1, 2]))
    return found


@pytest.mark.parametrize("case", CASES)
def test_values_are_bound(case: str, tmp_path: Path) -> None:
    before, after = CASES[case]
    project = Project.of({MAIN: program(before)}, tmp_path)
    finding = next(finding for _, finding in project.findings() if finding.code == "SQL003")
    fix = project.repair(MAIN, finding)
    assert fix is not None
    text = project.fixed(fix).texts[MAIN]
    assert text.replace("import bindparam, text", "import text") == program(after)
    assert call(program(before), "ada") == call(text, "ada") == ([1, 2] if "list" in case else [1])
    if "list" not in case and "part" not in case:
        assert call(text, EVIL) == []
        assert call(text, "O'Brien") == ([] if "id = " in before else [3])


@pytest.mark.parametrize(
    "expression",
    [
        """text(f"SELECT id FROM {name}")""",
        """text(f"SELECT id FROM u WHERE name = '{name}' ORDER BY {name}")""",
        """text(f"SELECT id FROM u WHERE name = '{name:>9}'")""",
        """text(f"SELECT id FROM u WHERE name = '{name}\\\\n'")""",
        """text("SELECT id FROM u WHERE name = '" + name + name + "'")""",
        """text("SELECT id FROM u WHERE name = '{0.real}'".format(name))""",
        """text("SELECT id FROM u WHERE name = '%5s'" % name)""",
        """text(f"SELECT id FROM u WHERE id IN ({', '.join(str(each.id) for each in keys)})")""",
    ],
)
def test_what_is_not_understood_is_left_alone(expression: str, tmp_path: Path) -> None:
    project = Project.of({MAIN: program(expression)}, tmp_path)
    assert all(project.repair(MAIN, each) is None for _, each in project.findings() if each.code == "SQL003")
