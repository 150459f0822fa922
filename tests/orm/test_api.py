"""The tables in `orm/api` against the installed libraries: no public name missing, no row that does not exist."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

import environments
from sessile.orm.api import query, result, session, statement
from sessile.orm.api.options import LOADER_OPTIONS
from sessile.orm.api.tables import available
from sessile.orm.library import LIBRARY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessile.orm.api.tables import Version

SCRIPT = Path(__file__).with_name("public_names.py")
TABLES = {
    "SESSION": session.SESSION,
    "SCOPED_SESSION": session.SCOPED_SESSION,
    "ASYNC_SESSION": session.ASYNC_SESSION,
    "ASYNC_SCOPED_SESSION": session.ASYNC_SCOPED_SESSION,
    "SQLMODEL_SESSION": session.SQLMODEL_SESSION,
    "SQLMODEL_ASYNC_SESSION": session.SQLMODEL_ASYNC_SESSION,
    "RESULT": result.RESULT,
    "SCALAR_RESULT": result.SCALAR_RESULT,
    "MAPPING_RESULT": result.MAPPING_RESULT,
    "ASYNC_RESULT": result.ASYNC_RESULT,
    "ASYNC_SCALAR_RESULT": result.ASYNC_SCALAR_RESULT,
    "ASYNC_MAPPING_RESULT": result.ASYNC_MAPPING_RESULT,
    "QUERY": query.QUERY,
    "SELECT": statement.SELECT,
    "SQLMODEL_SELECT": statement.SELECT,
}
AWAITING = [name for name in TABLES if name.startswith("ASYNC") or name == "SQLMODEL_ASYNC_SESSION"]


class Row(Protocol):
    @property
    def attribute(self) -> bool: ...
    @property
    def since(self) -> Version | None: ...
    @property
    def until(self) -> Version | None: ...


class Installed:
    def __init__(self, python: Path | str) -> None:
        output = subprocess.run([python, "-W", "ignore", SCRIPT], check=True, capture_output=True, text=True).stdout
        found = json.loads(output)
        self.version: Version = tuple(found["version"])
        self.classes: dict[str, dict[str, str]] = found["classes"]
        self.options: dict[str, list[str]] = found["options"]
        self.dml: list[str] = found["dml"]

    def names(self, name: str) -> dict[str, str]:
        if name not in self.classes:
            pytest.skip(f"{name} needs a library that this environment has not")
        return self.classes[name]


@cache
def _read(python: Path | str) -> Installed:
    return Installed(python)


@pytest.fixture(params=["installed", *environments.REQUIREMENTS])
def installed(request: pytest.FixtureRequest) -> Installed:
    name = str(request.param)
    python = sys.executable if name == "installed" else environments.interpreter(name)
    if python is None:
        pytest.skip(environments.how_to_create(name))
    return _read(python)


def _current(table: Mapping[str, Row], version: Version) -> dict[str, Row]:
    return {name: row for name, row in table.items() if available(version, row.since, row.until)}


@pytest.mark.parametrize("name", TABLES)
def test_table_has_exactly_the_public_names(installed: Installed, name: str) -> None:
    known = _current(TABLES[name], installed.version).keys()
    assert set(known) == set(installed.names(name))


@pytest.mark.parametrize("name", AWAITING)
def test_awaits_is_what_the_library_says(installed: Installed, name: str) -> None:
    table = _current(TABLES[name], installed.version)
    coroutines = {each for each, kind in installed.names(name).items() if kind == "coroutine"}
    assert {each for each, row in table.items() if getattr(row, "awaits", False)} == coroutines


@pytest.mark.parametrize("name", TABLES)
def test_attributes_are_told_from_methods(installed: Installed, name: str) -> None:
    table = _current(TABLES[name], installed.version)
    kinds = {each: kind for each, kind in installed.names(name).items() if each in table}
    assert {each for each, kind in kinds.items() if kind == "attribute" and not table[each].attribute} == set()
    assert {
        each for each, kind in kinds.items() if kind in ("function", "coroutine") and table[each].attribute
    } == set()


def test_cursor_result_has_the_result_names_and_its_own(installed: Installed) -> None:
    names = set(installed.names("CURSOR_RESULT"))
    assert names - set(result.RESULT) <= result.CURSOR_ATTRIBUTES
    assert set(_current(result.RESULT, installed.version)) <= names


def test_cursor_attributes_exist_somewhere() -> None:
    pythons = [sys.executable, *filter(None, map(environments.interpreter, environments.REQUIREMENTS))]
    if len(pythons) < 4:
        pytest.skip("an attribute may be of a release whose environment is missing")
    every = {name for python in pythons for name in _read(python).names("CURSOR_RESULT")}
    assert every >= result.CURSOR_ATTRIBUTES


def test_loader_options_exist_as_functions_and_methods(installed: Installed) -> None:
    for option in _current(LOADER_OPTIONS_ROWS, installed.version).values():
        assert (option.name in installed.options["functions"]) is option.function, option
        assert (option.name in installed.options["methods"]) is option.method, option


LOADER_OPTIONS_ROWS = {name: option for name, option in LOADER_OPTIONS.items() if name != "options"}


def test_no_loader_option_is_missing(installed: Installed) -> None:
    if installed.version < (2,):
        pytest.skip("1.4 does not tell options from the machinery of Load")
    assert {*installed.options["declared"]} - IMPLEMENTATION == set(_current(LOADER_OPTIONS, installed.version)) - {
        "with_loader_criteria",
        "options",
    }


IMPLEMENTATION = {"process_compile_state", "process_compile_state_replaced_entities", "options"}


def test_dml_methods_exist(installed: Installed) -> None:
    rows = _current(statement.DML, installed.version)
    assert set(rows) <= set(installed.dml)


@pytest.mark.parametrize("name", ["sqlalchemy.orm.DeclarativeBase", "sqlalchemy.ext.asyncio.AsyncAttrs"])
def test_declarative_bases_are_known_completely(installed: Installed, name: str) -> None:
    assert set(LIBRARY[name].own) == set(installed.names(name))


@pytest.mark.parametrize("name", ["pydantic.BaseModel", "sqlmodel.SQLModel"])
def test_pydantic_bases_are_known_completely(installed: Installed, name: str) -> None:
    missing = set(installed.names(name)) - set(LIBRARY[name].own)
    assert not missing
